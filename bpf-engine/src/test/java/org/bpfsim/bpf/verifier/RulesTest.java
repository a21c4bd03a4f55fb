package org.bpfsim.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Assembler;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.object.MapType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small programs, each for one rule: files {@code *.data} under {@code src/test/verifier}, separated into cases by
 * {@code ==}. A case is its name, {@code family}, optionally {@code attach}, {@code licence}, {@code maps}, then the
 * instructions after {@code -- code} (helpers by name), then {@code -- accept} (and perhaps the stack depth) or {@code -- refuse} with errno and the last message.
 */
class RulesTest {
    private static final Path FOLDER = Path.of("src/test/verifier");

    private record Case(String name, Map<String, String> head, String code, String verdict, String message) {}

    static Stream<Arguments> cases() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.filter(p -> p.toString().endsWith(".data")).sorted().toList();
        }
        List<Arguments> cases = new ArrayList<>();
        for (Path file : files) {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            for (String part : text.split("(?m)^==\\s*$", -1)) {
                if (!part.isBlank()) {
                    Case c = read(part.strip());
                    cases.add(Arguments.of(file.getFileName() + ": " + c.name, c));
                }
            }
        }
        return cases.stream();
    }

    private static Case read(String text) {
        String[] lines = text.split("\n", -1);
        Map<String, String> head = new LinkedHashMap<>();
        StringBuilder code = new StringBuilder();
        StringBuilder message = new StringBuilder();
        String verdict = "";
        int section = 0;
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.equals("-- code")) {
                section = 1;
            } else if (line.startsWith("-- ")) {
                section = 2;
                verdict = line.substring(3);
            } else if (section == 0 && !line.isEmpty()) {
                head.put(
                        line.substring(0, line.indexOf(' ')),
                        line.substring(line.indexOf(' ') + 1).strip());
            } else if (section == 1) {
                code.append(line).append('\n');
            } else if (!line.isEmpty()) {
                message.append(message.length() == 0 ? "" : "\n").append(line);
            }
        }
        return new Case(lines[0].strip(), head, code.toString(), verdict, message.toString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void asLinuxDoes(String name, Case c) {
        try {
            VerifiedProgram accepted = Verifier.verify(input(c), 0);
            assertThat("accept").as(name).isEqualTo(c.verdict);
            if (!c.message.isEmpty()) {
                assertThat("stack depth " + accepted.statistics().stackDepth())
                        .as(name)
                        .isEqualTo(c.message);
            }
        } catch (VerifierRefusal refusal) {
            assertThat("refuse " + refusal.errno() + "\n" + refusal.getMessage())
                    .as(name)
                    .isEqualTo(c.verdict + "\n" + c.message);
        }
    }

    /** {@code 0xaa000N ll} in the code is map number N of {@code maps}, each as type/key/value/entries. */
    private static VerifierInput input(Case c) {
        List<MapSpec> maps = new ArrayList<>();
        for (String m : c.head.getOrDefault("maps", "").split(" +")) {
            if (!m.isEmpty()) {
                String[] p = m.split("/");
                maps.add(new MapSpec(
                        p[0],
                        MapType.valueOf(p[0].toUpperCase(java.util.Locale.ROOT)),
                        Integer.parseInt(p[1]),
                        Integer.parseInt(p[2]),
                        Integer.parseInt(p[3]),
                        0,
                        Btf.empty(),
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty()));
            }
        }
        List<Instruction> code = new ArrayList<>();
        Map<Integer, VerifierInput.Operand> operands = new LinkedHashMap<>();
        int slot = 0;
        String text = Pattern.compile("(?m)^call (bpf_\\w+)$")
                .matcher(c.code)
                .replaceAll(m -> ".raw 0x85 r0 r0 0 " + HelperNames.idOf(m.group(1)));
        for (Instruction insn : Assembler.assemble(text)) {
            if (insn.opcode() == Opcode.LD_IMM64 && insn.immediate() >>> 16 == 0xaa) {
                operands.put(slot, new VerifierInput.Operand.OfMap(maps.get((int) insn.immediate() & 0xffff)));
            }
            code.add(insn);
            slot += insn.slots();
        }
        return new VerifierInput(
                c.name,
                c.head.getOrDefault("family", "socket_filter"),
                c.head.getOrDefault("attach", ""),
                code,
                List.of(new VerifierInput.Subprogram("main", 0, true, 0)),
                operands,
                !c.head.getOrDefault("licence", "GPL").equals("proprietary"),
                Set.of(),
                Btf.empty(),
                VerifierKernel.Family.NONE,
                Btf.empty(),
                s -> Optional.empty());
    }
}
