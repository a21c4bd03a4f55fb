package org.bpfsim.tcp.sock;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * What the sockets of one host share: clock, sysctls, counters, pools, congestion controls, the way out.
 *
 * <p>The host's clocks run from its boot, which was {@link #UPTIME_US} before the run's start, so that no time stamp of
 * a run is 0 (Linux takes 0 for "never" in several fields).
 */
public final class HostKernel {
    /** Microseconds between the host's boot and the start of a run. */
    public static final long UPTIME_US = 1_000_000_000L;

    /** MAX_TCP_HEADER of a kernel with tunnels and Hyper-V's network, as distributions build it for x86-64. */
    private static final int DISTRIBUTION_MAX_TCP_HEADER = 320;

    private static final int SKB_BYTES = 256;
    private static final int SKB_SHARED_INFO = 320;
    private static final int RX_HEADROOM = 78;
    private static final int RX_HALF_PAGE = 2048;

    /** What the network says of a packet (6.12, include/linux/netdevice.h). */
    public static final int NET_XMIT_SUCCESS = 0;

    /** It was dropped. */
    public static final int NET_XMIT_DROP = 1;
    /** Congestion: another packet of the flow was dropped. */
    public static final int NET_XMIT_CN = 2;

    /** Takes over segments. */
    public interface Wire {
        void send(TcpSegment segment);
    }

    /** The way from TCP to the link. */
    public interface Egress {
        /**
         * Takes over a packet that is complete. It may be several segments to be cut apart ({@link TcpSegment#gsoSize}).
         *
         * @param sk whose it is, or null for a packet of no full socket
         * @param skb what it transmits, or null for a packet without data
         * @return NET_XMIT_*
         */
        int send(TcpSegment packet, TcpSock sk, SkBuff skb);

        /** Takes notice of packets that have left by now: {@link TcpSock#sk_wmem_alloc} and {@link SkBuff#inHost}. */
        default void reap() {}

        /** The socket has set {@link TcpSock#tsq_throttled}: it goes on when a packet of it has left. */
        default void awaitCompletion(TcpSock sk) {}
    }

    /** Random 32-bit numbers (Linux: get_random_u32()), from a stream of the run's. */
    public interface Random32 {
        int next();

        /** Numbers for one purpose, from a stream of their own if the run has named streams; else from this one. */
        default Random32 named(String purpose) {
            return this;
        }
    }

    public final String hostName;
    public final int hostIndex;
    public final Scheduler scheduler;
    public final SegmentPool segments;
    public final Sysctls sysctls = new Sysctls();
    public final Mib.Counters mib = new Mib.Counters();
    public final CongestionRegistry congestionControls = new CongestionRegistry();
    public final SkBuffPool skbs = new SkBuffPool(DISTRIBUTION_MAX_TCP_HEADER);
    /** What is remembered of peers. */
    public final TcpMetrics tcpMetrics = new TcpMetrics();
    /** What is known of the paths to peers. */
    public final Routes routes = new Routes();
    /** Sockets by the numbers that users give. */
    public final Descriptors descriptors = new Descriptors();
    /** Whether the host has stopped opening connections fast. */
    public final FastOpenBlackhole fastOpenBlackhole = new FastOpenBlackhole();
    /** Ticks per second (CONFIG_HZ): 100, 250, 300 or 1000. */
    public final int hz;

    public final Random32 random;
    /** Random numbers of BPF programs; from a stream of their own where results must not depend on how many they take. */
    public Random32 programRandom;
    /** Largest IP packet in bytes. */
    public final int mtu;
    /** Bytes that a link spends on a packet beside the IP packet. */
    public final int linkOverheadBytes;

    /** Most bytes of an IP packet, headers included, and most segments that the NIC cuts for us (ip link gso_max_size). */
    public int gsoMaxSize = 65_536;

    public int gsoMaxSegs = 65_535;

    /** Overwritten by each ACK. */
    public final RateSample rateSample = new RateSample();

    public final AckSample ackSample = new AckSample();
    /** The stack's notes about the ACK that is being processed. */
    public final AckNotes ackNotes = new AckNotes();
    /** What is about to go into a receive queue. */
    final QueuedSkb queuedSkb = new QueuedSkb();

    /** Puts sockmaps before sockets; set by the host. Without it maps hold sockets and nothing follows from that. */
    public Psock.Factory psocks;

    /**
     * Whether programs on messages see nothing of a file before they pull it, as up to Linux 6.4, where sendfile() handed on the
     * pages of the file. Since 6.5 (tcp_bpf_sendmsg() with MSG_SPLICE_PAGES) it copies, and they see what they see of send().
     */
    public boolean sendfileSharesPages;

    /** The sockets of the host; set by the host before the first one is made. */
    public SocketTable sockets;

    /** The host's CPUs; null if work takes no time. */
    public SockCpus cpus;

    private final long psPerJiffy;
    private Egress egress;
    private Stack stack;
    private int maxTcpHeader = DISTRIBUTION_MAX_TCP_HEADER;
    private long lastCookie;
    /** The number of the tick before now, as far as anybody has asked. */
    private long lastTick;
    /** When the next one is, in picoseconds of the run. */
    private long nextTickPs;

    private Random32 bbrRandom;

