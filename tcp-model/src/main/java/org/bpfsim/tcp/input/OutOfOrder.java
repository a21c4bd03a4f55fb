package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.OutOfOrderQueue;
import org.bpfsim.tcp.sock.ReceiveQueueHook;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Data beyond a gap, and the SACK blocks that report it (RFC 2018, section 4; RFC 2883; Linux 6.12, tcp_data_queue_ofo()
 * in net/ipv4/tcp_input.c).
 */
final class OutOfOrder {
    private static final int MAX_BLOCKS = 4;
    private static final int BLOCKS_EXPECTED = 2;

    private OutOfOrder() {}

    /** Keeps a segment that lies beyond rcv_nxt and within the window. */
    static void queue(TcpSock sk, TcpSegment segment, int truesize) {
        EcnEcho.onData(sk, segment.ecn);
        if (!ReceiveBuffer.admit(sk, segment.seq)) {
            sk.kernel.mib.inc(Mib.TCP_OFO_DROP);
            return;
        }
        ReceiveBuffer.measureMss(sk, segment, truesize);
        QuickAcks.schedule(sk);
        sk.rcv_ooopack += segment.gsoSegs;
        sk.kernel.mib.inc(Mib.TCP_OFO_QUEUE);
        final int start = segment.seq;
        final int end = segment.endSeq();
        OutOfOrderQueue queue = sk.out_of_order_queue;
        reportOverlap(sk, start, end);
        if (!isContained(queue, start, end)) {
            queue.add(start, end, truesize);
            sk.sk_rmem_alloc += truesize;
            if (segment.has(TcpSegment.FIN)) {
                sk.fin_out_of_order = true;
                sk.fin_seq = end - 1;
            }
        } else {
            sk.kernel.mib.inc(Mib.TCP_OFO_MERGE);
        }
        if (sk.rx_opt_sack_ok) {
            putBlockFirst(sk, start, end);
            ReceiveBuffer.growWindow(sk, segment, truesize);
        }
    }

    /** Data has arrived in order: takes what follows it out of the queue. Returns whether a FIN is among it. */
    static boolean drain(TcpSock sk) {
        OutOfOrderQueue queue = sk.out_of_order_queue;
        boolean fin = false;
        while (!queue.isEmpty() && !SeqNum.after(queue.start(0), sk.rcv_nxt)) {
            int start = queue.start(0);
            int end = queue.end(0);
            if (SeqNum.before(start, sk.rcv_nxt)) {
                setDsack(sk, start, SeqNum.min(end, sk.rcv_nxt));
            }
            if (SeqNum.after(end, sk.rcv_nxt)) {
                boolean finHere = sk.fin_out_of_order && !SeqNum.after(sk.fin_seq + 1, end);
                ReceiveQueueHook.drained(sk, start, end, finHere);
                if (sk.psock != null) {
                    sk.psock.queued(sk.rcv_nxt, end, queue.truesize(0), finHere);
                }
                sk.receive_queue_truesize += queue.truesize(0);
                sk.bytes_received += end - sk.rcv_nxt;
                sk.rcv_nxt = end;
                fin |= finHere;
            } else {
                sk.sk_rmem_alloc -= queue.truesize(0);
            }
            queue.removeFirst();
        }
        return fin;
    }

    /** Frees memory: drops what is farthest from rcv_nxt, but not below {@code seq} (tcp_prune_ofo_queue()). */
    static void prune(TcpSock sk, int seq) {
        OutOfOrderQueue queue = sk.out_of_order_queue;
        boolean pruned = false;
        while (!queue.isEmpty() && sk.sk_rmem_alloc > sk.sk_rcvbuf) {
            int last = queue.size() - 1;
            if (SeqNum.after(seq, queue.start(last))) {
                break;
            }
            sk.sk_rmem_alloc -= queue.truesize(last);
            queue.removeLast();
            pruned = true;
        }
        if (pruned) {
            sk.fin_out_of_order = false;
            sk.rx_opt_num_sacks = 0;
            sk.rx_opt_dsack = false;
        }
    }

