package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.MtuProbe;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.TcpSock;

/** What both sides do when the handshake is complete (Linux 6.12, tcp_init_transfer() in net/ipv4/tcp_input.c). */
final class Established {
    private Established() {}

    /**
     * Sets the initial window, calls the programs, starts congestion control and buffers.
     *
     * @param op BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB or BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB
     */
    static void init(TcpSock sk, int op, TcpSegment segment) {
        MtuProbe.init(sk);
        boolean repeatedSyn = sk.total_retrans > 1 && sk.undo_marker != 0;
        sk.snd_cwnd = repeatedSyn ? 1 : sk.initialCwnd();
        sk.snd_cwnd_stamp = sk.kernel.jiffies();
        sk.callBpf(op, segment);
        if (!sk.icsk_ca_initialized) {
            CongestionControl.init(sk);
        }
        ReceiveBuffer.init(sk);
    }
}
