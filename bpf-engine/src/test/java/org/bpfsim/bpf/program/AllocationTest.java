package org.bpfsim.bpf.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bpfsim.bpf.isa.Assembler;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.testrun.BareProgram;
import org.junit.jupiter.api.Test;

/** Running programs allocates nothing once everything that they touch has come into being. */
class AllocationTest {
    private static final int RUNS = 200_000;

    private static long allocated() {
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return bean.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static double bytesPerRun(Runnable run) {
        for (int i = 0; i < RUNS; i++) {
            run.run();
        }
        long before = allocated();
        for (int i = 0; i < RUNS; i++) {
            run.run();
        }
        return (double) (allocated() - before) / RUNS;
    }

    @Test
    void congestionControlPerAck() throws Exception {
        StructOpsMap ops = new TestKernel()
                .instance("struct_ops.bpf.o")
                .structOps("like_dctcp")
                .orElseThrow();
        TestKernel.Sock sk = new TestKernel.Sock();
        sk.is_cwnd_limited = true;
        BpfProgram init = ops.program("init").orElseThrow();
        BpfProgram inAck = ops.program("in_ack_event").orElseThrow();
        BpfProgram congAvoid = ops.program("cong_avoid").orElseThrow();
        init.argument(0, sk, TestKernel.TCP_SOCK);
        init.run();

        double bytes = bytesPerRun(() -> {
            sk.snd_una++;
            inAck.argument(0, sk, TestKernel.TCP_SOCK);
            inAck.argument(1, 0);
            inAck.run();
            congAvoid.run(sk, TestKernel.TCP_SOCK, 1, 1);
        });

        assertThat(bytes).isLessThan(0.1);
    }

    @Test
    void mapsPerEvent() throws Exception {
        BpfProgram looksUp =
                new TestKernel().instance("sockops.bpf.o").program("looks_up").orElseThrow();
        TestKernel.SockOps event = new TestKernel.SockOps();

        assertThat(bytesPerRun(() -> looksUp.run(event))).isLessThan(0.1);
    }

    @Test
    void plainMemoryPerCall() throws Exception {
        List<Instruction> code = Stream.of(
                        Assembler.slots("r0 = *(u8 *)(r1 +2)\nr1 += r0\nr0 = *(u8 *)(r1 +3)\nexit\n"))
                .filter(Objects::nonNull)
                .toList();
        BareProgram program = BareProgram.of(Code.encode(code), Map.of(), new TestKernel(), Execution.COMPILER);
        byte[][] memories = {{0, 0, 0, 1}, {0, 0, 1, 0, 2}};

        assertThat(bytesPerRun(() -> {
                    program.run(memories[0]);
                    program.run(memories[1]);
                }))
                .isLessThan(0.1);
    }
}
