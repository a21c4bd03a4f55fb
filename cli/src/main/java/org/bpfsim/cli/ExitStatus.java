package org.bpfsim.cli;

/** The exit statuses of the command; README and {@code --help} document them. */
final class ExitStatus {
    /** All is well. */
    static final int OK = 0;

    /** The command line and the input were right, but a run failed or a comparison differed. */
    static final int FAILED = 1;

    /** The command line or an input is wrong; nothing was run. */
    static final int USAGE = 2;

    /** All ran, but an expectation of a scenario did not hold, or the runs cannot tell; only with {@code --check}. */
    static final int NOT_AS_EXPECTED = 3;

    /** Ctrl-C: 128 + SIGINT, as shells count. */
    static final int INTERRUPTED = 130;

    private ExitStatus() {}
}
