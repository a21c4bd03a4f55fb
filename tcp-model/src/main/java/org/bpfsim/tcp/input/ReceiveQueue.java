package org.bpfsim.tcp.input;

import java.util.Arrays;
import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.output.ReceiveWindow;
import org.bpfsim.tcp.sock.ReceiveQueueHook;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Reads what has come in order (Linux 6.12, tcp_recvmsg_locked() and __tcp_cleanup_rbuf() in net/ipv4/tcp.c). Hot path: no
 * allocation.
 */
public final class ReceiveQueue {
    private ReceiveQueue() {}

    /** Reads up to so many bytes; returns how many there were. */
    public static int read(TcpSock sk, int maxBytes) {
        UrgentData.skip(sk);
        int unread = sk.unread();
        int bytes = UrgentData.untilMark(sk, Math.min(unread, maxBytes));
        if (bytes <= 0) {
            return 0;
        }
        int freed = (int) ((long) sk.receive_queue_truesize * bytes / unread);
        sk.copied_seq += bytes;
        sk.sk_rmem_alloc -= freed;
        sk.receive_queue_truesize -= freed;
        if (sk.kernel.cpus != null) {
            sk.kernel.cpus.copied(sk, bytes);
        }
        ReceiveBuffer.afterRead(sk);
        ReceiveQueueHook.read(sk);
        cleanup(sk);
        return bytes;
    }

    /** Copies bytes that wait, zeros if only their number is known. */
    public static void peek(TcpSock sk, int offset, byte[] target, int targetOffset, int length) {
        if (sk.rx_payload == null) {
            Arrays.fill(target, targetOffset, targetOffset + length, (byte) 0);
        } else {
            sk.rx_payload.copyTo(sk.readOffset() + offset, length, target, targetOffset);
        }
    }

    /**
     * Bytes have been read: sends the ACK that this makes due, for more than a segment unacknowledged, or a window that
     * doubled.
     */
    public static void cleanup(TcpSock sk) {
        boolean ack = false;
        if (sk.ackScheduled()) {
            int pending = sk.icsk_ack_pending;
            boolean pushed = (pending & TcpSock.ICSK_ACK_PUSHED2) != 0
                    || (pending & TcpSock.ICSK_ACK_PUSHED) != 0 && !sk.inPingpongMode();
            ack = sk.rcv_nxt - sk.rcv_wup > sk.icsk_ack_rcv_mss || pushed && sk.sk_rmem_alloc == 0;
        }
        if (!ack && (sk.sk_shutdown & TcpSock.RCV_SHUTDOWN) == 0) {
            int offered = sk.receiveWindow();
            if (2 * offered <= sk.window_clamp) {
                int window = ReceiveWindow.compute(sk);
                ack = window != 0 && window >= 2 * offered;
            }
        }
        if (ack) {
            Acks.send(sk);
        }
    }
}
