package org.bpfsim.bpf.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.compiler.TestProgram;
import org.bpfsim.bpf.isa.Assembler;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.CodeCheck;
import org.bpfsim.bpf.isa.Disassembler;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.program.Execution;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The instruction set, case by case. A case is a title, perhaps memory, instructions, and what comes of them: R0 ({@code =>}), a
 * fault, or a refusal. A new case needs no Java.
 */
class IsaTest {
    private record Case(String title, byte[] memory, String code, String verdict) {}

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/isa"))) {
            for (Path file : files.sorted().toList()) {
                for (Case c : read(file)) {
                    String section = file.getFileName().toString().replace(".isa", "");
                    tests.add(DynamicTest.dynamicTest(section + ": " + c.title, () -> check(c)));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(80);
        return tests.stream();
    }

    private static List<Case> read(Path file) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String block : Files.readString(file).split("(?m)^== ", -1)) {
            if (block.startsWith("#")) {
                continue;
            }
            String title = block.lines().findFirst().orElseThrow();
            StringBuilder code = new StringBuilder();
            byte[] memory = new byte[0];
            String verdict = "";
            for (String line : block.lines().skip(1).toList()) {
                if (line.startsWith("mem:")) {
                    memory = bytes(line.substring(4).strip());
                } else if (line.startsWith("=>") || line.startsWith("fault:") || line.startsWith("refused:")) {
                    verdict = line;
                } else {
                    code.append(line).append('\n');
                }
            }
            cases.add(new Case(title, memory, code.toString(), verdict));
        }
        return cases;
    }

    private static byte[] bytes(String hex) {
        String[] words = hex.split(" ");
        byte[] bytes = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = (byte) Integer.parseInt(words[i], 16);
        }
        return bytes;
    }

    private static void check(Case c) {
        Instruction[] code = Assembler.slots(c.code);
        Optional<CodeCheck.Problem> problem = CodeCheck.problem(code);
        if (c.verdict.startsWith("refused:")) {
            assertThat(problem.orElseThrow().reason())
                    .contains(c.verdict.substring(8).strip());
            return;
        }
        assertThat(problem).isEmpty();
        assertThat(Code.decode(Code.encode(Assembler.assemble(c.code)))).isEqualTo(Assembler.assemble(c.code));
        for (Instruction insn : Assembler.assemble(c.code)) {
            assertThat(Assembler.assemble(Disassembler.text(insn))).containsExactly(insn);
        }
        for (Execution execution : Execution.values()) {
            if (c.verdict.startsWith("fault:")) {
                assertThatThrownBy(() -> run(code, c.memory, execution))
                        .as("by %s", execution)
                        .isInstanceOf(BpfFault.class)
                        .hasMessageContaining(c.verdict.substring(6).strip());
            } else {
                assertThat(Long.toHexString(run(code, c.memory, execution)))
                        .as("by %s", execution)
                        .isEqualTo(c.verdict.substring(5));
            }
        }
    }

    private static long run(Instruction[] code, byte[] memory, Execution execution) {
        return new TestProgram(code, execution).run(memory, 1000);
    }
}
