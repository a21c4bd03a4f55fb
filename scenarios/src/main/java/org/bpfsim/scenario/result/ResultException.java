package org.bpfsim.scenario.result;

import org.bpfsim.scenario.yaml.Place;
import org.bpfsim.scenario.yaml.Problem;

/** Results cannot be written or read: the folder is in the way, the disk is full, a file is damaged. */
public final class ResultException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /** {@code where} is a file or folder. */
    public ResultException(Object where, String what, String remedy) {
        this(where, what, remedy, null);
    }

    /** With the cause that the operating system gave. */
    public ResultException(Object where, String what, String remedy, Throwable cause) {
        super(new Problem(Place.of(where.toString()), what, remedy).toString(), cause);
        this.problem = new Problem(Place.of(where.toString()), what, remedy);
    }

    /** What to tell the user. */
    public Problem problem() {
        return problem;
    }
}
