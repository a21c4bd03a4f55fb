package org.bpfsim.bpf.helper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.interpreter.Machine;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.WriteRights;
import org.bpfsim.bpf.program.TestKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFormatTest {
    private final Machine machine = machine();

    private static Machine machine() {
        Machine machine = new Machine(new TestKernel(), null, List.of());
        Instruction[] code = {new Instruction(Opcode.EXIT, 0, 0, (short) 0, 0)};
        machine.begin(new DecodedProgram(
                "none", code, new HelperFunction[0], new WriteRights(List.of(), Set.of(), List.of()), s -> null));
        return machine;
    }

    @ParameterizedTest(name = "{0} of {1} is {2}")
    @CsvSource({
        "%d, -1, -1",
        "%u, -1, 4294967295",
        "%lu, -1, 18446744073709551615",
        "%llx, 255, ff",
        "%X, 255, FF",
        "%08x, 48879, 0000beef",
        "%5d|, 42, '   42|'",
        "%-5d|, 42, '42   |'",
        "%05d, -42, -0042",
        "%+d, 7, +7",
        "%c, 65, A",
        "100%%, 0, 100%",
        "%px, 4096, 0000000000001000",
    })
    void numbers(String format, long value, String expected) {
        assertThat(TraceFormat.format(machine, format, new long[] {value, 0, 0}))
                .isEqualTo(expected);
    }

    @Test
    void stringsAndAddressesAreReadFromMemory() {
        byte[] memory = {'h', 'i', 0, 0, 10, 0, 0, 1};
        long address = machine.ofBytes(memory, 0, 8, false);

        assertThat(TraceFormat.format(machine, "%s %pI4", new long[] {address, address + 4, 0}))
                .isEqualTo("hi 10.0.0.1");
    }

    /** Linux 6.12: bpf_bprintf_prepare() in kernel/bpf/helpers.c. */
    @ParameterizedTest
    @ValueSource(
            strings = {"%d %d %d %d", "%n", "%", "%o", "%hd", "%#x", "%.3d", "%sx", "%pI7", "%pz", "\u0001", "%lld %"})
    void formatsThatTheKernelRefusesGiveNothing(String format) {
        assertThat(TraceFormat.format(machine, format, new long[3])).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%%%%%%%%", "%s,%p.%pK", "%p", "%pi4%pI6", "%pks %pus", "%pB", "\u00e4 %lli\n", "%-8u|"})
    void formatsThatTheKernelTakes(String format) {
        assertThat(FormatCheck.isValid(format, 3)).isTrue();
    }
}
