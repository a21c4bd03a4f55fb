package org.bpfsim.bpf.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.inspect.Inspection;
import org.bpfsim.bpf.inspect.ReportText;
import org.bpfsim.bpf.object.BpfObject;
import org.junit.jupiter.api.Test;

/**
 * Any bytes give an object or a BpfLoadException, never another exception, and soon; what was loaded runs or faults. Repeat a
 * failure with {@code -Dbpfsim.fuzz.seed=N -Dbpfsim.fuzz.rounds=M}.
 */
class LoaderFuzzTest {
    private static final long SEED = Long.getLong("bpfsim.fuzz.seed", 20260101L);
    private static final int ROUNDS = Integer.getInteger("bpfsim.fuzz.rounds", 3000);

    @Test
    void mutatedObjectsGiveAnObjectOrALoadException() {
        List<byte[]> originals = List.of(
                TestKernel.bytes("struct_ops.bpf.o"),
                TestKernel.bytes("sockops.bpf.o"),
                TestKernel.bytes("missing_field.bpf.o"),
                TestKernel.bytes("legacy.bpf.o"));
        SplittableRandom random = new SplittableRandom(SEED);
        int loaded = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mutant = originals.get(random.nextInt(originals.size())).clone();
            int changes = 1 + random.nextInt(8);
            for (int i = 0; i < changes; i++) {
                mutate(mutant, random);
            }
            loaded += tryOut(mutant, round);
        }
        assertThat(loaded).as("mutants that still load").isGreaterThan(ROUNDS / 10);
    }

    private static void mutate(byte[] bytes, SplittableRandom random) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0:
                bytes[at] = (byte) random.nextInt();
                break;
            case 1:
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                break;
            case 2:
                // Numbers in headers and records are where offsets and lengths are.
                int word = at / 4 * 4;
                long value = List.of(0L, 1L, 0xffff_ffffL, 0x7fff_ffffL, (long) bytes.length, 0x8000_0000L)
                        .get(random.nextInt(6));
                for (int i = 0; i < 4 && word + i < bytes.length; i++) {
                    bytes[word + i] = (byte) (value >>> 8 * i);
                }
                break;
            default:
                bytes[at] = (byte) (bytes[at] + 1 - 2 * random.nextInt(2));
                break;
        }
    }

    private static int tryOut(byte[] mutant, int round) {
        try {
            BpfObject object = BpfObject.open(mutant, "mutant");
            ReportText.of(Inspection.of(object));
            LoadedObject loaded = Loader.load(object, TestKernel.ENVIRONMENT);
            TestKernel kernel = new TestKernel();
            BpfInstance instance = loaded.instantiate(kernel, kernel);
            for (BpfProgram program : instance.programs()) {
                run(program);
            }
            return 1;
        } catch (BpfLoadException expected) {
            assertThat(expected.getMessage()).startsWith("mutant");
            return 0;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return fail("round " + round + " of seed " + SEED, e);
        }
    }

    private static void run(BpfProgram program) {
        try {
            if (program.family() == TestKernel.STRUCT_OPS) {
                program.argument(0, new TestKernel.Sock(), TestKernel.TCP_SOCK);
                program.argument(1, 1);
                program.argument(2, 2);
                program.run();
            } else {
                program.run(new TestKernel.SockOps());
            }
        } catch (BpfFault fault) {
            assertThat(fault.getMessage()).startsWith("mutant");
        }
    }
}
