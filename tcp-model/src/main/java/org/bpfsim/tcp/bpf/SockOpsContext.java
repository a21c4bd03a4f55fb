package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.helper.CgroupProgram;
import org.bpfsim.bpf.helper.SocketEvent;
import org.bpfsim.bpf.map.MapSocket;
import org.bpfsim.bpf.types.Addresses;
import org.bpfsim.bpf.types.Getter;
import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.QueuedSkb;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * What a {@code sock_ops} program is called with: Linux's {@code bpf_sock_ops_kern} on our side, {@code struct
 * bpf_sock_ops} on the program's (6.12, include/uapi/linux/bpf.h; access rules of {@code
 * sock_ops_convert_ctx_access()}, net/core/filter.c).
 *
 * <p>For a request socket, fields of {@code tcp_sock} read as zero and {@code sk} as NULL. The packet is the TCP header:
 * its checksum reads as 0, and {@code skb_hwtstamp} as well, because no NIC of ours stamps packets. A header is made
 * only when a program asks for it.
 *
 * <p>Hot path: no allocation. A host has one such object for each level of nesting.
 */
final class SockOpsContext implements SocketEvent, CgroupProgram {
    private static final int BPF_CGROUP_SOCK_OPS = 3;
    private static final int MAX_HEADER_BYTES = 60;
    private static final int CB_BYTES = 48;
    private static final int ECN_FLAGS = TcpSegment.ECE | TcpSegment.CWR;

    /** The socket of the call; never null during one. */
    SockCommon sk;
    /** The same if it is a full socket, otherwise null. */
    TcpSock full;

    int op;
    /** Arguments on entry, reply on return: one union in Linux as well. */
    final int[] replylong = new int[4];
    /** The segment that caused the call, or null. */
    TcpSegment skb;
    /** The SYN that the SYN-ACK answers which the call is about, or null. */
    TcpSegment syn;
    /** Bytes of options that may still be reserved or written. */
    int remainingOptions;
    /** What can be seen of {@link #header}: nothing of a segment that has none yet. */
    int dataEnd;

    /** What is about to be queued, in a call about the receive queue before it is; or null. */
    QueuedSkb queued;

    /** Whether the socket is locked, so that its fields may be read; it is not where bytes are stamped. */
    boolean locked;
    /** The program has asked to hear more of what was written. */
    boolean wantsTimestamps;

    private final byte[] header = new byte[MAX_HEADER_BYTES];
    private boolean headerIsMade;
    /** Bytes of TCP header and payload that {@code skb_len} tells of. */
    private int skbLength;

