package org.bpfsim.tcp.bottleneck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.app.TcpInfo;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.TcpSock;

/** What a run gave: samples of TCP_INFO, packets, sums; written as {@code tcpinfo.csv}, {@code packets.csv} and others. */
public final class BottleneckTrace {
    private static final String TCPINFO_HEADER =
            "t_us,snd_cwnd,snd_ssthresh,srtt_us,rttvar_us,unacked,lost,retrans,total_retrans,bytes_acked,delivered,"
                    + "delivered_ce,ca_state,pacing_rate,rto_us,min_rtt_us,sacked,snd_wnd,notsent_bytes,reordering,"
                    + "delivery_rate,bytes_retrans,why";
    private static final String PACKETS_HEADER =
            "t_us,dir,event,t_arrive_us,qlen,ip_len,seq,ack,len,flags,ecn,marked,win,tsval,tsecr,sack";

    private final BottleneckOptions options;
    private final List<FlowSampler.Sample> samples;
    private final boolean complete;
    private final long establishedUs;
    private final long lastBytePs;
    private final String congestionControl;
    private List<Direction> directions = List.of();
    private List<String> packets;
    private List<Mib.Counters> counters = List.of();

    BottleneckTrace(
            BottleneckOptions options,
            List<FlowSampler.Sample> samples,
            boolean complete,
            long establishedUs,
            long lastBytePs,
            String congestionControl) {
        this.options = options;
        this.samples = samples;
        this.complete = complete;
        this.establishedUs = establishedUs;
        this.lastBytePs = lastBytePs;
        this.congestionControl = congestionControl;
    }

    void addNetwork(Direction forth, Direction back, List<String> log, Mib.Counters a, Mib.Counters b) {
        directions = List.of(forth, back);
        packets = log;
        counters = List.of(a, b);
    }

    /** Whether every byte was acknowledged within {@code --timeout}. */
    public boolean isComplete() {
        return complete;
    }

    /** Payload bits per microsecond between connect() and the last byte that was read. */
    public double goodputMbps() {
        return options.bytes * 8 / (lastBytePs / (double) SimTime.PS_PER_US);
    }

    /** Segments retransmitted. */
    public long retransmits() {
        return last().total_retrans();
    }

    /** The first slow start threshold that was set, in segments; 0 if none was. */
    public long firstSsthresh() {
        FlowSampler.Sample first = firstWithSsthresh();
        return first == null ? 0 : first.info().snd_ssthresh();
    }

    /** The shortest RTT that the sender saw. */
    public long minRttUs() {
        return Integer.toUnsignedLong(last().min_rtt());
    }

    /** The congestion window as a curve over time since connect(). */
    public Curve cwnd() {
        Curve curve = new Curve();
        samples.forEach(
                s -> curve.add(s.timePs() / (double) SimTime.PS_PER_US, s.info().snd_cwnd()));
        return curve;
    }

    /** Writes the files into a folder, which is made if it is not there. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(
                folder,
                "tcpinfo.csv",
                Stream.concat(Stream.of(TCPINFO_HEADER), samples.stream().map(BottleneckTrace::row)));
        if (packets != null) {
            write(folder, "packets.csv", Stream.concat(Stream.of(PACKETS_HEADER), packets.stream()));
        }
        write(folder, "summary.txt", summary().lines());
        writeCounters(folder, "counters_a.txt", counters.get(0));
        writeCounters(folder, "counters_b.txt", counters.get(1));
    }

    /** The lines of {@code summary.txt}: a key and a value each. */
    public String summary() {
        StringBuilder text = new StringBuilder();
        TcpInfo end = last();
        add(text, "cc", congestionControl);
        add(text, "cc_rx", options.receiverCongestionControl());
        add(text, "fct_us", SimTime.toMicros(lastBytePs));
        add(
                text,
                "acked_us",
                complete ? SimTime.toMicros(samples.get(samples.size() - 1).timePs()) : -1);
        add(text, "established_us", establishedUs);
        add(text, "goodput_mbps", String.format(Locale.ROOT, "%.4f", lastBytePs > 0 ? goodputMbps() : 0));
        add(text, "retransmits", end.total_retrans());
        add(text, "bytes_retrans", end.bytes_retrans());
        add(text, "delivered", end.delivered());
        add(text, "delivered_ce", end.delivered_ce());
        add(text, "final_cwnd", end.snd_cwnd());
        add(text, "final_ssthresh", end.snd_ssthresh());
        windowSummary(text);
        add(text, "min_rtt_us", Integer.toUnsignedString(end.min_rtt()));
        add(
                text,
                "max_srtt_us",
                samples.stream().mapToInt(s -> s.info().rtt()).max().orElse(0));
        add(text, "samples", samples.size());
        for (Direction d : directions) {
            add(text, d.name + "_packets", d.packets);
            add(text, d.name + "_data_packets", d.dataPackets);
            add(text, d.name + "_queue_drops", d.queueDrops);
            add(text, d.name + "_list_drops", d.listDrops);
            add(text, d.name + "_marked", d.marked);
            add(text, d.name + "_max_queue", d.maxQueue());
        }
        return text.toString();
    }