    /** rcv_nxt has advanced: forgets the SACK blocks below it (tcp_sack_remove()). */
    static void removeOldBlocks(TcpSock sk) {
        if (sk.out_of_order_queue.isEmpty()) {
            sk.rx_opt_num_sacks = 0;
            return;
        }
        int kept = 0;
        for (int i = 0; i < sk.rx_opt_num_sacks; i++) {
            if (SeqNum.before(sk.rcv_nxt, sk.selective_acks[2 * i])) {
                sk.selective_acks[2 * kept] = sk.selective_acks[2 * i];
                sk.selective_acks[2 * kept + 1] = sk.selective_acks[2 * i + 1];
                kept++;
            }
        }
        sk.rx_opt_num_sacks = kept;
    }

    /** The next ACK reports a duplicate (RFC 2883, section 4). */
    static void setDsack(TcpSock sk, int start, int end) {
        if (!sk.rx_opt_sack_ok || sk.kernel.sysctls.tcp_dsack == 0) {
            return;
        }
        boolean isOld = SeqNum.before(start, sk.rcv_nxt);
        sk.kernel.mib.inc(isOld ? Mib.TCP_DSACK_OLD_SENT : Mib.TCP_DSACK_OFO_SENT);
        sk.rx_opt_dsack = true;
        sk.duplicate_sack[0] = start;
        sk.duplicate_sack[1] = end;
    }

    private static boolean isContained(OutOfOrderQueue queue, int start, int end) {
        int i = queue.firstEndingAfter(start);
        return i < queue.size() && !SeqNum.after(queue.start(i), start) && !SeqNum.before(queue.end(i), end);
    }

    private static void reportOverlap(TcpSock sk, int start, int end) {
        OutOfOrderQueue queue = sk.out_of_order_queue;
        for (int i = queue.firstEndingAfter(start); i < queue.size() && SeqNum.before(queue.start(i), end); i++) {
            setDsack(sk, SeqNum.max(start, queue.start(i)), SeqNum.min(end, queue.end(i)));
        }
    }

    /**
     * If ACKs were left out, and this segment's block is about to push another to a place where an ACK may not have room
     * for it, the ACK that is owed goes out before (Linux: TCP_SACK_BLOCKS_EXPECTED).
     */
    private static void sendCompressedAckFirst(TcpSock sk, int start, int end) {
        if (sk.compressed_ack == 0) {
            return;
        }
        int at = 0;
        while (at < sk.rx_opt_num_sacks && !touches(sk, at, start, end)) {
            at++;
        }
        if (at >= BLOCKS_EXPECTED) {
            sk.compressed_ack--;
            Acks.send(sk);
        }
    }

    private static boolean touches(TcpSock sk, int block, int start, int end) {
        return !SeqNum.after(start, sk.selective_acks[2 * block + 1])
                && !SeqNum.after(sk.selective_acks[2 * block], end);
    }

    /** The block that contains the newest segment comes first, whole as the peer knows it by now. */
    private static void putBlockFirst(TcpSock sk, int start, int end) {
        int[] blocks = sk.selective_acks;
        sendCompressedAckFirst(sk, start, end);
        int newStart = start;
        int newEnd = end;
        int kept = 0;
        for (int i = 0; i < sk.rx_opt_num_sacks; i++) {
            int blockStart = blocks[2 * i];
            int blockEnd = blocks[2 * i + 1];
            if (!SeqNum.after(newStart, blockEnd) && !SeqNum.after(blockStart, newEnd)) {
                newStart = SeqNum.min(newStart, blockStart);
                newEnd = SeqNum.max(newEnd, blockEnd);
            } else {
                blocks[2 * kept] = blockStart;
                blocks[2 * kept + 1] = blockEnd;
                kept++;
            }
        }
        kept = Math.min(kept, MAX_BLOCKS - 1);
        System.arraycopy(blocks, 0, blocks, 2, 2 * kept);
        blocks[0] = newStart;
        blocks[1] = newEnd;
        sk.rx_opt_num_sacks = kept + 1;
    }
}
