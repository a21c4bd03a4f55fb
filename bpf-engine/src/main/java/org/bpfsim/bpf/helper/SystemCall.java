package org.bpfsim.bpf.helper;

/** A context with the return value of the system call that the program decides about ({@code bpf_get_retval}). */
public interface SystemCall {
    /** 0 or a negated errno, unless an earlier program set something else. */
    int retval();

    void setRetval(int value);
}
