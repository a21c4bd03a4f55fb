package org.bpfsim.scenario.schema;

import java.util.List;
import java.util.Optional;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.cpu.CpuCosts;
import org.bpfsim.tcp.cpu.CpuOptions;

/** {@code hosts.cpu}: how many cores hosts have, and what the kernel's work costs them. */
final class CpuKeys {
    private static final int MOST_CORES = 1024;
    private static final int LONGEST_RING = 65_536;
    private static final long PS_PER_NS = SimTime.PS_PER_NS;
    private static final long MOST_PS = SimTime.PS_PER_MS;

    private static final Key<Long> INTERRUPT = cost(
            "interrupt",
            CpuCosts.DEFAULT.interrupt(),
            "An interrupt: of the NIC for packets that have come, or of a timer of an application.");
    private static final Key<Long> RECEIVE_PACKET = cost(
            "receive-packet", CpuCosts.DEFAULT.receivePacket(), "A packet as the NIC delivers it: driver and GRO.");
    private static final Key<Long> RECEIVE_BUFFER = cost(
            "receive-buffer",
            CpuCosts.DEFAULT.receiveBuffer(),
            "A buffer that GRO has made of one packet or several: IP, TCP and the socket.");
    private static final Key<Long> RECEIVE_BYTE =
            cost("receive-byte", CpuCosts.DEFAULT.receiveByte(), "Each byte of payload received, beside copying.");
    private static final Key<Long> TRANSMIT_BUFFER = cost(
            "transmit-buffer",
            CpuCosts.DEFAULT.transmitBuffer(),
            "A buffer of one segment or several that TCP sends, or an ACK: TCP, IP, queueing"
                    + " discipline, driver, and letting go of it.");
    private static final Key<Long> TRANSMIT_BYTE =
            cost("transmit-byte", CpuCosts.DEFAULT.transmitByte(), "Each byte of payload sent, beside copying.");
    private static final Key<Long> SYSTEM_CALL =
            cost("system-call", CpuCosts.DEFAULT.systemCall(), "A system call, beside what it copies and sends.");
    private static final Key<Long> COPY_BYTE = cost(
            "copy-byte", CpuCosts.DEFAULT.copyByte(), "Each byte copied from the application to the kernel, or back.");
    private static final Key<Long> WAKE_UP = cost(
            "wake-up",
            CpuCosts.DEFAULT.wakeUp(),
            "Waking a thread that sleeps in epoll_wait(), on the core of who wakes.");
    private static final Key<Long> CONTEXT_SWITCH =
            cost("context-switch", CpuCosts.DEFAULT.contextSwitch(), "Letting a thread run that did not.");
    private static final Key<Long> BPF_INSTRUCTION =
            cost("bpf-instruction", CpuCosts.DEFAULT.bpfInstruction(), "Each BPF instruction executed.");
    private static final Key<Long> BPF_HELPER =
            cost("bpf-helper", CpuCosts.DEFAULT.bpfHelper(), "Each call of a BPF helper or kfunc.");

    private static final List<Key<?>> COST_KEYS = List.of(
            INTERRUPT,
            RECEIVE_PACKET,
            RECEIVE_BUFFER,
            RECEIVE_BYTE,
            TRANSMIT_BUFFER,
            TRANSMIT_BYTE,
            SYSTEM_CALL,
            COPY_BYTE,
            WAKE_UP,
            CONTEXT_SWITCH,
            BPF_INSTRUCTION,
            BPF_HELPER);

    private static final RecordType<CpuCosts> COSTS = RecordType.checked(
            "CPU costs",
            "What work of the kernel costs a core. The defaults are of a server of about 2020 at about 3 GHz; docs/fidelity.md"
                    + " says where they are from.",
            COST_KEYS,
            CpuKeys::costs);

    private static final Key<Integer> CORES = Key.optional(
            "cores",
            Scalars.integer(1, MOST_CORES),
            "4",
            "Cores of a host. The NIC has a receive queue for each and chooses one by the hash of the flow (RSS).");
    private static final Key<Long> TIME_SLICE = Key.optional(
            "time-slice", Units.positiveDuration(), "3ms", "How long a thread runs while others wait for its core.");
    private static final Key<Integer> RX_RING = Key.optional(
            "rx-ring",
            Scalars.integer(1, LONGEST_RING),
            Integer.toString(CpuOptions.RING),
            "Packets that a receive queue of the NIC holds until its core takes them (`ethtool -G rx`); what comes then is lost.");
    private static final Key<CpuCosts> COST =
            Key.maybe("costs", COSTS, "all defaults", "What work costs.", "{system-call: 200ns}");

    /** The cores of every host. */
    static final RecordType<CpuOptions> CPU = RecordType.of(
            "CPU",
            "The cores of every host, on which interrupts, softirqs and the threads of applications run. An application has a"
                    + " thread per core on each host and for each arm.",
            List.of(CORES, TIME_SLICE, RX_RING, COST),
            f -> new CpuOptions(
                    f.get(CORES),
                    f.get(TIME_SLICE),
                    f.get(RX_RING),
                    f.find(COST).orElse(CpuCosts.DEFAULT)));

    private CpuKeys() {}

    private static Key<Long> cost(String name, long defaultPs, String meaning) {
        return Key.optional(name, Units.duration(), nanoseconds(defaultPs), meaning);
    }

    /** As a scenario would say it. */
    private static String nanoseconds(long ps) {
        return ps % PS_PER_NS == 0 ? ps / PS_PER_NS + "ns" : ps + "ps";
    }

    private static Optional<CpuCosts> costs(Fields f) {
        boolean good = true;
        for (Key<?> key : COST_KEYS) {
            if ((Long) f.get(key) > MOST_PS) {
                f.problem(
                        key,
                        "`" + key.name() + "` takes more than a millisecond.",
                        "Costs are nanoseconds, such as 300ns.");
                good = false;
            }
        }
        return good
                ? Optional.of(new CpuCosts(
                        f.get(INTERRUPT),
                        f.get(RECEIVE_PACKET),
                        f.get(RECEIVE_BUFFER),
                        f.get(RECEIVE_BYTE),
                        f.get(TRANSMIT_BUFFER),
                        f.get(TRANSMIT_BYTE),
                        f.get(SYSTEM_CALL),
                        f.get(COPY_BYTE),
                        f.get(WAKE_UP),
                        f.get(CONTEXT_SWITCH),
                        f.get(BPF_INSTRUCTION),
                        f.get(BPF_HELPER)))
                : Optional.empty();
    }
}
