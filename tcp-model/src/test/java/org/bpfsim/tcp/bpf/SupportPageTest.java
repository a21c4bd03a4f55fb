package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.BaseKfuncs;
import org.bpfsim.bpf.helper.Helper;
import org.bpfsim.bpf.map.Maps;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.types.Member;
import org.bpfsim.bpf.types.StructOpsType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.verifier.LinuxFamilies;
import org.junit.jupiter.api.Test;

/** docs/bpf-support.md lists what {@link TcpBpf} offers: the lists of it are written from the code. */
class SupportPageTest {
    private static final Path PAGE = Path.of("../docs/bpf-support.md");
    /** Where the tables of {@link Proofs} go. */
    private static final String PROOFS = "<!-- proofs -->\n";

    private static final String COMMAND =
            "mvn -pl tcp-model -am test -Dtest=SupportPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dbpfsim.regenerate=true";

    @Test
    void pageIsUpToDate() throws Exception {
        String page = page();
        if (Boolean.getBoolean("bpfsim.regenerate")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("run: " + COMMAND).exists();
        assertThat(Files.readString(PAGE))
                .as(PAGE + " is stale; run: " + COMMAND)
                .isEqualTo(page);
    }

    private static String page() throws Exception {
        String head = Files.readString(Objects.TEST_PROGRAMS.resolve("bpf-support.head.md"));
        assertThat(head).contains(PROOFS);
        StringBuilder page = new StringBuilder(head.replace(PROOFS, Proofs.tables()));
        page.append('\n');
        item(page, "Types", Maps.MODELLED.stream().map(MapType::linuxName).toList());
        item(
                page,
                "Types of Linux 6.12 that are not modelled",
                EnumSet.complementOf(EnumSet.copyOf(Maps.MODELLED)).stream()
                        .filter(type -> type != MapType.UNSPEC && type != MapType.STRUCT_OPS)
                        .map(MapType::linuxName)
                        .toList());
        page.append("\n## What programs of every type may call\n\n");
        item(page, "Helpers", names(BaseHelpers.all().values()));
        item(page, "Kernel functions", BaseKfuncs.all().keySet());
        for (ProgramFamily family : TcpBpf.environment(Objects.HZ).families()) {
            family(page, family);
        }
        page.append("\n## Kernel structs\n\n"
                + "CO-RE finds members by name. A member that is not listed is refused when the program is loaded.\n");
        for (StructType<?> type : TcpBpf.kernelTypes().structs().values()) {
            List<String> members = new ArrayList<>();
            members(type, members);
            page.append("\n- `struct ").append(type.name()).append("`: ").append(String.join(", ", members));
        }
        page.append('\n');
        verdicts(page);
        return page.toString();
    }

    /** From the tables that KernelVerdicts (module cli) holds against what the verifier does. */
    private static void verdicts(StringBuilder page) throws IOException {
        page.append("\n## Where the verifier is not Linux's\n\n"
                + "Linux's own verifier selftests, TCP selftests and samples, built from Debian's `linux-source-6.12`; verdicts of"
                + " Linux 6.18.\nProgram by program, on that kernel's types. Nothing is accepted that Linux refuses.\n\n"
                + "| built by | programs with a verdict | agree |\n| --- | --: | --: |\n");
        List<List<String>> disagreements = rows("disagreements");
        for (String table : List.of("clang14-v3", "clang19-v4")) {
            // EPERM comes before the verifier; -14 is the loader's, which could not map an arena.
            long judged = rows(table).stream()
                    .filter(row -> !row.get(5).equals("-1")
                            && !(row.get(5).equals("-14") && row.get(1).contains("arena")))
                    .count();
            long wrong = disagreements.stream()
                    .filter(row -> row.get(0).equals(table))
                    .count();
            page.append("| ")
                    .append(table.replace("clang", "clang ").replace("-v", ", ISA v"))
                    .append(" | ");
            page.append(judged).append(" | ").append(judged - wrong).append(" |\n");
        }
        page.append("\n| refused here, not by Linux | built by | reason |\n| --- | --- | --- |\n");
        for (List<String> row : disagreements) {
            page.append("| `")
                    .append(row.get(1).replace(".o", ""))
                    .append("` `")
                    .append(row.get(2))
                    .append("` | ");
            page.append(row.get(0)).append(" | ").append(row.get(3)).append(" |\n");
        }
        List<List<String>> objects = rows("clang14-v3.objects");
        page.append("\nThe ")
                .append(objects.size())
                .append(" objects of our program types among them get Linux's verdict as a")
                .append(
                        " whole, on the types of simulated hosts,\nand their struct_ops maps register where Linux registers")
                .append(" them.\n");
    }

    private static List<List<String>> rows(String table) throws IOException {
        return Files.readAllLines(Path.of("../cli/src/test/verdicts", table + ".tsv")).stream()
                .filter(line -> !line.startsWith("#"))
                .skip(1)
                .map(line -> List.of(line.split("\t", -1)))
                .toList();
    }

    private static void family(StringBuilder page, ProgramFamily family) {
        page.append("\n## Programs of type `").append(family.name()).append("`\n\n");
        item(page, "Sections", family.sections());
        item(page, "Helpers of this type", names(family.helpers().values()));
        family.context().ifPresent(context -> {
            List<String> members = new ArrayList<>();
            members(context, members);
            Set<String> missing = new TreeSet<>(LinuxFamilies.contextFields(family.name()));
            members.forEach(member -> missing.remove(member.replace("`", "")));
            item(page, "Context", List.of("struct " + context.name()));
            itemIfAny(page, "Fields of the context that are not modelled", missing);
        });
        Set<String> missing = new TreeSet<>(LinuxFamilies.helpers(family.name()));
        missing.removeAll(names(family.helpers().values()));
        missing.removeAll(names(BaseHelpers.all().values()));
        itemIfAny(page, "Helpers that Linux has for this type and hosts do not", missing);
        if (!family.kfuncs().isEmpty()) {
            item(page, "Kernel functions", family.kfuncs().keySet());
        }
        if (!family.writableFields().isEmpty()) {
            item(page, "Fields that it may write", family.writableFields());
        }
        for (StructOpsType type : family.structOps()) {
            item(page, "Members of `" + type.name() + "`", type.functions().keySet());
            item(page, "Data of `" + type.name() + "`", type.data().keySet());
            item(page, "Members that Linux does not let it implement", type.unsupported());
        }
    }

    private static void itemIfAny(StringBuilder page, String title, Collection<String> names) {
        if (!names.isEmpty()) {
            item(page, title, names);
        }
    }

    private static void item(StringBuilder page, String title, Collection<String> names) {
        page.append("- ")
                .append(title)
                .append(": ")
                .append(names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")))
                .append('\n');
    }

    private static Collection<String> names(Collection<Helper> helpers) {
        return helpers.stream().map(Helper::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static <T> void members(StructType<T> type, List<String> into) {
        add(type.members(), into);
    }

    private static <T> void add(List<Member<T>> members, List<String> into) {
        for (Member<T> member : members) {
            if (member instanceof Member.Group<T> group) {
                add(group.members(), into);
            } else {
                into.add("`" + member.name() + "`");
            }
        }
    }
}
