package org.bpfsim.tcp.packetdrill.socket;

import java.util.ArrayDeque;
import org.bpfsim.tcp.segment.SeqNum;

/**
 * Completions of sends with MSG_ZEROCOPY (Linux 6.12, Documentation/networking/msg_zerocopy.rst). A send completes when
 * its last byte is acknowledged; completions that follow one another are one notice with a range of numbers. The bytes
 * count as copied, as they do for a device that hands them to a local reader.
 */
final class ErrorQueue {
    /** Numbers of the sends that a notice is about. */
    record Notice(int first, int last) {}

    private record Send(int number, int endSeq) {}

    private final ArrayDeque<Send> underWay = new ArrayDeque<>();
    private final ArrayDeque<Notice> notices = new ArrayDeque<>();
    private int sends;

    /** A send has handed over all bytes before a sequence number. */
    void sent(int endSeq) {
        underWay.add(new Send(sends++, endSeq));
    }

    /** All bytes before a sequence number are acknowledged. Returns whether there is a new notice or a longer one. */
    boolean acknowledged(int sndUna) {
        boolean any = false;
        while (!underWay.isEmpty() && !SeqNum.after(underWay.peek().endSeq(), sndUna)) {
            int number = underWay.remove().number();
            Notice tail = notices.peekLast();
            if (tail != null && tail.last() + 1 == number) {
                notices.removeLast();
                notices.add(new Notice(tail.first(), number));
            } else {
                notices.add(new Notice(number, number));
            }
            any = true;
        }
        return any;
    }

    boolean isEmpty() {
        return notices.isEmpty();
    }

    /** The oldest notice, or null. */
    Notice poll() {
        return notices.poll();
    }
}
