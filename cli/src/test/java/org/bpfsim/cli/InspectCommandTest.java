package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class InspectCommandTest {
    private static final String OBJECT =
            Repository.ROOT.resolve("bpf-engine/src/test/bpf/packets.bpf.o").toString();

    @Test
    void showsInstructionsOfOneProgram() throws Exception {
        Cli run = Cli.run("bpf", "inspect", "--xlated", "--program", "reflect", "--linum", OBJECT);
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("int reflect(struct xdp_md * ctx):\n")
                .contains("[file:./packets.bpf.c line_num:37 line_col:0]\n   0: (b4) w0 = 1\n")
                .doesNotContain("encapsulate");

        JsonNode json = new ObjectMapper()
                .readTree(Cli.run("bpf", "inspect", "--xlated", "--program", "reflect", "--json", OBJECT)
                        .out());
        assertThat(json.path(0).path("disasm").asText()).isEqualTo("(b4) w0 = 1");
    }

    @Test
    void showsTypes() {
        assertThat(Cli.run("bpf", "inspect", "--btf", "raw", OBJECT).out()).startsWith("[1] PTR '(anon)' type_id=3\n");
        assertThat(Cli.run("bpf", "inspect", "--btf", "c", OBJECT).out())
                .contains("\nstruct xdp_md {\n\t__u32 data;\n");
    }

    @Test
    void saysWhichProgramsThereAre() {
        Cli run = Cli.run("bpf", "inspect", "--xlated", "--program", "nothing", OBJECT);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("it has no program nothing").contains("There are: http, ");
        assertThat(Cli.run("bpf", "inspect", "--linum", OBJECT).err()).contains("go with --xlated");
    }
}
