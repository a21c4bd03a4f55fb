package org.bpfsim.cli;

/**
 * What is known of the terminal. The launcher passes it on as system properties, because the JVM cannot tell a
 * terminal from a pipe for standard output and standard error each.
 */
final class Terminal {
    private static final int DEFAULT_COLUMNS = 100;
    private static final int MIN_COLUMNS = 40;

    private Terminal() {}

    /** Whether standard error is a terminal, so that a progress bar may overwrite its own line. */
    static boolean isErrTerminal() {
        return Boolean.getBoolean("bpfsim.tty.err");
    }

    /** Columns of the terminal; 100 if unknown. */
    static int columns() {
        return Math.max(MIN_COLUMNS, Integer.getInteger("bpfsim.columns", DEFAULT_COLUMNS));
    }
}
