package org.bpfsim.tcp.nic;

/** From a packet's priority to one of three bands (sch_default_prio2band in Linux 6.12, net/sched/sch_generic.c). */
final class Priority {
    static final int BANDS = 3;
    /** TC_PRIO_MAX. */
    private static final int MAX = 15;

    private static final byte[] BAND = {1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};

    private Priority() {}

    static int band(int priority) {
        return BAND[priority & MAX];
    }
}
