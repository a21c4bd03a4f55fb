package org.bpfsim.bpf.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Assembler;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.map.Maps;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierInput;
import org.bpfsim.bpf.verifier.VerifierKernel;
import org.bpfsim.bpf.verifier.VerifierRefusal;
import org.junit.jupiter.api.Test;

/** What the fuzzers have found, made small. (Findings in the verifier's rules are in {@code src/test/verifier/ranges.data}.) */
class FoundByFuzzingTest {
    private static final Trial.Input INPUT = Trial.Input.random(new SplittableRandom(1));

    private static Trial.Outcome outcome(String text, Execution execution) throws BpfLoadException {
        List<Instruction> code = Assembler.assemble(text);
        return new Trial(new FuzzProgram("socket_filter", code, true)).run(INPUT, execution);
    }

    private static void runsAlike(String text) throws BpfLoadException {
        assertThat(outcome(text, Execution.COMPILER).text())
                .isEqualTo(outcome(text, Execution.INTERPRETER).text());
    }

    private static String call(String helper) {
        return ".raw 0x85 r0 r0 0 " + HelperNames.idOf(helper) + "\n";
    }

    @Test
    void instructionsBehindALoadBeyondThePacketAreNotCounted() throws BpfLoadException {
        String text = "r6 = r1\n.raw 0x20 r0 r0 0 2147483647\nr0 = 1\nr0 = 2\nexit\n";
        assertThat(outcome(text, Execution.INTERPRETER).instructions()).isEqualTo(2);
        runsAlike(text);
    }

    /** A kernel whose types say so is none, but its types are read from a file. */
    @Test
    void iteratorWithoutASizeIsRefused() {
        List<BtfType> types = new ArrayList<>(FuzzTypes.KFUNCS.types());
        types.set(3, new BtfType.Struct("bpf_iter_num", false, 0, List.of()));
        VerifierInput program = new VerifierInput(
                "iterates",
                "socket_filter",
                "",
                Assembler.assemble("r1 = r10\nr1 += -8\n.raw 0x85 r0 r2 0 1\nr0 = 0\nexit\n"),
                List.of(new VerifierInput.Subprogram("main", 0, true, 0)),
                Map.of(2, new VerifierInput.Operand.OfKfunc("bpf_iter_num_next", true)),
                true,
                Set.of(),
                Btf.empty(),
                VerifierKernel.Family.NONE,
                new Btf(types),
                s -> Optional.empty());
        assertThatThrownBy(() -> Verifier.verify(program, 0))
                .isInstanceOf(VerifierRefusal.class)
                .hasMessageContaining("give the iterator no size");
    }

    @Test
    void lockIsMissedOnlyForIndexesThatAreThere() throws BpfLoadException {
        String update = "*(u32 *)(r10 -4) = %d\n*(u64 *)(r10 -56) = 0\n*(u64 *)(r10 -48) = 0\n*(u64 *)(r10 -40) = 0\n"
                + "*(u64 *)(r10 -32) = 0\n*(u64 *)(r10 -24) = 0\n*(u64 *)(r10 -16) = 0\n"
                + "r2 = r10\nr2 += -4\nr3 = r10\nr3 += -56\nr4 = 4\n.raw 0x18 r1 r1 0 0\n"
                + call("bpf_map_update_elem") + "exit\n";
        assertThat(outcome(String.format(update, 9), Execution.INTERPRETER).r0())
                .isEqualTo(-Errno.E2BIG);
        assertThat(outcome(String.format(update, 1), Execution.INTERPRETER).r0())
                .isEqualTo(-Errno.EINVAL);
    }

    @Test
    void numberInPlaceOfAStringIsPrintedAsAnEmptyOne() throws BpfLoadException {
        // "[%s]" on the stack; the argument is no address.
        String text = "r1 = 0x5d73255b ll\n*(u64 *)(r10 -16) = r1\nr1 = r10\nr1 += -16\nr2 = 5\nr3 = -7\n"
                + call("bpf_trace_printk") + "exit\n";
        assertThat(outcome(text, Execution.INTERPRETER).calls()).containsExactly("trace []");
        runsAlike(text);
    }

    /** The header of types, then types of three words each and what else is given. */
    private static byte[] types(int... words) {
        byte[] section = new byte[24 + 4 * words.length + 1];
        LittleEndian.put(section, 0, 4, 0x1_eb9f);
        LittleEndian.put(section, 4, 4, 24);
        LittleEndian.put(section, 12, 4, 4L * words.length);
        LittleEndian.put(section, 16, 4, 4L * words.length);
        LittleEndian.put(section, 20, 4, 1);
        for (int i = 0; i < words.length; i++) {
            LittleEndian.put(section, 24 + 4 * i, 4, words[i]);
        }
        return section;
    }

    @Test
    void typeThatContainsItselfIsRefused() {
        assertThatThrownBy(() -> Btf.parse(types(0, 3 << 24, 0, 1, 1, 2), "types"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("contains itself");
    }

    @Test
    void functionWithoutAPrototypeIsRefused() {
        assertThatThrownBy(() -> Btf.parse(types(0, 12 << 24, 0), "types"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("no prototype");
    }

    @Test
    void programArrayCannotBeginWithAProgramThatIsNotThere() {
        MapDefinition array = new MapDefinition(
                "jumps",
                MapType.PROG_ARRAY,
                4,
                4,
                2,
                0,
                0,
                0,
                Optional.empty(),
                false,
                new MapDefinition.Extras(0, List.of(), Optional.empty(), Map.of(1, "gone")));
        assertThat(Maps.initialProblem(array, List.of(array), java.util.Set.of("there")))
                .contains("entry 1 is \"gone\", which is not loaded");
    }

    /**
     * The path with r8 = 0 turns in the loop before the other way through its body is explored, in which the value of r8 decides;
     * r8 = 6 must not be taken for the same then. Linux 6.18 refuses it.
     */
    @Test
    void whatMattersInALoopMattersOnPathsThatWereLeftForItBefore() {
        String next = "r1 = r10\nr1 += -160\n.raw 0x85 r0 r2 0 1\n";
        String text =
                "r7 = *(u8 *)(r1 +26)\n*(u64 *)(r10 -200) = r7\ncall pc+26\nr8 = 0\nmay_goto more\nr8 += 6\nmore:\n"
                        + "r1 = r10\nr1 += -160\nr2 = 0\nr3 = 9\n.raw 0x85 r0 r2 0 0\nloop:\n" + next
                        + "if r0 == 0 goto out\nif r7 s< 6 goto use\ngoto past\nuse:\nif w8 s>= 6 goto trap\nw7 &= 3\npast:\n"
                        + "goto loop\nout:\nr1 = r10\nr1 += -160\n.raw 0x85 r0 r2 0 2\n*(u64 *)(r10 -200) = -2\nr0 = r7\nexit\n"
                        + "trap:\nr0 = *(u8 *)(r8 +0)\nr0 = 0\ngoto past\nexit\n";
        assertThatThrownBy(() -> outcome(text, Execution.INTERPRETER))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("R8 invalid mem access 'scalar'");
    }
}
