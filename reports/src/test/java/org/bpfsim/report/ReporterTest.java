package org.bpfsim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bpfsim.report.data.ResultException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReporterTest {
    private static final Reporter.Options WITHOUT_PNG = new Reporter.Options(false);

    @TempDir
    Path temp;

    @Test
    void writesTablesChartsAndPage() throws IOException {
        ReportOutcome outcome = Reporter.report(small().writeTo(temp), Reporter.Options.DEFAULT);

        assertThat(outcome.notes()).isEmpty();
        assertThat(outcome.page()).isNotEmptyFile();
        assertThat(outcome.effectsTable(120, false)).contains("dctcp  A/B effect, 3 replications");
        assertThat(written().keySet())
                .containsExactly(
                        "charts/effects.png",
                        "charts/effects.svg",
                        "charts/fct_cdf.png",
                        "charts/fct_cdf.svg",
                        "charts/queue.png",
                        "charts/queue.svg",
                        "charts/slowdown_by_size.png",
                        "charts/slowdown_by_size.svg",
                        "report.html",
                        "tables/effects.csv",
                        "tables/expectations.csv",
                        "tables/fct_cdf.csv",
                        "tables/metrics.csv",
                        "tables/queue.csv",
                        "tables/slowdown_by_size.csv");
    }

    @Test
    void theSameResultsGiveTheSameBytes() throws IOException {
        Reporter.report(small().withRollouts().writeTo(temp), WITHOUT_PNG);
        Map<String, String> first = written();

        Reporter.report(temp, WITHOUT_PNG);

        assertThat(written()).isEqualTo(first);
    }

    @Test
    void thePageNeedsNothingFromElsewhere() throws IOException {
        String page = Files.readString(
                Reporter.report(small().writeTo(temp), WITHOUT_PNG).page());

        assertThat(page).doesNotContain("<script", "<link", "@import", "src=");
        assertThat(Pattern.compile("href=\"(?!tables/|charts/)").matcher(page).find())
                .isFalse();
        assertThat(Pattern.compile("url\\((?!#)").matcher(page).find()).isFalse();
    }

    @Test
    void idsInThePageAreUnique() throws IOException {
        String page = Files.readString(Reporter.report(small().withRollouts().writeTo(temp), WITHOUT_PNG)
                .page());

        assertThat(Pattern.compile("\\bid=\"([^\"]*)\"").matcher(page).results().map(m -> m.group(1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void thePageEscapesWhatUsersWrote() throws IOException {
        Path folder = small().writeTo(temp);
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("Which arm", "<script>x</script> & arm"));

        assertThat(Files.readString(Reporter.report(folder, WITHOUT_PNG).page()))
                .contains("&lt;script&gt;x&lt;/script&gt; &amp; arm")
                .doesNotContain("<script");
    }

    @Test
    void oneReplicationSaysSoInWords() throws IOException {
        ReportOutcome outcome = Reporter.report(small().replications(1).writeTo(temp), WITHOUT_PNG);

        assertThat(outcome.effectsTable(140, false))
                .contains("1 replication (no intervals below 2)")
                .contains("in one replication, no interval");
        assertThat(Files.readString(outcome.page())).contains("estimates without intervals, no verdict");
    }

    @Test
    void aControlArmAloneIsStillDescribed() throws IOException {
        ReportOutcome outcome = Reporter.report(
                SyntheticResults.experiment().replications(2).flowsPerRun(300).writeTo(temp), WITHOUT_PNG);

        assertThat(outcome.effectsTable(80, false)).isEmpty();
        assertThat(Files.readString(outcome.page())).contains("Flow completion times");
    }

    @Test
    void missingRunsAreAnnounced() throws IOException {
        Path folder = small().writeTo(temp);
        Files.move(folder.resolve("runs/r0002"), folder.resolve("runs/r0002.tmp-1"));

        assertThat(Files.readString(Reporter.report(folder, WITHOUT_PNG).page()))
                .contains("1 of 3 planned runs are missing or failed");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsNamed() throws IOException {
        Path folder = small().writeTo(temp);
        Files.writeString(folder.resolve("tables"), "in the way");

        assertThatThrownBy(() -> Reporter.report(folder, WITHOUT_PNG))
                .isInstanceOf(ResultException.class)
                .hasMessageContaining("tables")
                .hasMessageContaining("the results are intact");
    }

    private static SyntheticResults small() {
        return SyntheticResults.quickstart().replications(3).flowsPerRun(1200);
    }

    private Map<String, String> written() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (String part : new String[] {"tables", "charts"}) {
            try (Stream<Path> entries = Files.list(temp.resolve(part))) {
                for (Path file : entries.toList()) {
                    files.put(part + "/" + file.getFileName(), HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        files.put("report.html", Files.readString(temp.resolve("report.html")));
        return files;
    }
}
