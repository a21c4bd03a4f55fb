package org.bpfsim.bpf.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.packet.PacketRun;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The objects of this module by compiled code and by the interpreter: what they answer, write, print and execute. */
class BothWaysTest {
    private static final long SEED = 20260103;
    private static final int RUNS = 200;

    /** Everything that can be seen after some runs. */
    private record Outcome(List<String> runs, List<String> maps, List<String> trace) {}

    private static Outcome outcome(LoadedObject object, Execution execution) {
        TestKernel kernel = new TestKernel();
        BpfInstance instance = object.instantiate(kernel, kernel, execution);
        List<String> runs = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(SEED);
        for (int run = 0; run < RUNS; run++) {
            kernel.nowNs += 1_000_003;
            for (BpfProgram program : instance.programs()) {
                if (program.family().structOps().isEmpty()) {
                    runs.add(program.name() + ": " + run(program, random) + ", " + program.lastRunInstructions() + ", "
                            + program.lastRunHelperCalls());
                }
            }
            for (StructOpsMap ops : instance.structOps()) {
                runs.add(members(ops, random));
            }
        }
        runs.addAll(kernel.options);
        return new Outcome(runs, maps(instance), kernel.trace);
    }

    private static String run(BpfProgram program, SplittableRandom random) {
        try {
            if (program.family().name().equals("sock_ops")) {
                return sockOps(program, random);
            }
            byte[] frame = new byte[14 + random.nextInt(100)];
            random.nextBytes(frame);
            frame[12] = 8;
            frame[13] = 0;
            frame[14 % frame.length] = 0x45;
            frame[23 % frame.length] = 6;
            PacketRun.Result result = new PacketRun(program).run(frame);
            return result.verdict() + " " + Arrays.toString(result.data());
        } catch (BpfFault fault) {
            return fault.getMessage();
        }
    }

    private static String sockOps(BpfProgram program, SplittableRandom random) {
        TestKernel.SockOps event = new TestKernel.SockOps();
        event.op = random.nextInt(16);
        event.family = random.nextBoolean() ? 2 : 10;
        event.local_port = random.nextInt(4) * 1000;
        event.remote_port = random.nextInt(0x10000) << 16;
        Arrays.setAll(event.remote_ip6, i -> random.nextInt(3));
        event.sk.snd_cwnd = random.nextInt(100);
        long result = program.run(event);
        return result + " " + event.reply + " " + event.sk.snd_cwnd;
    }

    private static String members(StructOpsMap ops, SplittableRandom random) {
        TestKernel.Sock sk = new TestKernel.Sock();
        random.nextBytes(sk.icsk_ca_priv);
        sk.snd_una = random.nextInt();
        sk.delivered = random.nextInt(1000);
        sk.delivered_ce = random.nextInt(1000);
        sk.snd_cwnd = random.nextInt(1000);
        sk.snd_ssthresh = random.nextInt(1000);
        sk.is_cwnd_limited = random.nextBoolean();
        sk.icsk_ca_state = random.nextInt(5);
        StringBuilder text = new StringBuilder();
        for (String member : List.of("init", "in_ack_event", "cong_avoid", "ssthresh", "undo_cwnd")) {
            if (ops.program(member).isPresent()) {
                BpfProgram program = ops.program(member).get();
                long result = program.run(sk, TestKernel.TCP_SOCK, random.nextInt(8), random.nextInt(8));
                text.append(member + " " + result + " " + program.lastRunInstructions() + " "
                        + program.lastRunHelperCalls() + "; ");
            }
        }
        return text + Arrays.toString(sk.icsk_ca_priv) + " " + sk.snd_cwnd + " " + sk.sk_pacing_rate;
    }

    private static List<String> maps(BpfInstance instance) {
        List<String> all = new ArrayList<>();
        for (BpfMap map : instance.maps()) {
            for (byte[] key : map.keys()) {
                String values = map.lookupAll(key).stream()
                        .map(Arrays::toString)
                        .toList()
                        .toString();
                all.add(map.name() + " " + Arrays.toString(key) + " " + values);
            }
        }
        return all;
    }

    private static void agree(LoadedObject object) {
        Outcome compiled = outcome(object, Execution.COMPILER);
        Outcome interpreted = outcome(object, Execution.INTERPRETER);
        assertThat(compiled.runs).isNotEmpty().hasSameSizeAs(interpreted.runs);
        for (int i = 0; i < compiled.runs.size(); i++) {
            assertThat(compiled.runs.get(i)).as("seed %d, run %d", SEED, i).isEqualTo(interpreted.runs.get(i));
        }
        assertThat(compiled.maps).isEqualTo(interpreted.maps);
        assertThat(compiled.trace).isEqualTo(interpreted.trace);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockops.bpf.o", "struct_ops.bpf.o", "legacy.bpf.o", "bitfields.bpf.o"})
    void onSockets(String name) throws Exception {
        agree(TestKernel.load(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"packets.bpf.o", "maps.bpf.o", "kfuncs.bpf.o", "dump.bpf.o"})
    void onPackets(String name) throws Exception {
        agree(Loader.load(BpfObject.open(TestKernel.bytes(name), name), TestFamilies.environment()));
    }
}