    static final StructType<SockOpsContext> BPF_SOCK_OPS = StructType.builder("bpf_sock_ops", SockOpsContext.class)
            .u32("op", c -> c.op)
            .union(u -> u.u32("reply", c -> c.replylong[0], (c, v) -> c.replylong[0] = (int) v)
                    .array("args", ScalarType.U32, 4, (c, i) -> c.replylong[i])
                    .array("replylong", ScalarType.U32, 4, (c, i) -> c.replylong[i]))
            .u32("family", c -> c.sk.family())
            .scalar("remote_ip4", ScalarType.BE32, c -> SockTypes.remoteIp4(c.sk))
            .scalar("local_ip4", ScalarType.BE32, c -> SockTypes.localIp4(c.sk))
            .array("remote_ip6", ScalarType.BE32, 4, (c, i) -> SockTypes.remoteWord(c.sk, i))
            .array("local_ip6", ScalarType.BE32, 4, (c, i) -> SockTypes.localWord(c.sk, i))
            .scalar("remote_port", ScalarType.BE32, c -> c.sk.skc_dport)
            .u32("local_port", c -> c.sk.skc_num)
            .u32("is_fullsock", c -> c.full == null ? 0 : 1)
            .u32("snd_cwnd", tcp(sk -> sk.snd_cwnd))
            .u32("srtt_us", tcp(sk -> sk.srtt_us))
            .u32("bpf_sock_ops_cb_flags", tcp(sk -> sk.bpf_sock_ops_cb_flags))
            .u32("state", c -> c.sk.skc_state)
            .u32("rtt_min", tcp(TcpSock::minRttUs))
            .u32("snd_ssthresh", tcp(sk -> sk.snd_ssthresh))
            .u32("rcv_nxt", tcp(sk -> sk.rcv_nxt))
            .u32("snd_nxt", tcp(sk -> sk.snd_nxt))
            .u32("snd_una", tcp(sk -> sk.snd_una))
            .u32("mss_cache", tcp(sk -> sk.mss_cache))
            .u32("ecn_flags", tcp(sk -> sk.ecn_flags))
            .u32("rate_delivered", tcp(sk -> sk.rate_delivered))
            .u32("rate_interval_us", tcp(sk -> sk.rate_interval_us))
            .u32("packets_out", tcp(sk -> sk.packets_out))
            .u32("retrans_out", tcp(sk -> sk.retrans_out))
            .u32("total_retrans", tcp(sk -> sk.total_retrans))
            .u32("segs_in", tcp(sk -> sk.segs_in))
            .u32("data_segs_in", tcp(sk -> sk.data_segs_in))
            .u32("segs_out", tcp(sk -> sk.segs_out))
            .u32("data_segs_out", tcp(sk -> sk.data_segs_out))
            .u32("lost_out", tcp(sk -> sk.lost_out))
            .u32("sacked_out", tcp(sk -> sk.sacked_out))
            .u32("sk_txhash", tcp(sk -> sk.sk_txhash), SockOpsContext::setTxHash)
            .u64("bytes_received", tcp(sk -> sk.bytes_received))
            .u64("bytes_acked", tcp(sk -> sk.bytes_acked))
            .pointer("sk", () -> UapiTypes.BPF_SOCK, c -> c.full)
            .address("skb_data", SockOpsContext::data)
            .address("skb_data_end", (c, addresses) -> c.skb == null ? 0 : c.data(addresses) + c.dataEnd)
            .u32("skb_len", c -> c.skbLength)
            .u32("skb_tcp_flags", SockOpsContext::tcpFlags)
            .u64("skb_hwtstamp", c -> 0)
            .build();

    /** {@code struct tcp_skb_cb}, which TCP keeps in a packet's {@code cb} (Linux 6.12, include/net/tcp.h). */
    static final StructType<QueuedSkb> TCP_SKB_CB = StructType.builder("tcp_skb_cb", QueuedSkb.class)
            .u32("seq", skb -> skb.seq)
            .u32("end_seq", skb -> skb.end_seq)
            .u8("tcp_flags", skb -> skb.tcp_flags)
            .build();

    /** {@code struct sk_buff}, as far as a packet on its way into a receive queue has it: {@code data} is the payload. */
    private static final StructType<QueuedSkb> SK_BUFF = StructType.builder("sk_buff", QueuedSkb.class)
            .union(u ->
                    u.array("cb", ScalarType.U8, CB_BYTES, SockOpsContext::cb).embed("tcp", TCP_SKB_CB))
            .u32("len", QueuedSkb::length)
            .build();

    /** {@code struct bpf_sock_ops_kern} (Linux 6.12, include/linux/filter.h), for {@code bpf_cast_to_kern_ctx()}. */
    static final StructType<SockOpsContext> BPF_SOCK_OPS_KERN = StructType.builder(
                    "bpf_sock_ops_kern", SockOpsContext.class)
            .pointer("sk", () -> SockTypes.SOCK, c -> c.full)
            .pointer("skb", () -> SK_BUFF, c -> c.queued)
            .u8("op", c -> c.op)
            .u8("is_fullsock", c -> c.full == null ? 0 : 1)
            .build();

    /**
     * Fills it in for one call.
     *
     * @param segment that the call shows, or null
     */
    void set(SockCommon socket, int operation, int arg0, int arg1, int arg2, TcpSegment segment) {
        sk = socket;
        full = socket instanceof TcpSock tcp ? tcp : null;
        op = operation;
        replylong[0] = arg0;
        replylong[1] = arg1;
        replylong[2] = arg2;
        replylong[3] = 0;
        skb = segment;
        syn = null;
        queued = null;
        remainingOptions = 0;
        locked = true;
        wantsTimestamps = false;
        headerIsMade = false;
        dataEnd = segment == null ? 0 : segment.tcpHeaderBytes();
        skbLength = segment == null ? 0 : dataEnd + segment.length;
    }

