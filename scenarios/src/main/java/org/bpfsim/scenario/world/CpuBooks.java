package org.bpfsim.scenario.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.result.CpuTables;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.bpf.BpfCgroup;
import org.bpfsim.tcp.cpu.Cause;
import org.bpfsim.tcp.cpu.CpuAccounts;
import org.bpfsim.tcp.cpu.HostCpus;
import org.bpfsim.tcp.host.TcpHost;

/** Reads the books of all cores when measuring begins and when it ends: what lies between is the result. */
final class CpuBooks {
    private final Scheduler scheduler;
    private final List<TcpHost> hosts;
    private final List<List<BpfCgroup>> cgroups;
    private final List<String> arms;
    private final long fromPs;
    private List<Reading> before = List.of();
    private List<Reading> after = List.of();
    private long untilPs;

    /** The books of a host at one time, by arm; the last is for what belongs to none. */
    private record Reading(long[][][] spentPs, long[] wakeUps, long[] systemCalls, long[] missed) {}

    /** @param cgroups of each host, by arm */
    CpuBooks(Scheduler scheduler, List<TcpHost> hosts, List<List<BpfCgroup>> cgroups, List<String> arms, RunSpec run) {
        this.scheduler = scheduler;
        this.hosts = hosts;
        this.cgroups = cgroups;
        this.arms = arms;
        this.fromPs = run.warmUpPs();
    }

    /** Gets ready to read for the first time. */
    void start() {
        if (hosts.get(0).cpus() != null) {
            scheduler.at(fromPs, new Begin());
        }
    }

    /** Measuring ends. */
    void stop() {
        if (untilPs == 0) {
            untilPs = scheduler.nowPs();
            after = readAll();
        }
    }

    /** What was measured; empty if hosts have no CPUs or the run ended before anything was. */
    Optional<CpuTables> tables() {
        if (before.isEmpty()) {
            return Optional.empty();
        }
        stop();
        CpuTables tables = new CpuTables(arms);
        for (int host = 0; host < hosts.size(); host++) {
            write(host, tables);
        }
        return Optional.of(tables);
    }

    private void write(int host, CpuTables tables) {
        Reading from = before.get(host);
        Reading to = after.get(host);
        for (int core = 0; core < hosts.get(host).cpus().options().cores(); core++) {
            long idleNs = SimTime.toNanos(untilPs - fromPs);
            for (Cause cause : Cause.values()) {
                for (int arm = 0; arm <= arms.size(); arm++) {
                    int c = cause.ordinal();
                    long ns = SimTime.toNanos(to.spentPs[arm][c][core] - from.spentPs[arm][c][core]);
                    idleNs -= ns;
                    if (ns > 0) {
                        tables.add(host, core, cause.word(), armOf(arm), ns);
                    }
                }
            }
            tables.addIdle(host, core, idleNs);
        }
        for (int arm = 0; arm <= arms.size(); arm++) {
            tables.addCounts(
                    host,
                    armOf(arm),
                    to.wakeUps[arm] - from.wakeUps[arm],
                    to.systemCalls[arm] - from.systemCalls[arm],
                    to.missed[arm] - from.missed[arm]);
        }
    }

    private int armOf(int place) {
        return place == arms.size() ? CpuTables.NO_ARM : place;
    }

    private List<Reading> readAll() {
        List<Reading> readings = new ArrayList<>();
        for (int host = 0; host < hosts.size() && hosts.get(host).cpus() != null; host++) {
            readings.add(read(hosts.get(host).cpus(), cgroups.get(host)));
        }
        return readings;
    }

    private Reading read(HostCpus cpus, List<BpfCgroup> byArm) {
        CpuAccounts accounts = cpus.settledAccounts();
        int places = arms.size() + 1;
        int cores = cpus.options().cores();
        Reading reading = new Reading(
                new long[places][Cause.values().length][cores], new long[places], new long[places], new long[places]);
        for (int owner = 0; owner < accounts.owners().size(); owner++) {
            int arm = byArm.indexOf(accounts.owners().get(owner));
            int place = arm < 0 ? arms.size() : arm;
            reading.wakeUps[place] += accounts.wakeUps(owner);
            reading.systemCalls[place] += accounts.systemCalls(owner);
            reading.missed[place] += accounts.missed(owner);
            for (Cause cause : Cause.values()) {
                for (int core = 0; core < cores; core++) {
                    reading.spentPs[place][cause.ordinal()][core] += accounts.spentPs(core, cause, owner);
                }
            }
        }
        return reading;
    }

    private final class Begin extends Event {
        @Override
        protected void fire(long nowPs) {
            before = readAll();
        }

        @Override
        public String toString() {
            return "measuring of cores begins";
        }
    }
}
