package org.bpfsim.bpf.fuzz;

/** What became of one input. */
enum Verdict {
    ACCEPTED,
    REFUSED,
    /** Neither: the verifier would have had to walk it for too long. */
    TOO_LONG,
    /** Accepted, but it ran for too long to say more. */
    ENDLESS
}
