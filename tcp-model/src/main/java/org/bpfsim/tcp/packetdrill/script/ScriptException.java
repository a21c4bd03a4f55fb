package org.bpfsim.tcp.packetdrill.script;

/** A script that is not right, or that failed: the line and what is wrong with it. */
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    public ScriptException(int line, String message) {
        super(message);
        this.line = line;
    }

    /** Line of the script, from 1. */
    public int line() {
        return line;
    }
}
