package org.bpfsim.report.data;

/** A result folder that cannot be read: the message says which file (and line), what is wrong, and what to do. */
public final class ResultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param place the file, or file:line; @param problem what is wrong; @param remedy what the user can do */
    public ResultException(String place, String problem, String remedy) {
        super(place + ": " + problem + " " + remedy);
    }

    /** The same with the failure that lies beneath. */
    public ResultException(String place, String problem, String remedy, Throwable cause) {
        super(place + ": " + problem + " " + remedy, cause);
    }
}