    private void windowSummary(StringBuilder text) {
        FlowSampler.Sample first = firstWithSsthresh();
        int before = 0;
        int max = 0;
        int changes = 0;
        int previous = -1;
        for (FlowSampler.Sample s : samples) {
            int cwnd = s.info().snd_cwnd();
            if (s == first) {
                before = previous;
            }
            changes += previous >= 0 && cwnd != previous ? 1 : 0;
            max = Math.max(max, cwnd);
            previous = cwnd;
        }
        add(text, "first_ssthresh", firstSsthresh());
        add(text, "first_ssthresh_us", first == null ? 0 : SimTime.toMicros(first.timePs()));
        add(text, "cwnd_before", before);
        add(text, "max_cwnd", max);
        add(text, "cwnd_changes", changes);
    }

    private FlowSampler.Sample firstWithSsthresh() {
        for (FlowSampler.Sample s : samples) {
            if (s.info().snd_ssthresh() < TcpSock.TCP_INFINITE_SSTHRESH) {
                return s;
            }
        }
        return null;
    }

    private TcpInfo last() {
        if (samples.isEmpty()) {
            throw new IllegalStateException("the connection was never established");
        }
        return samples.get(samples.size() - 1).info();
    }

    private static void add(StringBuilder text, String key, Object value) {
        text.append(key).append(' ').append(value).append('\n');
    }

    private static String row(FlowSampler.Sample s) {
        TcpInfo i = s.info();
        return String.format(Locale.ROOT, "%.1f", s.timePs() / (double) SimTime.PS_PER_US)
                + "," + Integer.toUnsignedString(i.snd_cwnd())
                + "," + i.snd_ssthresh()
                + "," + i.rtt()
                + "," + i.rttvar()
                + "," + i.unacked()
                + "," + i.lost()
                + "," + i.retrans()
                + "," + i.total_retrans()
                + "," + Math.max(0, i.bytes_acked() - 1)
                + "," + i.delivered()
                + "," + i.delivered_ce()
                + "," + i.ca_state()
                + "," + Long.toUnsignedString(i.pacing_rate())
                + "," + i.rto()
                + "," + Integer.toUnsignedString(i.min_rtt())
                + "," + i.sacked()
                + "," + i.snd_wnd()
                + "," + i.notsent_bytes()
                + "," + i.reordering()
                + "," + i.delivery_rate()
                + "," + i.bytes_retrans()
                + "," + s.why().name().toLowerCase(Locale.ROOT);
    }

    private static void writeCounters(Path folder, String name, Mib.Counters counters) throws IOException {
        Stream<String> lines = Arrays.stream(Mib.values())
                .filter(counter -> counters.get(counter) != 0)
                .map(counter -> counter.nstatName() + " " + counters.get(counter));
        write(folder, name, lines);
    }

    private static void write(Path folder, String name, Stream<String> lines) throws IOException {
        Files.write(folder.resolve(name), (Iterable<String>) lines::iterator);
    }
}
