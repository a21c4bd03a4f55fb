package org.bpfsim.bpf.fuzz;

/** Something that must not be: what happened, and on what. */
final class Finding extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Finding(String what, Throwable cause) {
        super(what, cause);
    }

    Finding(String what) {
        this(what, null);
    }

    /** What kind of thing it is: the same for a smaller program that does the same. */
    String shape() {
        StackTraceElement[] trace =
                getCause() == null ? new StackTraceElement[0] : getCause().getStackTrace();
        return getMessage().replaceAll("[-0-9a-fx]*[0-9][-0-9a-fx]*", "N").replaceAll("\n.*", "")
                + (trace.length > 0 ? " at " + trace[0].getClassName() + "." + trace[0].getMethodName() : "");
    }
}
