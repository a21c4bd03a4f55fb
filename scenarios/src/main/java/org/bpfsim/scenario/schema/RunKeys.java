package org.bpfsim.scenario.schema;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bpfsim.scenario.model.HostsSpec;
import org.bpfsim.scenario.model.NicSpec;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.tcp.cpu.CpuOptions;
import org.bpfsim.tcp.nic.NicOptions;
import org.bpfsim.tcp.nic.QdiscOptions;

/** {@code hosts} and {@code run}. */
final class RunKeys {
    private static final Key<String> KERNEL = Key.optional(
            "kernel",
            Scalars.choice(Map.of("linux-6.12", "linux-6.12")),
            "linux-6.12",
            "Whose behaviour and defaults hosts have.");
    /** What CONFIG_HZ offers. */
    private static final SortedMap<String, Integer> TICKS = new TreeMap<>(Comparator.comparingInt(Integer::parseInt));

    static {
        for (int hz : new int[] {100, 250, 300, 1000}) {
            TICKS.put(Integer.toString(hz), hz);
        }
    }

    private static final Key<Integer> HZ = Key.optional(
            "hz", Scalars.choice(TICKS), "250", "CONFIG_HZ: timers of TCP count in ticks of 1/hz seconds.");
    private static final Key<Map<String, String>> SYSCTL = Key.maybe(
            "sysctl",
            new SysctlType(),
            "the kernel's defaults",
            "Values by their Linux names; lists as `sysctl` prints them.",
            "{net.ipv4.tcp_ecn: 1, net.ipv4.tcp_rmem: \"4096 131072 6291456\"}");
    private static final Key<NicSpec> NIC =
            Key.maybe("nic", NicKeys.NIC, "all defaults", "Their network cards.", "{tx-usecs: 16}");
    private static final Key<QdiscOptions> QDISC = Key.maybe(
            "qdisc",
            NicKeys.QDISC,
            "`pfifo_fast`, as the kernel has it",
            "The queueing discipline before the card.",
            "{fq: {}}");
    private static final Key<CpuOptions> CPU = Key.maybe(
            "cpu",
            CpuKeys.CPU,
            "work on a host takes no time",
            "Their cores, which applications and the kernel share.",
            "{cores: 4}");
    static final RecordType<HostsSpec> HOSTS = RecordType.of(
            "Hosts",
            "All hosts are alike. Between TCP and the link stand a queueing discipline and the NIC's ring, and a socket has no"
                    + " more in them than Linux's small queues (TSQ) allow. Without `cpu`, work on a host takes no time.",
            List.of(KERNEL, HZ, SYSCTL, NIC, QDISC, CPU),
            f -> new HostsSpec(
                    f.get(KERNEL),
                    f.get(HZ),
                    new TreeMap<>(f.find(SYSCTL).orElse(Map.of())),
                    withQdisc(f.find(NIC).orElseGet(NicKeys.NIC::allDefaults), f.find(QDISC)),
                    f.find(CPU)));

    private static final Key<Long> WARM_UP =
            Key.optional("warm-up", Units.duration(), "10ms", "Simulated before anything is measured.");
    private static final Key<Long> MEASURE = Key.optional(
            "measure", Units.positiveDuration(), "100ms", "Flows that start in this interval are measured.");
    private static final Key<Long> COOL_DOWN = Key.optional(
            "cool-down",
            Units.duration(),
            "5ms",
            "Load is kept up for this long after the measured interval, so that its last flows do not end in an"
                    + " emptying network.");
    private static final Key<Long> DRAIN = Key.optional(
            "drain",
            Units.duration(),
            "2s",
            "Measured flows may go on for this long after the measured interval; a run ends earlier, once all are"
                    + " complete. What is not complete then counts as unfinished.");
    private static final Key<Integer> REPLICATIONS = Key.optional(
            "replications",
            Scalars.integer(1, 1_000_000),
            "10",
            "Repetitions with other random numbers; they are the unit of all statistics.");
    private static final Key<Long> SEED =
            Key.optional("seed", Scalars.longInteger(0, Long.MAX_VALUE), "1", "Of all random numbers.");
    private static final Key<Boolean> TOTAL_EFFECT = Key.optional(
            "total-effect",
            Scalars.bool(),
            "false",
            "Also simulate everybody in `control` and everybody in each arm, with the same random numbers: what a 0%"
                    + " and a 100% roll-out would do.");
    private static final Key<Long> SAMPLE_EVERY = Key.optional(
            "sample-every", Units.positiveDuration(), "100us", "From one sample of all queues to the next.");
    static final RecordType<RunSpec> RUN = RecordType.of(
            "Run",
            "A run is one simulation: warm-up, measured interval, drain.",
            List.of(WARM_UP, MEASURE, COOL_DOWN, DRAIN, REPLICATIONS, SEED, TOTAL_EFFECT, SAMPLE_EVERY),
            f -> new RunSpec(
                    f.get(WARM_UP),
                    f.get(MEASURE),
                    f.get(COOL_DOWN),
                    f.get(DRAIN),
                    f.get(REPLICATIONS),
                    f.get(SEED),
                    f.get(TOTAL_EFFECT),
                    f.get(SAMPLE_EVERY)));

    private RunKeys() {}

    private static NicSpec withQdisc(NicSpec nic, Optional<QdiscOptions> qdisc) {
        NicOptions queues = qdisc.map(nic.queues()::with).orElse(nic.queues());
        return new NicSpec(nic.gsoMaxSize(), nic.gsoMaxSegs(), queues);
    }
}
