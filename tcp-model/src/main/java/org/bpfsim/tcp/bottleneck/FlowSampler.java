package org.bpfsim.tcp.bottleneck;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.TcpInfo;

/**
 * Polls TCP_INFO of the sender until every byte is acknowledged. Keeps a sample per {@code --sample-us}, and one whenever
 * window, threshold or state differ from the poll before.
 */
final class FlowSampler extends Event {
    /** Why a sample was kept, as {@code tcpinfo.csv} has it. */
    enum Why {
        TICK,
        CHANGE,
        END
    }

    /** One line of {@code tcpinfo.csv}. */
    record Sample(long timePs, TcpInfo info, Why why) {}

    private final Scheduler scheduler;
    private final Socket socket;
    private final long bytes;
    private final long pollPs;
    private final long samplePs;
    private final List<Sample> samples = new ArrayList<>();
    private long nextTickPs = -1;
    private boolean done;

    FlowSampler(Scheduler scheduler, Socket socket, BottleneckOptions options) {
        this.scheduler = scheduler;
        this.socket = socket;
        this.bytes = options.bytes;
        this.samplePs = SimTime.fromMicros(options.sampleUs);
        this.pollPs = options.pollUs == 0 ? samplePs : SimTime.fromMicros(options.pollUs);
    }

    List<Sample> samples() {
        return samples;
    }

    /** Whether every byte has been acknowledged. */
    boolean isDone() {
        return done;
    }

    @Override
    protected void fire(long nowPs) {
        TcpInfo info = socket.info();
        done = info.bytes_acked() >= bytes + 1; // the SYN counts one
        boolean isTick = nowPs >= nextTickPs;
        if (done || isTick || changed(info)) {
            samples.add(new Sample(nowPs, info, done ? Why.END : isTick ? Why.TICK : Why.CHANGE));
        }
        if (isTick) {
            nextTickPs = nextTickPs < 0 ? nowPs + samplePs : nextTickPs + samplePs;
        }
        if (!done) {
            scheduler.after(pollPs, this);
        }
    }

    private boolean changed(TcpInfo info) {
        TcpInfo last = samples.get(samples.size() - 1).info();
        return info.snd_cwnd() != last.snd_cwnd()
                || info.snd_ssthresh() != last.snd_ssthresh()
                || info.ca_state() != last.ca_state();
    }
}
