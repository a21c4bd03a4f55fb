package org.bpfsim.tcp.input;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.ReceiveLowat;
import org.bpfsim.tcp.sock.ReceiveQueueHook;
import org.bpfsim.tcp.sock.TcpSock;

/** Data that comes with a SYN or SYN-ACK (Linux 6.12, tcp_fastopen_add_skb() in net/ipv4/tcp_fastopen.c). */
final class FastOpenData {
    private FastOpenData() {}

    /** Takes what a handshake's segment carries behind its SYN; rcv_nxt is one behind the SYN. */
    static void take(TcpSock sk, TcpSegment segment) {
        if (segment.endSeq() == sk.rcv_nxt) {
            return;
        }
        int truesize = sk.kernel.receiveTruesize(segment);
        DataInput.notePayload(sk, segment);
        sk.segs_in = 1;
        sk.data_segs_in += segment.length > 0 ? 1 : 0;
        sk.sk_rmem_alloc += truesize;
        sk.receive_queue_truesize += truesize;
        ReceiveQueueHook.queued(sk, segment);
        sk.rcv_nxt = segment.endSeq();
        sk.syn_data_acked = true;
        sk.bytes_received = segment.length;
        if (segment.has(TcpSegment.FIN)) {
            DataInput.finReceived(sk);
        }
        ReceiveLowat.wakeReader(sk);
    }
}
