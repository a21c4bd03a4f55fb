package org.bpfsim.bpf.fuzz;

/** What became of one input. */
enum Verdict {
    ACCEPTED,
    REFUSED,
    /** Accepted, but it ran for too long to say more. */
    ENDLESS
}
