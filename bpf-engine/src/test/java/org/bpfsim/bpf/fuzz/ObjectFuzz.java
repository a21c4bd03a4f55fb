package org.bpfsim.bpf.fuzz;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.inspect.Inspection;
import org.bpfsim.bpf.inspect.ReportText;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.program.TestMachines;
import org.bpfsim.bpf.testrun.TestFamilies;

/** Any bytes give an object or a BpfLoadException, nothing else, and soon; what was loaded runs without a fault. */
final class ObjectFuzz {
    private static final int MAX_SHOWN_BYTES = 1 << 16;
    private static final List<BpfEnvironment> KERNELS = List.of(TestFamilies.environment(), TestKernel.ENVIRONMENT);

    private final List<byte[]> originals = Originals.all();

    /** @throws Finding if there is one */
    Verdict tryOut(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] mutant = new ObjectMutator(random).mutate(originals.get(random.nextInt(originals.size())));
        BpfObject object;
        try {
            object = BpfObject.open(mutant, "mutant");
        } catch (BpfLoadException expected) {
            return Verdict.REFUSED;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new Finding("opening throws " + e, e);
        }
        try {
            ReportText.of(Inspection.of(object));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new Finding("inspecting throws " + e, e);
        }
        boolean any = false;
        for (BpfEnvironment environment : KERNELS) {
            any |= loadAndRun(object, environment, seed);
        }
        return any ? Verdict.ACCEPTED : Verdict.REFUSED;
    }

    static boolean loadAndRun(BpfObject object, BpfEnvironment environment, long seed) {
        LoadedObject loaded;
        try {
            loaded = Loader.load(object, environment);
        } catch (BpfLoadException expected) {
            return false;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new Finding("loading throws " + e, e);
        }
        TreeMap<Execution, String> outcomes = new TreeMap<>();
        // Interpreted first: only that can be given up.
        for (Execution execution : List.of(Execution.INTERPRETER, Execution.COMPILER)) {
            try {
                outcomes.put(execution, run(loaded, execution, seed));
            } catch (Patience.Lost lost) {
                return true;
            } catch (BpfFault fault) {
                throw new Finding(
                        execution + ": an accepted program faults: " + fault.reason() + " [" + fault.location() + "]",
                        fault);
            } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
                throw new Finding(execution + " throws " + e, e);
            }
        }
        if (!outcomes.get(Execution.COMPILER).equals(outcomes.get(Execution.INTERPRETER))) {
            throw new Finding("interpreter and compiler differ:\n" + outcomes);
        }
        return true;
    }

    /** Runs every program a few times and answers what can be seen afterwards. */
    private static String run(LoadedObject loaded, Execution execution, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TestKernel kernel = new TestKernel();
        BpfInstance instance = loaded.instantiate(kernel, kernel, execution);
        TestMachines.of(instance).watch(Patience.WATCH, Patience.INSTRUCTIONS);
        StringBuilder text = new StringBuilder();
        for (int round = 0; round < 2; round++) {
            for (BpfProgram program : instance.programs()) {
                text.append(program.name())
                        .append(' ')
                        .append(once(program, random))
                        .append('\n');
            }
            kernel.fireAlarms(4);
        }
        instance.maps().stream()
                .filter(m -> m.keyBytes() <= 64 && (long) m.maxEntries() * m.valueBytes() <= MAX_SHOWN_BYTES)
                .forEach(map -> {
                    text.append(map.name());
                    for (byte[] key : map.keys()) {
                        map.lookupAll(key).forEach(v -> text.append(' ').append(java.util.Arrays.hashCode(v)));
                    }
                    text.append('\n');
                });
        return text.append(kernel.options).append(kernel.trace).toString();
    }

    private static String once(BpfProgram program, SplittableRandom random) {
        Class<?> context =
                program.family().context().<Class<?>>map(c -> c.javaClass()).orElse(null);
        if (context == PacketBuffer.class) {
            byte[] packet = new byte[14 + random.nextInt(100)];
            for (int i = 0; i < packet.length; i++) {
                packet[i] = (byte) random.nextInt();
            }
            PacketBuffer buffer = new PacketBuffer();
            buffer.set(packet, program.family().name().equals("socket_filter") ? 14 : 0);
            return program.run(buffer) + "/" + java.util.Arrays.hashCode(buffer.data());
        } else if (context == TestKernel.SockOps.class) {
            TestKernel.SockOps ops = new TestKernel.SockOps();
            ops.op = random.nextInt(16);
            ops.family = random.nextBoolean() ? 2 : 10;
            ops.remote_port = random.nextInt(65536);
            ops.local_port = random.nextInt(65536);
            return program.run(ops) + "/" + ops.reply + "/" + state(ops.sk);
        } else if (program.family() == TestKernel.STRUCT_OPS) {
            TestKernel.Sock sock = new TestKernel.Sock();
            sock.snd_cwnd = random.nextInt(100);
            sock.prior_cwnd = random.nextInt();
            sock.delivered = random.nextInt();
            sock.icsk_ca_state = random.nextInt(5);
            program.argument(0, sock, TestKernel.TCP_SOCK);
            program.argument(1, random.nextInt());
            program.argument(2, random.nextInt(100));
            return program.run() + "/" + state(sock);
        }
        return "not run";
    }

    private static String state(TestKernel.Sock sock) {
        return sock.snd_cwnd + " " + sock.snd_ssthresh + " " + sock.sk_pacing_rate + " "
                + java.util.Arrays.hashCode(sock.icsk_ca_priv);
    }
}
