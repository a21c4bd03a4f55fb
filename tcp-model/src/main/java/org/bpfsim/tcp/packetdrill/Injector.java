package org.bpfsim.tcp.packetdrill;

import org.bpfsim.tcp.packetdrill.script.Action;
import org.bpfsim.tcp.packetdrill.script.ScriptException;
import org.bpfsim.tcp.packetdrill.script.TcpOption;
import org.bpfsim.tcp.segment.FastOpenCookie;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;

/** Makes segments of the packets that a script injects. */
final class Injector {
    private static final int TCP_FLAGS = 0xff;

    private final SegmentPool pool;
    private final IpAddress host;
    private final IpAddress peer;
    private final Settings settings;

    Injector(SegmentPool pool, IpAddress host, IpAddress peer, Settings settings) {
        this.pool = pool;
        this.host = host;
        this.peer = peer;
        this.settings = settings;
    }

    /** A segment in the host's numbers. */
    TcpSegment segment(Action.TcpPacket p, Flow flow, int line) {
        TcpSegment s = pool.take();
        s.srcHost = 1;
        s.dstHost = 0;
        s.flowHash = 0;
        s.src = peer;
        s.dst = host;
        s.srcPort = p.srcPort() != 0 ? p.srcPort() : flow.remotePort;
        s.dstPort = p.dstPort() != 0 ? p.dstPort() : flow.localPort;
        s.flags = p.flags() & TCP_FLAGS;
        boolean isSyn = s.has(TcpSegment.SYN);
        int ackOffset = -flow.localOffset(isSyn);
        s.seq = p.seq() - flow.remoteOffset(isSyn);
        s.ack = s.has(TcpSegment.ACK) ? p.ack() + ackOffset : 0;
        s.window = p.window();
        s.urgentPointer = p.urgent();
        s.length = p.length();
        s.dscp = p.ip().tos() >> 2;
        s.ecn = p.ip().tos() & 3;
        for (TcpOption o : p.options()) {
            set(s, o, flow, ackOffset, line);
        }
        s.seal(0);
        return s;
    }

    /** Options that the stack does not know are left out, for it would skip them. */
    private void set(TcpSegment s, TcpOption o, Flow flow, int ackOffset, int line) {
        switch (o.kind()) {
            case TcpOption.MSS -> s.mss = o.short16(0);
            case TcpOption.WSCALE -> s.wscale = o.first();
            case TcpOption.SACK_PERMITTED -> s.sackPermitted = true;
            case TcpOption.SACK -> {
                for (int i = 0; i < o.dataBytes() / 8 && s.sackCount < TcpSegment.MAX_SACKS; i++) {
                    s.addSack(o.word(2 * i) + ackOffset, o.word(2 * i + 1) + ackOffset);
                }
            }
            case TcpOption.TIMESTAMPS -> {
                s.hasTimestamps = true;
                s.tsval = o.word(0);
                s.tsecr = s.has(TcpSegment.ACK) ? echo(o.word(1), flow, line) : o.word(1);
            }
            case TcpOption.FAST_OPEN, TcpOption.EXPERIMENTAL -> {
                FastOpenCookie cookie = o.fastOpenCookie();
                if (s.has(TcpSegment.SYN) && cookie != null) {
                    s.fastOpen = cookie;
                }
            }
            default -> {}
        }
    }

    private int echo(int script, Flow flow, int line) {
        Integer live = flow.liveTs(script, settings.tsEcrScaled());
        if (live == null) {
            throw new ScriptException(
                    line,
                    "error handling packet: unable to infer live TS ecr for script TS ecr "
                            + Integer.toUnsignedString(script) + ";  no matching or preceding outbound TS val");
        }
        return live;
    }
}