    /**
     * @param hz 100, 250, 300 or 1000
     * @param mtu in bytes, for example 1500
     * @param linkOverheadBytes 38 for Ethernet: preamble 8, header 14, FCS 4, gap 12
     */
    public HostKernel(
            String hostName,
            int hostIndex,
            Scheduler scheduler,
            SegmentPool segments,
            Random32 random,
            int hz,
            int mtu,
            int linkOverheadBytes,
            Wire wire) {
        this.hostName = hostName;
        this.hostIndex = hostIndex;
        this.scheduler = scheduler;
        this.segments = segments;
        this.random = random;
        this.programRandom = random;
        this.hz = hz;
        this.mtu = mtu;
        this.linkOverheadBytes = linkOverheadBytes;
        setWire(wire);
        this.psPerJiffy = SimTime.PS_PER_S / hz;
        sysctls.onSet("net.ipv4.tcp_fastopen_blackhole_timeout_sec", fastOpenBlackhole::reset);
    }

    /** Tells where the rest of the stack is; once, before the first socket is made. */
    public void attachStack(Stack theStack) {
        this.stack = theStack;
    }

    /** The rest of the stack, as seen from below. */
    public Stack stack() {
        if (stack == null) {
            throw new AssertionError(hostName + ": attachStack() was not called");
        }
        return stack;
    }

    /**
     * Room for headers in each buffer of a sender (Linux: MAX_TCP_HEADER, include/net/tcp.h), which depends on what the
     * kernel was built with. Memory is accounted with it, so that it decides how much a send buffer holds.
     */
    public int maxTcpHeader() {
        return maxTcpHeader;
    }

    /** Sets {@link #maxTcpHeader}, before the first socket is made. */
    public void setMaxTcpHeader(int bytes) {
        maxTcpHeader = bytes;
        skbs.setHeadBytes(bytes);
    }

    /** Where in its cycle BBR begins; made when a connection first needs it. */
    public Random32 bbrRandom() {
        if (bbrRandom == null) {
            bbrRandom = random.named("bbr");
        }
        return bbrRandom;
    }

    /** Sends packets as they are, without any queue of the host's. */
    public final void setWire(Wire wire) {
        this.egress = (packet, sk, skb) -> {
            wire.send(packet);
            return NET_XMIT_SUCCESS;
        };
    }

    /** Says how packets leave the host. */
    public void setEgress(Egress theEgress) {
        this.egress = theEgress;
    }

    /** How packets leave the host. */
    public Egress egress() {
        return egress;
    }

    /** Sends a packet of no full socket. */
    public void transmit(TcpSegment segment) {
        egress.send(segment, null, null);
    }

    /** Microseconds since boot (Linux: tcp_clock_us()). */
    public long clockUs() {
        return scheduler.nowPs() / SimTime.PS_PER_US + UPTIME_US;
    }

    /** Nanoseconds since boot (Linux: tcp_clock_ns()). */
    public long clockNs() {
        return scheduler.nowPs() / SimTime.PS_PER_NS + UPTIME_US * 1000;
    }

    /** Nanoseconds between boot and the last tick (Linux: ktime_get_coarse_ns()). */
    public long coarseClockNs() {
        return jiffyStartPs(jiffies64()) / SimTime.PS_PER_NS + UPTIME_US * 1000;
    }

    /** A number that no other socket of the host has or had, from 1 (Linux: sock_gen_cookie()). */
    long nextCookie() {
        return ++lastCookie;
    }

    /** Ticks since boot (Linux: jiffies). */
    public long jiffies64() {
        return jiffies64(scheduler.nowPs());
    }

    /** The same for a caller that has read the scheduler's clock. */
    public long jiffies64(long now) {
        if (now >= nextTickPs) {
            // Asked several times for each packet, this is divided once for each tick.
            lastTick = jiffiesAt(now);
            nextTickPs = jiffyStartPs(lastTick + 1);
        }
        return lastTick;
    }

    /** Ticks since boot at a point of time of the run. */
    public long jiffiesAt(long ps) {
        return ps / psPerJiffy + UPTIME_US / 1_000_000 * hz;
    }

    /** The low 32 bits of jiffies (Linux: tcp_jiffies32). */
    public int jiffies() {
        return (int) jiffies64();
    }

    /** When a tick begins, in picoseconds of the run. */
    public long jiffyStartPs(long jiffy) {
        return (jiffy - UPTIME_US / 1_000_000 * hz) * psPerJiffy;
    }

    /**
     * Memory that a received IP packet occupies (skb->truesize): the data in a half page of the NIC driver, or in as many
     * as it needs, and the sk_buff. What was put together from several packets has the data of all and one sk_buff.
     */
    public int receiveTruesize(TcpSegment packet) {
        int ipBytes = packet.gsoSize == 0 ? packet.ipBytes : packet.ipBytes - packet.length + packet.gsoSize;
        int buffer = ipBytes + RX_HEADROOM + SKB_SHARED_INFO;
        return SKB_BYTES + packet.gsoSegs * ((buffer + RX_HALF_PAGE - 1) / RX_HALF_PAGE * RX_HALF_PAGE);
    }

    /** Ticks in a span, rounded up (Linux: usecs_to_jiffies()). */
    public int usToJiffies(long us) {
        return (int) ((us * hz + 999_999) / 1_000_000);
    }

    /** Ticks in a span, rounded up. */
    public int msToJiffies(long ms) {
        return (int) ((ms * hz + 999) / 1000);
    }

    public long jiffiesToUs(long jiffies) {
        return jiffies * (1_000_000 / hz);
    }
}
