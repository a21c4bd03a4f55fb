package org.bpfsim.tcp.psock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.bpfsim.tcp.segment.Payload;

/**
 * The bytes of an outgoing stream that was put together from several places: what the application sent, what programs made of it,
 * what came from other sockets. Only references are kept, and those only until the reader at the other end has done with the
 * bytes.
 */
final class StreamBytes implements Payload {
    private record Part(long start, ByteRange range) {
        long end() {
            return start + range.length();
        }
    }

    private final Payload before;
    private final long begin;
    private final Deque<Part> parts = new ArrayDeque<>();
    private long end;

    /** What the application itself sends behind the last part; null for zeros. */
    private Payload application;

    /** What to add to an offset in this stream to get one in {@link #application}. */
    private long shift;

    /**
     * @param before where the bytes before {@code begin} are, at the same offset; null for zeros
     * @param begin offset of the first byte that is added
     */
    StreamBytes(Payload before, long begin) {
        this.before = before;
        this.begin = begin;
        this.end = begin;
        this.application = before;
    }

    /**
     * Adds bytes.
     *
     * @param position offset at which they are sent: what was sent since the last ones is the application's own
     */
    void append(ByteRange range, long position) {
        int own = (int) (position - end);
        if (own > 0) {
            add(new ByteRange(application, end + shift, own));
        }
        add(range);
        shift -= range.length();
    }

    private void add(ByteRange range) {
        Part last = parts.peekLast();
        if (last != null && last.range.continuesWith(range)) {
            parts.removeLast();
            ByteRange both =
                    new ByteRange(last.range.payload(), last.range.offset(), last.range.length() + range.length());
            parts.addLast(new Part(last.start, both));
        } else {
            parts.addLast(new Part(end, range));
        }
        end += range.length();
    }

    /** Takes the last bytes back: they were not sent. */
    void retract(int count) {
        int left = count;
        end -= count;
        shift += count;
        while (left > 0) {
            Part last = parts.removeLast();
            int kept = Math.max(0, last.range.length() - left);
            left -= last.range.length() - kept;
            if (kept > 0) {
                parts.addLast(new Part(last.start, last.range.first(kept)));
            }
        }
    }

    /** What the application sends. */
    Payload application() {
        return application;
    }

    /** Where in {@link #application} the byte is that the application would send at an offset of this stream. */
    long applicationOffset(long position) {
        return position + shift;
    }

    /** From an offset on, the application sends these bytes. */
    void continueWith(Payload payload, long payloadOffset, long position) {
        int own = (int) (position - end);
        if (own > 0) {
            add(new ByteRange(application, end + shift, own));
        }
        application = payload;
        shift = payloadOffset - position;
    }

    /** Adds to a list where these bytes are. */
    void locate(long offset, int length, List<ByteRange> to) {
        long at = offset;
        int left = length;
        if (at < begin && left > 0) {
            int some = (int) Math.min(left, begin - at);
            to.add(new ByteRange(before, at, some));
            at += some;
            left -= some;
        }
        for (Iterator<Part> i = parts.iterator(); left > 0 && i.hasNext(); ) {
            Part part = i.next();
            if (at < part.start) { // forgotten, though somebody looks
                int some = (int) Math.min(left, part.start - at);
                to.add(new ByteRange(null, 0, some));
                at += some;
                left -= some;
            }
            if (left > 0 && at < part.end()) {
                int skip = (int) (at - part.start);
                int some = Math.min(left, part.range.length() - skip);
                to.add(part.range.from(skip).first(some));
                at += some;
                left -= some;
            }
        }
        if (left > 0) {
            to.add(new ByteRange(application, at + shift, left));
        }
    }

    @Override
    public void copyTo(long streamOffset, int length, byte[] target, int targetOffset) {
        List<ByteRange> ranges = new ArrayList<>();
        locate(streamOffset, length, ranges);
        int at = targetOffset;
        for (ByteRange range : ranges) {
            range.copyTo(0, range.length(), target, at);
            at += range.length();
        }
    }

    @Override
    public void forget(long streamOffset) {
        if (before != null && streamOffset <= begin) {
            before.forget(streamOffset);
        }
        while (!parts.isEmpty() && parts.peekFirst().end() <= streamOffset) {
            parts.removeFirst().range.forget();
        }
        if (application != null && streamOffset > end) {
            application.forget(streamOffset + shift);
        }
    }
}
