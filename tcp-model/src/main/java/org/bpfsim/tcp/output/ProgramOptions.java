package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Options that {@code sock_ops} programs add to segments: first they say how many bytes they want, then they write them
 * behind all others (Linux 6.12, bpf_skops_hdr_opt_len() and bpf_skops_write_hdr_opt() in net/ipv4/tcp_output.c). A
 * socket without {@code BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG} pays for the test of that flag.
 */
final class ProgramOptions {
    /** All that a TCP header has room for (RFC 9293, section 3.1). */
    private static final int MAX_BYTES = 40;

    private ProgramOptions() {}

    static boolean wanted(TcpSock sk) {
        return sk.wantsCallback(SockOps.BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG);
    }

    /** Bytes that the next segment would carry beside {@code others} bytes of options; there is no segment yet. */
    static int expected(TcpSock sk, int others) {
        return reserve(sk, SockOps.BPF_WRITE_HDR_TCP_CURRENT_MSS, MAX_BYTES - others, null, null);
    }

    /** Makes room in a segment that has its other options. */
    static void reserve(TcpSock sk, TcpSegment segment) {
        makeRoom(sk, 0, segment, null);
    }

    /** Has the room filled; the header is complete otherwise. */
    static void write(TcpSock sk, TcpSegment segment) {
        if (segment.extraOptionBytes > 0) {
            sk.cgroup.sockOps().writeOptions(sk, 0, segment, null);
        }
    }

    /**
     * Both for a SYN-ACK. Whether it is asked for is up to the listener, or to the connection that was opened fast; {@code
     * syn} is null when it is sent again.
     */
    static void addToSynAck(RequestSock req, TcpSegment segment, TcpSegment syn) {
        if (wanted(req.sk != null ? req.sk : req.rsk_listener)) {
            int arg0 = req.syncookie ? SockOps.BPF_WRITE_HDR_TCP_SYNACK_COOKIE : 0;
            makeRoom(req, arg0, segment, syn);
            if (segment.extraOptionBytes > 0) {
                req.cgroup.sockOps().writeOptions(req, arg0, segment, syn);
            }
        }
    }

    private static void makeRoom(SockCommon sk, int arg0, TcpSegment segment, TcpSegment syn) {
        segment.makeExtraOptions(reserve(sk, arg0, MAX_BYTES - segment.optionBytes(), segment, syn));
    }

    private static int reserve(SockCommon sk, int arg0, int remaining, TcpSegment segment, TcpSegment syn) {
        SockOps ops = sk.cgroup == null || remaining == 0 ? null : sk.cgroup.sockOps();
        return ops == null ? 0 : ops.reserveOptions(sk, arg0, remaining, segment, syn) + 3 & ~3;
    }
}
