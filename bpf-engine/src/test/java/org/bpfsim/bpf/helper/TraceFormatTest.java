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
        "%#x, 255, 0xff",
        "%X, 255, FF",
        "%hd, 65535, -1",
        "%hhu, 511, 255",
        "%08x, 48879, 0000beef",
        "%5d|, 42, '   42|'",
        "%-5d|, 42, '42   |'",
        "%05d, -42, -0042",
        "%+d, 7, +7",
        "%o, 8, 10",
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

    @Test
    void formatsThatTheKernelRefusesGiveNothing() {
        assertThat(TraceFormat.format(machine, "%d %d %d %d", new long[3])).isNull();
        assertThat(TraceFormat.format(machine, "%n", new long[3])).isNull();
        assertThat(TraceFormat.format(machine, "%", new long[3])).isNull();
    }
}
