package org.bpfsim.cli;

/** Ends the command with a message for the user and an exit status; never shown as a stack trace. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    CommandException(int exitStatus, String message) {
        super(message);
        this.exitStatus = exitStatus;
    }

    static CommandException usage(String message) {
        return new CommandException(ExitStatus.USAGE, message);
    }

    static CommandException failed(String message) {
        return new CommandException(ExitStatus.FAILED, message);
    }

    int exitStatus() {
        return exitStatus;
    }
}
