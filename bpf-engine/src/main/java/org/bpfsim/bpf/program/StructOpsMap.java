package org.bpfsim.bpf.program;

import java.util.Optional;

/** A {@code .struct_ops} map of an instance: an implementation of a kernel struct of function pointers. */
public interface StructOpsMap {
    /** The C variable's name, such as {@code dctcp}. */
    String name();

    /** The struct that it implements, such as {@code tcp_congestion_ops}. */
    String type();

    /** Whether it was declared in {@code .struct_ops.link}. */
    boolean link();

    /** The program for a function member; empty where the member is NULL. */
    Optional<BpfProgram> program(String member);

    /** An integer data member, such as {@code flags}; 0 if the object does not set it. */
    long number(String member);

    /** A character array, such as {@code name}, up to its terminating zero. */
    String string(String member);
}
