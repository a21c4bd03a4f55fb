package org.bpfsim.scenario.apps;

/** What a run's books want to know of applications. */
public interface Accounts {
    /** Whether what starts now is measured. */
    boolean measuring();

    /** The run must not end before {@link #settled} is called. */
    void awaited();

    /** Something that was awaited has come to its end. */
    void settled();

    /** An application of an arm has read so many bytes. */
    void read(int arm, long bytes);
}
