package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.BaseKfuncs;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.map.Maps;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.types.Member;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.verifier.LinuxFamilies;
import org.junit.jupiter.api.Test;

/**
 * Hosts offer what Linux's own programs of their families use ({@code src/test/bpf/kernel-programs.txt}), and nothing that Linux does
 * not offer the same programs.
 */
class KernelProgramsTest {
    private static final BpfEnvironment HOSTS = TcpBpf.environment(Objects.HZ);

    /** A line of the list: what its words are, and those words, of the families above it. */
    private record Line(List<String> families, String kind, List<String> words) {}

    private final List<Line> lines = new ArrayList<>();
    private final Set<String> elsewhere = new LinkedHashSet<>();

    KernelProgramsTest() throws IOException {
        List<String> families = List.of();
        for (String text : Files.readAllLines(Objects.TEST_PROGRAMS.resolve("kernel-programs.txt"))) {
            List<String> words = List.of(text.split(" "));
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            } else if (words.get(0).equals("family")) {
                families = words.subList(1, words.size());
            } else if (words.get(0).equals("elsewhere")) {
                elsewhere.add(words.get(1));
            } else {
                lines.add(new Line(families, words.get(0), words.subList(1, words.size())));
            }
        }
        assertThat(lines).hasSizeGreaterThan(20);
    }

    private static Set<String> offered(ProgramFamily family) {
        Set<String> names = new LinkedHashSet<>();
        family.helpers().values().forEach(helper -> names.add(helper.name()));
        BaseHelpers.all().values().forEach(helper -> names.add(helper.name()));
        return names;
    }

    private static ProgramFamily family(String name) {
        return HOSTS.families().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> words(String kind) {
        return lines.stream()
                .filter(line -> line.kind.equals(kind))
                .flatMap(line -> line.words.stream())
                .filter(word -> !elsewhere.contains(word))
                .toList();
    }

    @Test
    void helpersAreThereForEachFamilyThatLinuxGivesThemTo() {
        List<String> missing = new ArrayList<>();
        for (String helper : words("helpers")) {
            String name = "bpf_" + helper;
            assertThat(HelperNames.idOf(name)).isPositive();
            List<ProgramFamily> entitled = HOSTS.families().stream()
                    .filter(family -> LinuxFamilies.helpers(family.name()).contains(name))
                    .toList();
            assertThat(entitled).as(name).isNotEmpty();
            entitled.stream()
                    .filter(family -> !offered(family).contains(name))
                    .forEach(family -> missing.add(family.name() + ": " + name));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void helpersOfAFamilyAreThoseThatLinuxHas() {
        for (ProgramFamily family : HOSTS.families()) {
            Set<String> own = new LinkedHashSet<>();
            family.helpers().values().forEach(helper -> own.add(helper.name()));
            assertThat(LinuxFamilies.helpers(family.name())).as(family.name()).containsAll(own);
        }
    }

    @Test
    void kfuncsAndConfigurationAreThere() {
        for (Line line : lines) {
            if (line.kind.equals("kfuncs")) {
                Set<String> there = new LinkedHashSet<>(BaseKfuncs.all().keySet());
                there.addAll(HOSTS.kconfig().keySet());
                line.families.forEach(f -> there.addAll(family(f).kfuncs().keySet()));
                line.words.stream()
                        .filter(word -> !elsewhere.contains(word))
                        .forEach(word -> assertThat(there).contains(word));
            }
        }
    }

    @Test
    void mapsAreThere() {
        Set<String> there = new LinkedHashSet<>();
        Maps.MODELLED.forEach(type -> there.add(type.linuxName()));
        there.add(MapType.STRUCT_OPS.linuxName());
        assertThat(there).containsAll(words("maps"));
    }

    @Test
    void fieldsAreThere() {
        List<String> missing = new ArrayList<>();
        for (Line line : lines) {
            if (!line.kind.endsWith(":")) {
                continue;
            }
            String struct = line.kind.substring(0, line.kind.length() - 1);
            for (String field : line.words) {
                String name = struct + "." + field;
                boolean found = HOSTS.types()
                        .struct(struct)
                        .map(type -> has(type, List.of(field.split("\\."))))
                        .orElse(false);
                if (!found && !elsewhere.contains(name)) {
                    missing.add(name);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static <T> boolean has(StructType<T> type, List<String> path) {
        return has(type.members(), path);
    }

    private static <T> boolean has(List<Member<T>> members, List<String> path) {
        for (Member<T> member : members) {
            if (member instanceof Member.Group<T> group && has(group.members(), path)) {
                return true;
            } else if (member.name().equals(path.get(0))) {
                return path.size() == 1
                        || member instanceof Member.Embedded<T, ?> embedded
                                && has(embedded.type(), path.subList(1, path.size()));
            }
        }
        return false;
    }
}
