package org.bpfsim.bpf.program;

/**
 * A program on a cgroup, whose storage it sees ({@code bpf_get_local_storage}).
 *
 * @param cgroup id of the cgroup that it is attached to, which may be one above that of the socket
 */
public record AttachedProgram(BpfProgram program, long cgroup) {}
