package org.bpfsim.tcp.packetdrill.script;

/**
 * When an event happens, in microseconds: of the script, or after now for relative times.
 *
 * @param endUs end of a range, or the same as {@code startUs}
 */
public record When(Kind kind, long startUs, long endUs) {
    /** How a time is written: {@code 1.5}, {@code +.1}, {@code *}, {@code 1~2}, {@code +1~+2}. */
    public enum Kind {
        ABSOLUTE,
        RELATIVE,
        ANY,
        ABSOLUTE_RANGE,
        RELATIVE_RANGE
    }

    public boolean isRelative() {
        return kind == Kind.RELATIVE || kind == Kind.RELATIVE_RANGE;
    }

    public boolean isRange() {
        return kind == Kind.ABSOLUTE_RANGE || kind == Kind.RELATIVE_RANGE;
    }
}
