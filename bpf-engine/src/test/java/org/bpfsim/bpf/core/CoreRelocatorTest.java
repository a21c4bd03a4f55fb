package org.bpfsim.bpf.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfExt.CoreRelocation;
import org.bpfsim.bpf.btf.BtfExt.CoreRelocation.Kind;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.junit.jupiter.api.Test;

/** What Linux's selftests, which {@link LibbpfRelocations} plays, do not ask. */
class CoreRelocatorTest {
    private static final int U32 = 1;
    private static final int S32 = 2;
    private static final int U64 = 3;
    private static final int S64 = 4;
    private static final int POINTER = 5;
    private static final int STRUCT = 6;

    /** {@code struct name { members }} behind some numbers. */
    private static Btf types(String name, BtfType.Member... members) {
        return new Btf(List.of(
                new BtfType.Void(),
                number("unsigned int", 4, false),
                number("int", 4, true),
                number("unsigned long", 8, false),
                number("long", 8, true),
                new BtfType.Pointer(0),
                new BtfType.Struct(name, false, 64, List.of(members))));
    }

    private static BtfType.Int number(String name, int bytes, boolean signed) {
        return new BtfType.Int(name, bytes, 8 * bytes, 0, signed, false, false);
    }

    private static BtfType.Member member(String name, int type, int offset) {
        return new BtfType.Member(name, type, 8 * offset, 0);
    }

    private static CoreRelocation offsetOf(int member) {
        return new CoreRelocation(0, STRUCT, "0:" + member, Kind.FIELD_BYTE_OFFSET);
    }

    private static Instruction load(int sizeBits) {
        return new Instruction(Opcode.CLASS_LDX | Opcode.MODE_MEM | sizeBits, 1, 2, (short) 0, 0);
    }

    @Test
    void unsignedFieldOfAnotherSizeIsLoadedWithItsSize() {
        CoreRelocator core = new CoreRelocator(
                types("s___mine", member("a", U32, 0), member("b", U64, 8)),
                types("s", member("b", U32, 4), member("a", U64, 24)));
        Instruction a = CoreRelocator.apply(load(Opcode.sizeBits(4)), core.resolve(offsetOf(0)));
        assertThat(a.offset()).isEqualTo((short) 24);
        assertThat(Opcode.bytesOf(a.opcode())).isEqualTo(8);
        Instruction b = CoreRelocator.apply(load(Opcode.sizeBits(8)), core.resolve(offsetOf(1)));
        assertThat(b.offset()).isEqualTo((short) 4);
        assertThat(Opcode.bytesOf(b.opcode())).isEqualTo(4);
    }

    @Test
    void signedFieldOfAnotherSizeCannotBeLoaded() {
        CoreRelocator core = new CoreRelocator(types("s", member("a", S32, 0)), types("s", member("a", S64, 8)));
        CoreRelocator.Answer answer = core.resolve(offsetOf(0));
        Instruction load = load(Opcode.sizeBits(4));
        assertThatThrownBy(() -> CoreRelocator.apply(load, answer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another size");
        // Its place alone can be had, as for bpf_probe_read().
        Instruction add = new Instruction(Opcode.CLASS_ALU64 | Opcode.ADD, 1, 0, (short) 0, 0);
        assertThat(CoreRelocator.apply(add, answer).immediate()).isEqualTo(8);
    }

    @Test
    void numberIsNoPointer() {
        CoreRelocator core = new CoreRelocator(types("s", member("a", U64, 0)), types("s", member("a", POINTER, 0)));
        assertThat(core.resolve(offsetOf(0)).refusal()).isPresent();
        assertThat(core.resolve(new CoreRelocation(0, STRUCT, "0:0", Kind.FIELD_EXISTS)))
                .extracting(CoreRelocator.Answer::value)
                .isEqualTo(0L);
    }

    @Test
    void damagedAccessStringIsAnErrorOfTheWholeProgram() {
        CoreRelocator core = new CoreRelocator(types("s", member("a", U32, 0)), types("s", member("a", U32, 0)));
        for (String access : List.of("", "x", "-1", "0:1", "0:0:0", "0:99999999999", "0:0" + ":0".repeat(80))) {
            CoreRelocator.Answer answer = core.resolve(new CoreRelocation(0, STRUCT, access, Kind.FIELD_BYTE_OFFSET));
            assertThat(answer.isError()).as(access).isTrue();
        }
    }
}
