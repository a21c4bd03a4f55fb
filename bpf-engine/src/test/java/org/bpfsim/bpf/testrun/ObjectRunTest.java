package org.bpfsim.bpf.testrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.TestKernel;
import org.junit.jupiter.api.Test;

class ObjectRunTest {
    @Test
    void runsAProgramAndShowsItsMaps() throws Exception {
        ObjectRun run = new ObjectRun(TestKernel.bytes("maps.bpf.o"), "maps.bpf.o", "walks", Execution.COMPILER);

        ObjectRun.Outcome outcome = run.run(new byte[64], 3, 0, () -> 0);

        assertThat(outcome.verdict()).isEqualTo(1);
        assertThat(outcome.data()).hasSize(64);
        assertThat(outcome.instructions()).isPositive();
        assertThat(run.dump(".bss")).contains("\"visits\": 4");
        assertThatThrownBy(() -> run.dump("no")).hasMessageContaining("there is no map no; there are: ");
    }

    @Test
    void wantsToKnowWhichOfSeveralPrograms() {
        assertThatThrownBy(
                        () -> new ObjectRun(TestKernel.bytes("packets.bpf.o"), "packets.bpf.o", "", Execution.COMPILER))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("Say which one to run: http");
    }

    @Test
    void shortPacketsAreRefusedAsByLinux() throws Exception {
        ObjectRun run = new ObjectRun(TestKernel.bytes("packets.bpf.o"), "packets.bpf.o", "http", Execution.COMPILER);

        assertThatThrownBy(() -> run.run(new byte[5], 1, 0, () -> 0)).hasMessageContaining("14 to");
    }

    @Test
    void messagesAndOptionsAreContextsToo() throws Exception {
        ObjectRun message =
                new ObjectRun(TestKernel.bytes("sockets.bpf.o"), "sockets.bpf.o", "script", Execution.COMPILER);
        ObjectRun.Outcome passed = message.run(new byte[] {1, 2, 3}, 2, 0, () -> 0);
        assertThat(passed.verdict()).isEqualTo(1);
        assertThat(passed.data()).containsExactly(1, 2, 3);
        assertThat(passed.notes()).containsExactly("apply_bytes: 0, cork_bytes: 0");
        assertThat(message.dump(".bss")).contains("\"runs\": 2");

        ObjectRun frame =
                new ObjectRun(TestKernel.bytes("sockets.bpf.o"), "sockets.bpf.o", "frames", Execution.COMPILER);
        assertThat(frame.run(new byte[] {7}, 1, 0, () -> 0).verdict()).isEqualTo(8);

        ObjectRun option =
                new ObjectRun(TestKernel.bytes("sockopts.bpf.o"), "sockopts.bpf.o", "set", Execution.COMPILER);
        option.option(6, 13);
        assertThat(option.run(new byte[4], 1, 0, () -> 0).notes())
                .containsExactly("level: 6, optname: 13, the kernel handles it");
    }

    @Test
    void programsThatLinuxRefusesDoNotRun() {
        assertThatThrownBy(() ->
                        new ObjectRun(TestKernel.bytes("careless.bpf.o"), "careless.bpf.o", "", Execution.COMPILER))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("Linux refuses it: invalid access to packet");
    }

    @Test
    void conformancePluginAnswersR0InHexadecimal() throws Exception {
        // r0 = *(u16 *)(r1 + 1); exit
        assertThat(ConformancePlugin.run(
                        List.of("01 02 03"), "69 10 01 00 00 00 00 00 95 00 00 00 00 00 00 00\n", Execution.COMPILER))
                .isEqualTo("302");
        // r0 = -1; exit
        assertThat(ConformancePlugin.run(
                        List.of(), "b7 00 00 00 ff ff ff ff 95 00 00 00 00 00 00 00", Execution.COMPILER))
                .isEqualTo("ffffffffffffffff");
        assertThatThrownBy(() -> ConformancePlugin.run(List.of("--elf"), "00", Execution.COMPILER))
                .hasMessageContaining("no option --elf");
        assertThatThrownBy(() -> ConformancePlugin.run(List.of(), "b7 0", Execution.COMPILER))
                .hasMessageContaining("one hexadecimal digit");
    }

    /** RFC 9669, section 4.1 masks the amount of a shift; Linux refuses one that the operand does not have. */
    @Test
    void conformancePluginAsksTheVerifierOnDemand() throws Exception {
        // r0 = 1; r0 <<= 68; exit
        String code = "b7 00 00 00 01 00 00 00 67 00 00 00 44 00 00 00 95 00 00 00 00 00 00 00";

        assertThat(ConformancePlugin.run(List.of(), code, Execution.COMPILER)).isEqualTo("10");
        assertThatThrownBy(() -> ConformancePlugin.run(List.of("--verify"), code, Execution.COMPILER))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("insn 1: Linux refuses it: invalid shift 68");
    }

    @Test
    void mayGotoEndsALoopAfterEightMillionTurns() throws Exception {
        // r0 += 1; may_goto +1; goto -3; exit
        String code = "07 00 00 00 01 00 00 00 e5 00 01 00 00 00 00 00 05 00 fd ff 00 00 00 00 95 00 00 00 00 00 00 00";

        assertThat(ConformancePlugin.run(List.of(), code, Execution.COMPILER))
                .isEqualTo(Integer.toHexString(8 * 1024 * 1024 + 1));
    }
}
