package org.bpfsim.tcp.cpu;

/** What a core runs: a thread, or its softirqs. What it has begun and not paid for is on its tape. */
abstract class Work {
    final Tape tape = new Tape();
    /** To whom is charged what is done for no socket; an index of {@link CpuAccounts}. */
    int owner;

    /** Begins what comes next, now that all before is paid for. False if there is nothing to do. */
    abstract boolean step();

    /** Where it runs, or ran last. */
    abstract Core core();
}
