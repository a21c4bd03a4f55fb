package org.bpfsim.tcp.packetdrill.socket;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.tcp.segment.SeqNum;

/**
 * What a socket's error queue tells: completions of sends with MSG_ZEROCOPY (Linux 6.12,
 * Documentation/networking/msg_zerocopy.rst) and time stamps of transmission (timestamping.rst). A send completes when its
 * last byte is acknowledged; completions that follow one another are one notice with a range of numbers. The bytes count as
 * copied, as they do for a device that hands them to a local reader.
 */
final class ErrorQueue {
    private static final int SO_EE_ORIGIN_TIMESTAMPING = 4;
    private static final int ENOMSG = 42;

    /**
     * A struct sock_extended_err, and the time that goes with it.
     *
     * @param timeNs nanoseconds since the run began, or -1 for none
     */
    record Notice(int errno, int origin, int code, int info, int data, long timeNs) {
        private static Notice completion(int first, int last) {
            return new Notice(
                    0, Constants.SO_EE_ORIGIN_ZEROCOPY, Constants.SO_EE_CODE_ZEROCOPY_COPIED, first, last, -1);
        }

        boolean hasTime() {
            return timeNs >= 0;
        }
    }

    private record Send(int number, int endSeq) {}

    private final ArrayDeque<Send> underWay = new ArrayDeque<>();
    private final List<Notice> notices = new ArrayList<>();
    private int sends;

    /** A send has handed over all bytes before a sequence number. */
    void sent(int endSeq) {
        underWay.add(new Send(sends++, endSeq));
    }

    /** A byte was queued, sent or acknowledged. */
    void stamped(int kind, int key, long timeNs) {
        notices.add(new Notice(ENOMSG, SO_EE_ORIGIN_TIMESTAMPING, 0, kind, key, timeNs));
    }

    /** All bytes before a sequence number are acknowledged. Returns whether there is a new notice or a longer one. */
    boolean acknowledged(int sndUna) {
        boolean any = false;
        while (!underWay.isEmpty() && !SeqNum.after(underWay.peek().endSeq(), sndUna)) {
            int number = underWay.remove().number();
            Notice tail = notices.isEmpty() ? null : notices.get(notices.size() - 1);
            if (tail != null && tail.origin() == Constants.SO_EE_ORIGIN_ZEROCOPY && tail.data() + 1 == number) {
                notices.set(notices.size() - 1, Notice.completion(tail.info(), number));
            } else {
                notices.add(Notice.completion(number, number));
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
        return notices.isEmpty() ? null : notices.remove(0);
    }
}
