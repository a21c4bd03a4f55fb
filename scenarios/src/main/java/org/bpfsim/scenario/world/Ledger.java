package org.bpfsim.scenario.world;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.bpfsim.scenario.apps.Accounts;
import org.bpfsim.scenario.model.Distance;
import org.bpfsim.scenario.model.HostPlace;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.model.TopologySpec;
import org.bpfsim.scenario.result.ArmTable;
import org.bpfsim.scenario.result.Ending;
import org.bpfsim.scenario.result.FlowTable;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.sock.TcpSock;

/** Keeps the books of a run: which flows are measured, what became of them, and when nothing is left to wait for. */
final class Ledger implements Accounts {
    private final Scheduler scheduler;
    private final RunSpec run;
    private final IdealFct ideal;
    private final boolean timestamps;
    private final FlowTable flows;
    private final ArmTable arms;
    /** Measured flows that are not settled, in the order of their start. */
    private final Set<Flow> open = new LinkedHashSet<>();

    private long started;
    private int unsettled;

    Ledger(Scheduler scheduler, IdealFct ideal, boolean timestamps, Scenario scenario) {
        this.scheduler = scheduler;
        this.run = scenario.run();
        this.ideal = ideal;
        this.timestamps = timestamps;
        TopologySpec topology = scenario.network().topology();
        this.flows = new FlowTable(
                scenario.armNames(),
                (src, dst) -> Distance.between(HostPlace.of(topology, src), HostPlace.of(topology, dst))
                        .ordinal());
        this.arms = new ArmTable(scenario.armNames());
    }

    /** The number of a flow that starts now. */
    long nextId() {
        return started++;
    }

    @Override
    public boolean measuring() {
        long now = scheduler.nowPs();
        return now >= run.warmUpPs() && now < run.measureEndPs();
    }

    /** A flow has started. One that never ends is measured whenever it started, but not waited for. */
    void started(Flow flow) {
        if (!flow.measured) {
            return;
        }
        open.add(flow);
        if (!flow.endless()) {
            unsettled++;
        }
    }

    /** The flow's receiver has read some payload. */
    void read(Flow flow, long payloadBytes) {
        flow.readBytes += payloadBytes;
        flow.measuredBytes += measuring() ? payloadBytes : 0;
        read(flow.arm, payloadBytes);
    }

    /** The flow's receiver has read it all. */
    void completed(Flow flow) {
        flow.endPs = scheduler.nowPs();
    }

    /** The connection broke. */
    void failed(Flow flow) {
        flow.failed = flow.endPs < 0;
        settled(flow);
    }

    /** Both ends know that everything has arrived, or that it never will: counters are final. */
    void settled(Flow flow) {
        if (flow.settled) {
            return;
        }
        flow.settled = true;
        if (open.remove(flow)) {
            write(flow);
            if (!flow.endless()) {
                unsettled--;
            }
            if (nothingToWaitFor()) {
                scheduler.stop();
            }
        }
        flow.forgetSockets();
    }

    @Override
    public void awaited() {
        unsettled++;
    }

    @Override
    public void settled() {
        unsettled--;
        if (nothingToWaitFor()) {
            scheduler.stop();
        }
    }

    @Override
    public void read(int arm, long bytes) {
        if (measuring()) {
            arms.read(arm, bytes);
        }
    }

    /** True once measuring is over and every measured flow is settled. */
    boolean nothingToWaitFor() {
        return unsettled == 0 && scheduler.nowPs() >= run.measureEndPs();
    }

    /** Writes what has become of the measured flows that are not settled. */
    void close() {
        open.forEach(this::write);
        open.clear();
    }

    private void write(Flow flow) {
        FlowTable.Row row = row(flow);
        flows.add(row);
        arms.add(row, sum(flow, sk -> sk.segs_out));
    }

    FlowTable flows() {
        return flows;
    }

    ArmTable arms() {
        return arms;
    }

    private FlowTable.Row row(Flow flow) {
        boolean done = flow.endPs >= 0;
        long bytes = flow.endless() ? flow.readBytes : flow.bytes;
        return new FlowTable.Row(
                flow.id,
                flow.arm,
                flow.client(),
                flow.server,
                bytes,
                SimTime.toNanos(flow.startPs),
                done ? SimTime.toNanos(flow.endPs - flow.startPs) : 0,
                idealNs(flow, Math.max(1, bytes)),
                sum(flow, sk -> sk.total_retrans),
                sum(flow, sk -> sk.total_rto),
                sum(flow, sk -> sk.delivered_ce),
                sum(flow, sk -> sk.delivered),
                flow.measuredBytes,
                ending(flow));
    }

    private static Ending ending(Flow flow) {
        if (flow.endPs >= 0) {
            return Ending.OK;
        }
        if (flow.failed) {
            return Ending.FAILED;
        }
        return flow.endless() ? Ending.ENDLESS : Ending.UNFINISHED;
    }

    private long idealNs(Flow flow, long bytes) {
        SegmentSizes sizes = SegmentSizes.of(flow.ipv6, timestamps);
        return switch (flow.direction) {
            case ANSWER -> ideal.rpcNs(flow.client(), flow.server, flow.requestBytes, bytes, sizes);
            case UPLOAD -> ideal.bulkNs(flow.client(), flow.server, bytes, sizes);
        };
    }

    private static long sum(Flow flow, ToLongFunction<TcpSock> counter) {
        long client = flow.clientSock == null ? 0 : counter.applyAsLong(flow.clientSock);
        long server = flow.serverSock == null ? 0 : counter.applyAsLong(flow.serverSock);
        return client + server;
    }
}
