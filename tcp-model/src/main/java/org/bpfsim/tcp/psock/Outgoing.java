package org.bpfsim.tcp.psock;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.tcp.output.SendCall;
import org.bpfsim.tcp.output.SendMessage;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.sock.TcpSock;

/** Sends bytes of any origin, and notes which they are. */
final class Outgoing {
    private Outgoing() {}

    /**
     * Sends bytes by TCP.
     *
     * @return bytes taken, 0 for -EAGAIN, or another negative errno
     */
    static long send(TcpSock to, ByteRange range, int flags, boolean resumed) {
        StreamBytes stream = stream(to, range.payload() != null);
        if (stream == null) {
            return SendCall.send(to, range.length(), flags | SendMessage.MSG_SPLICE_PAGES, resumed, null);
        }
        // Before they are sent, as whoever watches segments looks at them at once.
        stream.append(range, position(to));
        long taken = SendCall.send(to, range.length(), flags | SendMessage.MSG_SPLICE_PAGES, resumed, null);
        stream.retract(range.length() - (int) Math.max(taken, 0));
        return taken;
    }

    /** Offset of the next byte of a socket's outgoing stream. */
    static long position(TcpSock sk) {
        return sk.streamOffset(sk.write_seq);
    }

    /** What the application of a socket sends, or null. */
    static Payload application(TcpSock sk) {
        return sk.tx_payload instanceof StreamBytes stream ? stream.application() : sk.tx_payload;
    }

    /** How many bytes the application of a socket has sent. */
    static long applicationOffset(TcpSock sk) {
        long position = position(sk);
        return sk.tx_payload instanceof StreamBytes stream ? stream.applicationOffset(position) : position;
    }

    /** From now on the application sends these bytes, from an offset on. */
    static void continueWith(TcpSock sk, Payload payload, long offset) {
        long position = position(sk);
        StreamBytes stream = stream(sk, payload != null && offset != position);
        if (stream == null) {
            sk.tx_payload = payload;
        } else {
            stream.continueWith(payload, offset, position);
        }
    }

    /** Where bytes are that have come in, at the end of all references. */
    static List<ByteRange> locate(Payload payload, long offset, int length) {
        List<ByteRange> ranges = new ArrayList<>();
        if (payload instanceof StreamBytes stream) {
            stream.locate(offset, length, ranges);
        } else if (length > 0) {
            ranges.add(new ByteRange(payload, offset, length));
        }
        return ranges;
    }

    private static StreamBytes stream(TcpSock sk, boolean make) {
        if (sk.tx_payload instanceof StreamBytes stream) {
            return stream;
        } else if (!make && sk.tx_payload == null) {
            return null;
        }
        StreamBytes made = new StreamBytes(sk.tx_payload, position(sk));
        sk.tx_payload = made;
        return made;
    }
}
