package org.bpfsim.report.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.bpfsim.report.SyntheticResults;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.ColumnType;

class ResultFolderTest {
    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void write() {
        folder = SyntheticResults.quickstart().replications(2).flowsPerRun(50).writeTo(temp.resolve("results"));
    }

    @Test
    void readsManifestAndRuns() {
        ResultFolder results = ResultFolder.open(folder);

        assertThat(results.manifest().control().orElseThrow().name()).isEqualTo("control");
        assertThat(results.manifest().treatments())
                .extracting(Manifest.Arm::name)
                .containsExactly("larger-window", "dctcp");
        assertThat(results.manifest().settings()).contains(new Manifest.Setting("network.links.host.rate", "25Gbps"));
        assertThat(results.runs()).extracting(Manifest.RunEntry::id).containsExactly("r0000", "r0001");
    }

    @Test
    void readsTablesWithTheirDeclaredTypes() {
        ResultFolder results = ResultFolder.open(folder);

        RunTables run = results.read(results.runs().get(0));

        assertThat(run.flows().rowCount()).isEqualTo(50);
        assertThat(run.flows().column("fct_ns").type()).isEqualTo(ColumnType.LONG);
        assertThat(run.queues().column("mean_bytes").type()).isEqualTo(ColumnType.DOUBLE);
        assertThat(run.simTimeNs()).isEqualTo(20_000_000L);
    }

    /** A scenario that asked for four replications and now asks for two is scored by two. */
    @Test
    void leavesOutRunsThatTheManifestDoesNotPlan() throws IOException {
        Path larger =
                SyntheticResults.quickstart().replications(4).flowsPerRun(50).writeTo(temp.resolve("larger"));
        Files.copy(
                folder.resolve("manifest.json"), larger.resolve("manifest.json"), StandardCopyOption.REPLACE_EXISTING);
        Files.createDirectories(larger.resolve("runs/r0002.tmp-77"));

        ResultFolder results = ResultFolder.open(larger);

        assertThat(results.runs()).extracting(Manifest.RunEntry::id).containsExactly("r0000", "r0001");
        assertThat(results.missing()).isEmpty();
    }

    @Test
    void reportsPlannedRunsWithoutFolderAsMissing() throws IOException {
        deleteRun("r0001");

        ResultFolder results = ResultFolder.open(folder);

        assertThat(results.runs()).hasSize(1);
        assertThat(results.missing()).extracting(Manifest.RunEntry::id).containsExactly("r0001");
    }

    @Test
    void aRunsOwnRecordCountsMoreThanAStaleManifest() throws IOException {
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"status\":\"ok\"", "\"status\":\"pending\""));
        Path record = folder.resolve("runs/r0001/run.json");
        Files.writeString(record, Files.readString(record).replace("\"ok\"", "\"failed\""));

        ResultFolder results = ResultFolder.open(folder);

        assertThat(results.runs()).extracting(Manifest.RunEntry::status).containsExactly("ok");
        assertThat(results.missing()).extracting(Manifest.RunEntry::id).containsExactly("r0001");
    }

    @Test
    void skipsColumnsThatANewerVersionAdded() throws IOException {
        Path file = folder.resolve("runs/r0000/arms.csv");
        Files.writeString(
                file,
                "arm,flows_started,flows_completed,bytes_completed,segs_out,retrans_segs,rtos,ce_acked_segs,new\n"
                        + "control,1,1,1,1,0,0,0,x\n");
        ResultFolder results = ResultFolder.open(folder);

        assertThat(results.read(results.runs().get(0)).arms().columnNames()).doesNotContain("new");
    }

    @Test
    void refusesAFolderWithoutManifest() {
        assertThatThrownBy(() -> ResultFolder.open(temp))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining("no manifest.json")
                .hasMessageContaining("bpfsim run");
        assertThatThrownBy(() -> ResultFolder.open(temp.resolve("nowhere"))).hasMessageContaining("no such folder");
    }

    @Test
    void namesLineAndColumnOfDamagedJson() throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "{\"formatVersion\":1,\n \"name\":");

        assertThatThrownBy(() -> ResultFolder.open(folder)).hasMessageContaining("manifest.json:2:");
    }

    @Test
    void refusesAnUnknownFormatVersion() throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "{\"formatVersion\":9,\"version\":\"3.0\"}");

        assertThatThrownBy(() -> ResultFolder.open(folder)).hasMessageContaining("version 3.0");
    }

    @Test
    void namesTheLineOfATableCutShort() throws IOException {
        Path flows = folder.resolve("runs/r0000/flows.csv");
        byte[] bytes = Files.readAllBytes(flows);
        Files.write(flows, Arrays.copyOf(bytes, bytes.length - 4));

        assertDamaged("flows.csv:51: the file ends within a line", "resume the batch");
    }

    @Test
    void namesTheLineOfARowThatLacksFields() throws IOException {
        Path flows = folder.resolve("runs/r0000/flows.csv");
        Files.writeString(flows, Files.readString(flows).replaceFirst("(?m)^7,.*$", "7,control"));

        assertDamaged("flows.csv:9: 2 fields, 13 expected", "Remove the folder");
    }

    @Test
    void namesTheLineOfAValueThatIsNoNumber() throws IOException {
        Path flows = folder.resolve("runs/r0000/flows.csv");
        Files.writeString(flows, Files.readString(flows).replaceFirst("(?m)^7,(\\S+?),\\d+", "7,$1,x"));

        assertDamaged("flows.csv:9: column src", "Remove the folder");
    }

    @Test
    void namesMissingColumnsAndFiles() throws IOException {
        Path queues = folder.resolve("runs/r0000/queues.csv");
        Files.writeString(queues, "t_ns,port_class\n1,a\n");
        assertDamaged("queues.csv:1: the header lacks ports, mean_bytes, max_bytes", "Remove the folder");

        Files.delete(queues);
        assertDamaged("queues.csv: the file is missing", "Remove the folder");
    }

    private void assertDamaged(String what, String remedy) {
        ResultFolder results = ResultFolder.open(folder);
        assertThatThrownBy(() -> results.read(results.runs().get(0)))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining(what)
                .hasMessageContaining(remedy);
    }

    private void deleteRun(String id) throws IOException {
        try (var files = Files.list(folder.resolve("runs").resolve(id))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder.resolve("runs").resolve(id));
    }
}
