package org.bpfsim.tcp.bottleneck;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.PortTap;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * One way through the bottleneck: loses and marks the data packets that it is told to, queues the rest, and keeps the log
 * of {@code packets.csv}.
 */
final class Direction implements PortTap {
    private static final String FLAG_LETTERS = "FSRPAUEW";
    private static final char[] FLAG_ORDER = {'S', 'F', 'R', 'P', 'A', 'U', 'E', 'W'};

    final String name;
    private final Scheduler scheduler;
    private final Port port;
    private final Ranges drop;
    private final Ranges ce;
    private final List<String> log;
    private final IsnBook isn;
    private final boolean logging;
    private long arrivalPs;

    long packets;
    long bytes;
    long dataPackets;
    long queueDrops;
    long listDrops;
    long marked;

    /** Initial sequence numbers of both ends, so that the log can be relative; {@code [0]} is the sender's. */
    static final class IsnBook {
        private final int[] isn = new int[2];
        private final boolean[] known = new boolean[2];

        void learn(int end, TcpSegment s) {
            if (s.has(TcpSegment.SYN) && !known[end]) {
                known[end] = true;
                isn[end] = s.seq;
            }
        }

        long relative(int end, int seq) {
            return Integer.toUnsignedLong(seq - isn[end]);
        }
    }

    private final int end;

    /**
     * @param end 0 for sender to receiver, 1 for the way back
     * @param log lines of all packets of both ways, or null if none is kept
     */
    Direction(
            int end,
            Scheduler scheduler,
            LinkSpec link,
            QueueSpec queue,
            Ranges drop,
            Ranges ce,
            List<String> log,
            IsnBook isn) {
        this.end = end;
        this.name = end == 0 ? "a2b" : "b2a";
        this.scheduler = scheduler;
        this.port = new Port(scheduler, end, name, "bottleneck", link, queue, null);
        this.drop = drop;
        this.ce = ce;
        this.logging = log != null;
        this.log = logging ? log : new ArrayList<>();
        this.isn = isn;
        port.setTap(this);
    }

    void connect(Node peer) {
        port.connect(peer, 0);
    }

    /** The host's NIC: what it sends is here at once. */
    void send(TcpSegment s) {
        isn.learn(end, s);
        packets++;
        bytes += s.ipBytes;
        if (s.length > 0) {
            dataPackets++;
        }
        int waiting = port.queuePackets();
        String packet = logging ? describe(s) : "";
        String row = logging ? String.format(Locale.ROOT, "%.3f,%s,", us(scheduler.nowPs()), name) : "";
        if (s.length > 0 && drop.contains(dataPackets)) {
            listDrops++;
            log(row + "listdrop,," + waiting + "," + packet + ",0," + options(s));
            s.release();
            return;
        }
        final boolean wasMarked = s.ecn == Ecn.CE;
        final int ecn = s.ecn;
        final String tail = logging ? options(s) : "";
        if (s.length > 0 && ecn != Ecn.NOT_ECT && ce.contains(dataPackets)) {
            s.ecn = Ecn.CE;
        }
        arrivalPs = -1;
        final long markedBefore = port.markedPackets();
        boolean listMark = !wasMarked && s.ecn == Ecn.CE;
        port.send(s);
        if (arrivalPs < 0) {
            queueDrops++;
            log(row + "drop,," + waiting + "," + packet + ",0," + tail);
            return;
        }
        boolean mark = listMark || port.markedPackets() > markedBefore;
        marked += mark ? 1 : 0;
        log(row
                + (logging ? String.format(Locale.ROOT, "queue,%.3f,", us(arrivalPs)) : "")
                + waiting
                + ","
                + packet
                + (mark ? ",1," : ",0,")
                + tail);
    }

    int maxQueue() {
        return port.maxQueuePackets();
    }

    @Override
    public void onTransmit(long nowPs, long startPs, Packet packet) {
        LinkSpec link = port.link();
        arrivalPs = startPs + SimTime.txTimePs(packet.wireBytes, link.rateBitsPerSec()) + link.delayPs();
    }

    private void log(String line) {
        if (logging) {
            log.add(line);
        }
    }

    private String describe(TcpSegment s) {
        long ack = s.has(TcpSegment.ACK) ? isn.relative(1 - end, s.ack) : 0;
        return s.ipBytes + "," + isn.relative(end, s.seq) + "," + ack + "," + s.length + "," + flags(s) + "," + s.ecn;
    }

    private String options(TcpSegment s) {
        StringBuilder text = new StringBuilder();
        text.append(s.window).append(',');
        if (s.hasTimestamps) {
            text.append(Integer.toUnsignedString(s.tsval)).append(',').append(Integer.toUnsignedString(s.tsecr));
        } else {
            text.append(',');
        }
        text.append(',');
        for (int i = 0; i < s.sackCount; i++) {
            text.append(i == 0 ? "" : ";")
                    .append(isn.relative(1 - end, s.sacks[2 * i]))
                    .append('-')
                    .append(isn.relative(1 - end, s.sacks[2 * i + 1]));
        }
        return text.toString();
    }

    private static String flags(TcpSegment s) {
        StringBuilder text = new StringBuilder();
        for (char letter : FLAG_ORDER) {
            if (s.has(1 << FLAG_LETTERS.indexOf(letter))) {
                text.append(letter);
            }
        }
        return text.toString();
    }

    private static double us(long ps) {
        return ps / (double) SimTime.PS_PER_US;
    }
}
