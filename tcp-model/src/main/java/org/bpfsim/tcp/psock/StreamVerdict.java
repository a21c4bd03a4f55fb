package org.bpfsim.tcp.psock;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.helper.SocketHelpers;
import org.bpfsim.bpf.map.SocketLinks;
import org.bpfsim.bpf.map.SocketLinks.Reading;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.tcp.sock.TcpSock;

/** Lets a program decide where a part of a stream goes (Linux 6.12, sk_psock_verdict_apply() in net/core/skmsg.c). */
final class StreamVerdict {
    private static final int ETH_P_IP = 0x0800;
    private static final int ETH_P_IPV6 = 0x86dd;

    private final SkPsock psock;
    private final TcpSock sk;
    private final SocketLinks links;
    private final PacketBuffer buffer = new PacketBuffer();

    StreamVerdict(SkPsock psock, TcpSock sk, SocketLinks links) {
        this.psock = psock;
        this.sk = sk;
        this.links = links;
    }

    PacketBuffer buffer() {
        return buffer;
    }

    /** Gives programs bytes to look at. */
    void show(List<ByteRange> bytes, int length) {
        int protocol = sk.daddr != null && !sk.daddr.isV4() ? ETH_P_IPV6 : ETH_P_IP;
        buffer.setStream(
                (offset, count, target, at) -> copy(bytes, (int) offset, count, target, at), length, sk, protocol);
    }

    /**
     * Runs the program on a buffer, and sends a part of it where the program says.
     *
     * @param from where the part begins
     * @param length of the part: bytes of the socket's stream
     * @param all length of what the program sees
     * @param truesize memory of all of it
     * @return whether it goes to the socket's own reader; if not, it is gone from the socket
     */
    boolean decide(List<ByteRange> bytes, int from, int length, int all, int truesize) {
        Object program = links.program(Hook.SK_SKB_STREAM_VERDICT);
        if (program == null && links.reading() == Reading.VERDICT) {
            program = links.program(Hook.SK_SKB_VERDICT);
        }
        if (program == null) {
            return false;
        }
        show(bytes, all);
        boolean pass = (int) SkPsock.run((BpfProgram) program, buffer, sk) == SocketHelpers.SK_PASS;
        if (!pass) {
            return false;
        }
        List<ByteRange> left = part(after(bytes), from, from == 0 && length == all ? Integer.MAX_VALUE : length);
        TcpSock target = (TcpSock) buffer.redirect();
        if (target == null || target == sk && buffer.redirectsToIngress()) {
            return pass(left, length, truesize);
        }
        SkPsock other = (SkPsock) target.psock;
        if (other != null && !target.sk_dead && other.takesBytes()) {
            other.backlog().add(left, truesize, 0, buffer.redirectsToIngress());
        }
        return false;
    }

    /** The bytes as the program has left them. */
    private List<ByteRange> after(List<ByteRange> before) {
        if (!buffer.isMade()) {
            return before;
        }
        byte[] data = buffer.data();
        return data.length == 0 ? List.of() : List.of(ByteRange.of(data, 0, data.length));
    }

    private boolean pass(List<ByteRange> bytes, int ownBytes, int truesize) {
        if (sk.sk_dead || !psock.takesBytes()) {
            return false;
        }
        if (ownBytes == 0) {
            return true; // a FIN alone, of which the reader hears anyway
        }
        if (psock.backlog().isEmpty()) {
            psock.toReader(new IngressQueue.Entry(bytes, truesize, ownBytes));
        } else {
            psock.backlog().add(bytes, truesize, ownBytes, true);
        }
        return true;
    }

    /** A part of several ranges, which may end before it. */
    static List<ByteRange> part(List<ByteRange> bytes, int from, int length) {
        List<ByteRange> part = new ArrayList<>();
        int skip = from;
        int left = length;
        for (ByteRange range : bytes) {
            if (skip < range.length() && left > 0) {
                int some = Math.min(left, range.length() - skip);
                part.add(range.from(skip).first(some));
                left -= some;
            }
            skip = Math.max(0, skip - range.length());
        }
        return part;
    }

    private static void copy(List<ByteRange> bytes, int from, int count, byte[] target, int targetOffset) {
        int at = targetOffset;
        for (ByteRange range : part(bytes, from, count)) {
            range.copyTo(0, range.length(), target, at);
            at += range.length();
        }
    }
}
