package org.bpfsim.tcp.nic;

/**
 * How a host's NIC and its queues are set: names, units and defaults of ip-link(8), tc(8) and ethtool(8).
 *
 * @param qdisc the queueing discipline at the root
 * @param txqueuelen packets that a band of pfifo_fast holds
 * @param txRing packets that the NIC's ring holds (ethtool -G tx)
 * @param rxUsecs microseconds by which the NIC puts off the interrupt after a packet has come, for more to come (ethtool -C)
 * @param gro whether what comes together is put together (ethtool -K)
 * @param txUsecs microseconds by which the NIC puts off telling that it has sent, to tell of more at once (ethtool -C)
 */
public record NicOptions(QdiscOptions qdisc, int txqueuelen, int txRing, int txUsecs, int rxUsecs, boolean gro) {
    /** Linux's txqueuelen of an Ethernet device. */
    public static final int TXQUEUELEN = 1000;
    /** What drivers of 10 Gbit/s NICs and faster have, for example mlx5 (MLX5E_PARAMS_DEFAULT_LOG_SQ_SIZE, 2^10). */
    public static final int RING = 1024;
    /** Where Linux's dynamic interrupt moderation begins (6.12, NET_DIM_DEF_PROFILE_EQE in lib/dim/net_dim.c). */
    public static final int USECS = 8;

    /**
     * What hosts have unless told otherwise. GRO is on, as on Linux, but interrupts are not put off, as with drivers for short
     * delays: where hosts have no CPUs, GRO finds segments to put together only where {@code rxUsecs} lets some gather.
     */
    public static final NicOptions DEFAULT = new NicOptions(QdiscOptions.PFIFO_FAST, TXQUEUELEN, RING, USECS, 0, true);

    public NicOptions {
        if (txqueuelen < 1 || txRing < 2 || txUsecs < 0 || rxUsecs < 0) {
            throw new IllegalArgumentException("txqueuelen " + txqueuelen + ", tx ring " + txRing + ", tx-usecs "
                    + txUsecs + ", rx-usecs " + rxUsecs + ": use at least 1, 2, 0 and 0");
        }
    }

    /** The same with another queueing discipline. */
    public NicOptions with(QdiscOptions other) {
        return new NicOptions(other, txqueuelen, txRing, txUsecs, rxUsecs, gro);
    }
}
