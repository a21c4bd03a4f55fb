package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.ReceiveLowat;
import org.bpfsim.tcp.sock.ReceiveQueueHook;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Takes in the payload of segments (RFC 9293, section 3.10.7.4, seventh; Linux 6.12, tcp_data_queue() in
 * net/ipv4/tcp_input.c). Hot path: no allocation.
 */
final class DataInput {
    private DataInput() {}

    /** Queues what a segment carries, in order or out of order, or sees that it is old or beyond the window. */
    static void queue(TcpSock sk, TcpSegment segment) {
        final int start = segment.seq;
        final int end = segment.endSeq();
        if (start == end) {
            return;
        }
        int truesize = sk.kernel.receiveTruesize(segment);
        notePayload(sk, segment);
        sk.rx_opt_dsack = false;
        int window = sk.receiveWindow();
        if (start == sk.rcv_nxt) {
            boolean isBareFin = segment.length == 0;
            if (window == 0 && !isBareFin) {
                sk.kernel.mib.inc(Mib.TCP_ZERO_WINDOW_DROP);
                outOfWindow(sk);
            } else {
                inOrder(sk, segment, end, truesize);
            }
        } else if (!SeqNum.after(end, sk.rcv_nxt)) {
            sk.kernel.mib.inc(Mib.DELAYED_ACK_LOST);
            OutOfOrder.setDsack(sk, start, end);
            outOfWindow(sk);
        } else if (!SeqNum.before(start, sk.rcv_nxt + window)) {
            outOfWindow(sk);
        } else if (SeqNum.before(start, sk.rcv_nxt)) {
            OutOfOrder.setDsack(sk, start, sk.rcv_nxt);
            if (window == 0) {
                sk.kernel.mib.inc(Mib.TCP_ZERO_WINDOW_DROP);
                outOfWindow(sk);
            } else {
                inOrder(sk, segment, end, truesize);
            }
        } else {
            OutOfOrder.queue(sk, segment, truesize);
        }
    }

    /** The fast path's part: in order, nothing out of order, no FIN. */
    static void queueExpected(TcpSock sk, TcpSegment segment) {
        int truesize = sk.kernel.receiveTruesize(segment);
        notePayload(sk, segment);
        append(sk, segment, segment.endSeq(), truesize);
        dataReceived(sk, segment, truesize);
    }

    private static void inOrder(TcpSock sk, TcpSegment segment, int end, int truesize) {
        if (!ReceiveBuffer.admit(sk, segment.seq)) {
            sk.icsk_ack_pending |= TcpSock.ICSK_ACK_NOMEM | TcpSock.ICSK_ACK_NOW;
            QuickAcks.schedule(sk);
            ReceiveLowat.dataReady(sk);
            if (sk.receive_queue_truesize > 0 && segment.length > 0) {
                sk.kernel.mib.inc(Mib.TCP_RCVQ_DROP);
                return;
            }
        }
        append(sk, segment, end, truesize);
        if (segment.length > 0) {
            dataReceived(sk, segment, truesize);
        }
        boolean fin = segment.has(TcpSegment.FIN);
        if (fin) {
            finReceived(sk);
        }
        if (!sk.out_of_order_queue.isEmpty()) {
            if (OutOfOrder.drain(sk) && !fin) {
                finReceived(sk);
            }
            if (sk.out_of_order_queue.isEmpty()) {
                sk.icsk_ack_pending |= TcpSock.ICSK_ACK_NOW; // RFC 5681, section 4.2: a gap was filled
            }
        }
        if (sk.rx_opt_num_sacks > 0) {
            OutOfOrder.removeOldBlocks(sk);
        }
        ReceiveLowat.wakeReader(sk);
    }

    private static void append(TcpSock sk, TcpSegment segment, int end, int truesize) {
        ReceiveQueueHook.queued(sk, segment);
        if (sk.psock != null) {
            sk.psock.queued(sk.rcv_nxt, end, truesize, segment.has(TcpSegment.FIN));
        }
        sk.bytes_received += end - sk.rcv_nxt;
        sk.rcv_nxt = end;
        sk.sk_rmem_alloc += truesize;
        sk.receive_queue_truesize += truesize;
    }

    /** Bytes have their place in the stream, so it is enough to know where the stream is. */
    static void notePayload(TcpSock sk, TcpSegment segment) {
        if (segment.payload != null) {
            sk.rx_payload = segment.payload;
        }
    }

    private static void outOfWindow(TcpSock sk) {
        QuickAcks.enterMode(sk, QuickAcks.MAX);
        QuickAcks.schedule(sk);
    }

    /** Data has come in order: ACK timing, RTT, ECN, window (tcp_event_data_recv()). */
    private static void dataReceived(TcpSock sk, TcpSegment segment, int truesize) {
        QuickAcks.schedule(sk);
        ReceiveBuffer.measureMss(sk, segment, truesize);
        ReceiveBuffer.measureRttByWindow(sk);
        int now = sk.kernel.jiffies();
        int atoMin = Acks.atoMin(sk.kernel);
        if (sk.icsk_ack_ato == 0) {
            QuickAcks.grant(sk, QuickAcks.MAX); // the first data of the connection
            sk.icsk_ack_ato = atoMin;
        } else {
            adaptAto(sk, now - sk.icsk_ack_lrcvtime, atoMin);
        }
        sk.icsk_ack_lrcvtime = now;
        EcnEcho.onData(sk, segment.ecn);
        if (ReceiveBuffer.countsForWindow(segment)) {
            ReceiveBuffer.growWindow(sk, segment, truesize);
        }
    }

    /** Follows the time between segments, so that the delayed ACK waits just long enough for the next. */
    private static void adaptAto(TcpSock sk, int gap, int atoMin) {
        if (gap <= atoMin / 2) {
            sk.icsk_ack_ato = (sk.icsk_ack_ato >> 1) + atoMin / 2;
        } else if (gap < sk.icsk_ack_ato) {
            int max = Math.min(sk.icsk_rto, Acks.delackMax(sk.kernel));
            sk.icsk_ack_ato = Math.min((sk.icsk_ack_ato >> 1) + gap, max);
        } else if (gap > sk.icsk_rto) {
            QuickAcks.grant(sk, QuickAcks.MAX); // the sender has gone back to slow start
        }
    }

    /** The peer will send no more (RFC 9293, section 3.10.7.4, eighth; tcp_fin()). */
    static void finReceived(TcpSock sk) {
        QuickAcks.schedule(sk);
        sk.fin_received = true;
        sk.sk_shutdown |= TcpSock.RCV_SHUTDOWN;
        sk.sk_done = true;
        switch (sk.skc_state) {
            case TcpState.SYN_RECV, TcpState.ESTABLISHED -> {
                sk.setState(TcpState.CLOSE_WAIT);
                sk.icsk_ack_pingpong = TcpSock.PINGPONG_THRESHOLD;
            }
            case TcpState.FIN_WAIT1 -> {
                Acks.send(sk); // both sides close at once
                sk.setState(TcpState.CLOSING);
            }
            case TcpState.FIN_WAIT2 -> {
                Acks.send(sk);
                sk.kernel.sockets.timeWait(sk, TcpState.TIME_WAIT, 0);
            }
            default -> {
                // a FIN that was seen before
            }
        }
        sk.out_of_order_queue.clear();
        sk.sk_rmem_alloc = sk.receive_queue_truesize + (sk.psock == null ? 0 : sk.psock.receiveMemory());
        sk.rx_opt_num_sacks = 0;
        sk.rx_opt_dsack = false;
        sk.raise(SockCallbacks.STATE | SockCallbacks.READABLE);
    }
}
