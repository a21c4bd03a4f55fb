package org.bpfsim.report.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.bpfsim.report.SyntheticResults;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.stats.Scoring;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SvgImageTest {
    @TempDir
    Path temp;

    private List<Chart> charts;

    @BeforeEach
    void charts() {
        charts = Charts.of(Scoring.score(
                ResultFolder.open(SyntheticResults.quickstart().replications(3).writeTo(temp))));
    }

    @Test
    void filesAreWellFormedAndUseKnownColoursOnly() throws Exception {
        for (Chart chart : charts) {
            String svg = SvgImage.file(chart);

            DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
            assertThat(svg).as(chart.name()).doesNotContain("rgb(", "var(");
        }
    }

    @Test
    void inlineImagesLeaveColoursToThePage() {
        for (Chart chart : charts) {
            assertThat(SvgImage.inline(chart))
                    .as(chart.name())
                    .contains("var(--")
                    .doesNotContain("rgb(");
        }
    }

    @Test
    void textIsTextAndStatesItsLength() {
        assertThat(SvgImage.file(charts.get(0))).containsPattern("<text [^>]*textLength=\"[^>]*>Slowdown, p99</text>");
    }

    @Test
    void rotatedLabelsAreTextToo() {
        assertThat(charts)
                .filteredOn(chart -> chart.name().equals("fct_cdf"))
                .allSatisfy(chart -> assertThat(SvgImage.file(chart)).contains(">Share of flows completed<"));
    }

    @Test
    void everyArmHasItsColourInTheLegend() {
        String svg = SvgImage.inline(charts.stream()
                .filter(chart -> chart.name().equals("fct_cdf"))
                .findFirst()
                .orElseThrow());

        assertThat(svg).contains(">control<", ">larger-window<", ">dctcp<", "var(--c0)", "var(--c1)", "var(--c2)");
    }
}
