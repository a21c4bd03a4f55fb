package org.bpfsim.bpf.helper;

/** A context of a program that is attached to a cgroup, for {@code bpf_get_local_storage}. */
public interface CgroupProgram {
    /** The id of the cgroup that the running program is attached to. */
    long attachedTo();

    /** Linux's number of how it is attached (enum bpf_attach_type). */
    int attachType();
}
