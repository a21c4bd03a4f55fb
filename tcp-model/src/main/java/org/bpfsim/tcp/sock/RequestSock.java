package org.bpfsim.tcp.sock;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * A connection that a SYN has announced and no ACK has confirmed yet: Linux's {@code tcp_request_sock}. It lives
 * from SYN to the handshake's last ACK, and is all that exists on the passive side while the SYN-ACK is under way.
 */
public final class RequestSock extends SockCommon {
    /** The socket that listens. */
    public final TcpSock rsk_listener;

    public int rcv_isn;
    public int snt_isn;
    public int rcv_nxt;
    public int ts_recent;
    /** Echo of the first SYN-ACK's time stamp that shows a later one to be spurious. */
    public int snt_tsval_first;
    /** When the SYN-ACK was sent first, in microseconds of the host's clock. */
    public long snt_synack;

    public int mss;
    public int snd_wscale;
    public int rcv_wscale;
    public boolean wscale_ok;
    public boolean tstamp_ok;
    public boolean sack_ok;
    public boolean ecn_ok;
    public int ts_off;
    public int rsk_rcv_wnd;
    public int rsk_window_clamp;
    public int num_retrans;
    public int num_timeout;
    /** The SYN-ACK's first timeout in jiffies, from TIMEOUT_INIT or one second. */
    public int timeout;

    /** The SYN's headers if the listener wants them (TCP_SAVE_SYN), or null. */
    public SavedSyn saved_syn;

    /** The ACK of the SYN-ACK has come, and was not enough. */
    public boolean acked;
    /** Nothing of it is kept: sequence number and time stamp of the SYN-ACK are a cookie. */
    public boolean syncookie;
    /** The time stamp that is a cookie, before its offset. */
    public int cookie_ts;
    /** A connection was made of the SYN, which is in the host's table in place of this. */
    public boolean tfo_listener;
    /** That connection, or null. */
    public TcpSock sk;

    public int last_oow_ack_time;
    public Event rsk_timer;

    public RequestSock(TcpSock listener) {
        super(listener.kernel);
        this.rsk_listener = listener;
        this.cgroup = listener.cgroup;
        this.skc_state = TcpState.NEW_SYN_RECV;
    }

    /** A segment to the peer, without flags and sequence numbers. */
    public TcpSegment segment() {
        TcpSegment s = kernel.segments.take();
        s.srcHost = kernel.hostIndex;
        s.dstHost = peerHost;
        s.flowHash = sk_txhash;
        s.src = saddr;
        s.dst = daddr;
        s.srcPort = skc_num;
        s.dstPort = skc_dport;
        return s;
    }

    /**
     * The handshake of a connection that was opened fast is complete, or the connection is over ({@code
     * reqsk_fastopen_remove()}).
     *
     * @param reset whether the peer has ended it with a RST
     */
    public void leaveFastOpen(TcpSock child, boolean reset) {
        FastOpenQueue queue = rsk_listener.fastopenq;
        child.fastopen_rsk = null;
        sk = null;
        tfo_listener = false;
        queue.qlen--;
        if (reset && child.queuedAt == null && rsk_listener.skc_state == TcpState.LISTEN) {
            queue.countReset(kernel);
        }
    }

    @Override
    public boolean isFullSock() {
        return false;
    }
}
