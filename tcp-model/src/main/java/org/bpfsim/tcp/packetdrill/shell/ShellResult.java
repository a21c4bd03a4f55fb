package org.bpfsim.tcp.packetdrill.shell;

/**
 * What a command gives.
 *
 * @param status exit status; 0 is success
 * @param output standard output, or what went wrong
 */
public record ShellResult(int status, String output) {
    public static final ShellResult OK = new ShellResult(0, "");

    static ShellResult failed(String message) {
        return new ShellResult(1, message);
    }

    /** What a shell gives for a command that it does not find. */
    static ShellResult unknown(String message) {
        return new ShellResult(127, message);
    }
}