    /** The same for a call about options of a segment to be sent, which has no header yet. */
    void setReserve(SockCommon socket, int arg0, TcpSegment segment, TcpSegment answered, int remaining) {
        set(socket, SockOps.BPF_SOCK_OPS_HDR_OPT_LEN_CB, arg0, 0, 0, segment);
        syn = answered;
        remainingOptions = remaining;
        dataEnd = 0;
        skbLength = segment == null ? 0 : segment.length;
    }

    /** The same for a call to write options: the header ends where they are to be. */
    void setWrite(SockCommon socket, int arg0, TcpSegment segment, TcpSegment answered) {
        set(socket, SockOps.BPF_SOCK_OPS_WRITE_HDR_OPT_CB, arg0, 0, 0, segment);
        syn = answered;
        remainingOptions = segment.extraOptionBytes;
        dataEnd -= remainingOptions;
    }

    /** The same for a call about bytes that were written, in a buffer of so many bytes. */
    void setTimestamp(TcpSock socket, int operation, int bytes) {
        set(socket, operation, 0, 0, 0, null);
        locked = false;
        skbLength = bytes;
    }

    /** The same for a call about the receive queue: there are no bytes to look at but through {@code bpf_skb_load_bytes()}. */
    void setReceiveQueue(TcpSock socket, QueuedSkb skb) {
        set(socket, SockOps.BPF_SOCK_OPS_RCVQ_CB, 0, 0, 0, null);
        queued = skb;
        skbLength = skb == null ? 0 : skb.length();
    }

    /** Whether options may be set and read, of sockets and of headers (is_locked_tcp_sock_ops()). */
    boolean mayUseOptions() {
        return op <= SockOps.BPF_SOCK_OPS_WRITE_HDR_OPT_CB;
    }

    /** The TCP header, {@link #dataEnd} bytes of which can be seen; only if there is a segment. */
    byte[] header() {
        if (!headerIsMade) {
            headerIsMade = true;
            if (dataEnd > 0) {
                skb.writeTcpHeader(header, 0);
            }
        }
        return header;
    }

    /** The cgroup that the program which runs next is attached to. */
    long attachedTo;

    @Override
    public long attachedTo() {
        return attachedTo;
    }

    @Override
    public int attachType() {
        return BPF_CGROUP_SOCK_OPS;
    }

    @Override
    public MapSocket mapSocket() {
        return full;
    }

    @Override
    public boolean mayJoinMaps() {
        return op == SockOps.BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB
                || op == SockOps.BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB
                || op == SockOps.BPF_SOCK_OPS_TCP_LISTEN_CB;
    }

    /** Lets go of what the call was about. */
    void clear() {
        sk = null;
        full = null;
        skb = null;
        syn = null;
        queued = null;
    }

    private long data(Addresses addresses) {
        return skb == null ? 0 : addresses.ofBytes(header(), 0, MAX_HEADER_BYTES, false);
    }

    /** The bytes of {@link #TCP_SKB_CB}. */
    private static long cb(QueuedSkb skb, int i) {
        if (i < 2 * Integer.BYTES) {
            return (i < Integer.BYTES ? skb.seq : skb.end_seq) >>> 8 * (i % Integer.BYTES);
        }
        return i == 2 * Integer.BYTES ? skb.tcp_flags : 0;
    }

    /** As tcp_skb_cb has them: of a segment to be sent, ECN bits are there only if a SYN negotiates with them. */
    private static long tcpFlags(SockOpsContext c) {
        if (c.skb == null) {
            return c.queued == null ? 0 : c.queued.tcp_flags;
        }
        boolean sent = c.op == SockOps.BPF_SOCK_OPS_HDR_OPT_LEN_CB || c.op == SockOps.BPF_SOCK_OPS_WRITE_HDR_OPT_CB;
        boolean isSyn = (c.skb.flags & (TcpSegment.SYN | TcpSegment.ACK)) == TcpSegment.SYN;
        return sent && !isSyn ? c.skb.flags & ~ECN_FLAGS : c.skb.flags;
    }

    /** A field of {@code tcp_sock}: zero for a request socket. */
    private static Getter<SockOpsContext> tcp(Getter<TcpSock> field) {
        return c -> c.full == null || !c.locked ? 0 : field.get(c.full);
    }

    private static void setTxHash(SockOpsContext c, long value) {
        if (c.full != null) {
            c.full.sk_txhash = (int) value;
        }
    }
}
