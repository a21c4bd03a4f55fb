package org.bpfsim.bpf.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.bpfsim.bpf.verifier.VerifierInput;
import org.bpfsim.bpf.verifier.VerifierInputs;
import org.junit.jupiter.api.Test;

class XlatedTest {
    private static VerifierInput program(String object, String name) throws Exception {
        BpfObject opened = BpfObject.open(TestKernel.bytes(object), object);
        return new VerifierInputs(opened, TestFamilies.environment().verifierKernel())
                .program(opened.program(name).orElseThrow(), Set.of());
    }

    /** What differs for good reason: ids of maps, addresses of helpers, offsets of context fields, C lines that repeat. */
    private static List<String> comparable(String text) {
        List<String> lines = new ArrayList<>();
        String source = "";
        for (String line : text.split("\n")) {
            boolean isSource = line.startsWith("; ");
            if (isSource && (line.startsWith(";  ") || line.equals(source))) {
                continue;
            }
            source = isSource ? line : source;
            lines.add(line.replaceFirst("map\\[[^]]*]", "map[]")
                    .replaceFirst("#\\d+$", "#")
                    .replaceFirst("\\(61\\) r1 = \\*\\(u32 \\*\\)\\(r1 \\+\\d+\\)", "mark"));
        }
        return lines;
    }

    /** src/test/xlated/strings.txt is what bpftool 7.1 printed of the program on Linux 6.18 ({@code prog dump xlated linum}). */
    @Test
    void showsInstructionsAsBpftoolDoes() throws Exception {
        assertThat(comparable(Xlated.text(program("maps.bpf.o", "strings"), true, false)))
                .isEqualTo(comparable(Files.readString(Path.of("src/test/xlated/strings.txt"))));
    }

    @Test
    void namesMapsHelpersAndFunctions() throws Exception {
        String text = Xlated.text(program("maps.bpf.o", "walks"), false, true);

        assertThat(text)
                .startsWith("int walks(struct __sk_buff * skb):\n; int walks(struct __sk_buff *skb)\n   0: (")
                .contains("(18) r1 = map[numbers]\n       18 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n")
                .contains("(85) call bpf_map_update_elem#2\n")
                .contains(" = subprog[+")
                .containsPattern("\nint \\w+\\(struct bpf_map \\* map|\nlong \\w+\\(");
    }

    @Test
    void jsonHasTheWordsOfBpftool() throws Exception {
        assertThat(Xlated.json(program("packets.bpf.o", "reflect"), true, false))
                .startsWith(
                        "[{\"proto\":\"int reflect(struct xdp_md * ctx)\",\"src\":\"int reflect(struct xdp_md *ctx)\","
                                + "\"file\":\"./packets.bpf.c\",\"line_num\":37,\"line_col\":0,\"disasm\":\"(b4) w0 = 1\"},{");
    }

    @Test
    void atomicsAndJumpsAreInTheKernelsWords() {
        assertThat(text(Opcode.CLASS_STX | 0x18 | Opcode.MODE_ATOMIC, 1, 2, 8, Opcode.ADD))
                .isEqualTo("lock *(u64 *)(r1 +8) += r2");
        assertThat(text(Opcode.CLASS_STX | Opcode.MODE_ATOMIC, 1, 2, -4, Opcode.OR | Opcode.FETCH))
                .isEqualTo("r2 = atomic_fetch_or((u32 *)(r1 -4), r2)");
        assertThat(text(Opcode.CLASS_STX | 0x18 | Opcode.MODE_ATOMIC, 1, 2, 0, Opcode.CMPXCHG))
                .isEqualTo("r0 = atomic64_cmpxchg((u64 *)(r1 +0), r0, r2)");
        assertThat(text(0x15, 3, 0, 7, -22)).isEqualTo("if r3 == 0xffffffea goto pc+7");
    }

    private static String text(int opcode, int dst, int src, int offset, long immediate) {
        return Xlated.kernelText(new Instruction(opcode, dst, src, (short) offset, immediate));
    }
}
