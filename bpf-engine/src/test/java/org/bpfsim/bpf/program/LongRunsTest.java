package org.bpfsim.bpf.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.isa.Assembler;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.testrun.BareProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loops in loops that the verifier cannot bound well: they run as long as on Linux, and are stopped when that is too long. */
class LongRunsTest {
    /** Linux 6.12: BPF_MAX_LOOPS in include/linux/bpf.h. */
    private static final int MAX_LOOPS = 8 * 1024 * 1024;

    private static final List<String> PROGRAMS = List.of("calls_back", "jumps", "iterates");

    private static BpfInstance instance(Execution execution, int outer, int inner) throws Exception {
        TestKernel kernel = new TestKernel();
        BpfInstance instance = TestKernel.load("loops.bpf.o").instantiate(kernel, kernel, execution);
        GlobalVariables variables = new GlobalVariables(instance);
        variables.set("outer_turns", outer);
        variables.set("inner_turns", inner);
        return instance;
    }

    @ParameterizedTest
    @EnumSource
    void loopsInLoopsTurnAsOftenAsOnLinux(Execution execution) throws Exception {
        BpfInstance instance = instance(execution, 300, 1000);
        for (String name : PROGRAMS) {
            assertThat(instance.program(name).orElseThrow().run(new TestKernel.SockOps()))
                    .isEqualTo(1);
        }
        assertThat(new GlobalVariables(instance).get("turns")).isEqualTo(3 * 300_000);
    }

    @ParameterizedTest
    @EnumSource
    void areStoppedWhenTheirBudgetIsUsedUp(Execution execution) throws Exception {
        BpfInstance instance = instance(execution, MAX_LOOPS - 1, MAX_LOOPS - 1);
        for (String name : PROGRAMS) {
            BpfProgram program = instance.program(name).orElseThrow();
            assertThatThrownBy(() -> program.run(new TestKernel.SockOps(), 1 << 20))
                    .as(name)
                    .isInstanceOf(BpfFault.class)
                    .hasMessageContaining("its budget of 1048576 instructions");
            assertThat(program.lastRunInstructions()).as(name).isBetween(1L << 20, (1L << 20) + 100);
        }
    }

    @Test
    void moreThanFourBillionInstructionsAreCounted() throws Exception {
        byte[] code = Code.encode(Assembler.assemble("again:\nr0 += 1\ngoto again"));
        BareProgram endless = BareProgram.of(code, Map.of(), new TestKernel(), Execution.COMPILER);
        assertThatThrownBy(() -> endless.run(new byte[8]))
                .hasMessageContaining("its budget of 4294967296 instructions");
    }
}
