package org.bpfsim.tcp.sock;

import org.bpfsim.sim.Event;

/**
 * What remains of a connection while old segments may be around: Linux's {@code tcp_timewait_sock}, much lighter than a
 * socket. It stands for TIME_WAIT or, for an orphan whose FIN is acknowledged, for FIN_WAIT2.
 */
public final class TimeWaitSock extends SockCommon {
    public int tw_substate;
    public int tw_rcv_nxt;
    public int tw_snd_nxt;
    public int tw_rcv_wnd;
    public int tw_rcv_wscale;
    public boolean tw_tstamp_ok;
    public int tw_ts_recent;
    /** When {@link #tw_ts_recent} was taken, in seconds of the host's clock; 0 if never. */
    public int tw_ts_recent_stamp;

    public int tw_ts_offset;
    public int tw_last_oow_ack_time;
    public Event tw_timer;

    public TimeWaitSock(TcpSock sk, int substate) {
        super(sk.kernel);
        cgroup = sk.cgroup;
        takeCookieOf(sk);
        saddr = sk.saddr;
        daddr = sk.daddr;
        skc_num = sk.skc_num;
        skc_dport = sk.skc_dport;
        peerHost = sk.peerHost;
        sk_txhash = sk.sk_txhash;
        skc_state = TcpState.TIME_WAIT;
        tw_substate = substate;
        tw_rcv_nxt = sk.rcv_nxt;
        tw_snd_nxt = sk.snd_nxt;
        tw_rcv_wnd = sk.receiveWindow();
        tw_rcv_wscale = sk.rx_opt_rcv_wscale;
        tw_tstamp_ok = sk.rx_opt_tstamp_ok;
        tw_ts_recent = sk.rx_opt_ts_recent;
        tw_ts_recent_stamp = sk.rx_opt_ts_recent_stamp;
        tw_ts_offset = sk.tsoffset;
    }

    @Override
    public boolean isFullSock() {
        return false;
    }
}
