package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Mss;
import org.bpfsim.tcp.output.MtuProbe;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Both sides have sent a SYN (RFC 9293, section 3.5, figure 8; Linux 6.12, tcp_rcv_synsent_state_process() in
 * net/ipv4/tcp_input.c). Data of the peer's SYN is not taken.
 */
final class SimultaneousOpen {
    private static final int ASKS_FOR_ECN = TcpSegment.ECE | TcpSegment.CWR;

    private SimultaneousOpen() {}

    /** A SYN without ACK meets a socket in SYN_SENT: answers it with a SYN-ACK of the same sequence number. */
    static void receive(TcpSock sk, TcpSegment syn) {
        SynSent.readOptions(sk, syn);
        sk.setState(TcpState.SYN_RECV);
        if (sk.rx_opt_saw_tstamp) {
            sk.rx_opt_tstamp_ok = true;
            Timestamps.store(sk);
        }
        sk.tcp_header_len = 20 + (sk.rx_opt_saw_tstamp ? 12 : 0);
        sk.rcv_nxt = syn.seq + 1;
        sk.copied_seq = sk.rcv_nxt;
        sk.rcv_wup = sk.rcv_nxt;
        sk.irs = syn.seq;
        sk.snd_wnd = syn.window; // not scaled in a SYN
        sk.snd_wl1 = syn.seq;
        sk.max_window = sk.snd_wnd;
        if ((syn.flags & ASKS_FOR_ECN) != ASKS_FOR_ECN) {
            sk.ecn_flags &= ~TcpSock.TCP_ECN_OK;
        }
        MtuProbe.init(sk);
        Mss.sync(sk);
        Syn.initReceiveMss(sk);
        Syn.sendSynAckOfConnect(sk);
    }
}
