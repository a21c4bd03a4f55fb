package org.bpfsim.scenario.model;

/** Which addresses connections use. */
public enum Family {
    /** IPv4 alone. */
    IPV4,
    /** IPv6 alone. */
    IPV6,
    /** Either, by a seeded coin per flow. */
    BOTH
}
