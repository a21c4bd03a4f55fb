package org.bpfsim.tcp.sock;

/** Seam of hosts with CPUs: who does work for a socket that takes time says so here. */
public interface SockCpus {
    /** Bytes were copied between the application's memory and the kernel's. */
    void copied(SockCommon sk, long bytes);

    /** Something comes of the work that is being done now, when that is done; it may find the host at other work. */
    void afterwards(SockCommon sk, Runnable effect);

    /** A BPF program has run. */
    void ranProgram(SockCommon sk, long instructions, long helperCalls);

    /** A timer of a BPF program has run, for no socket. */
    void ranTimer(long instructions, long helperCalls);
}
