package org.bpfsim.report;

import java.awt.AWTError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bpfsim.report.chart.Chart;
import org.bpfsim.report.chart.Charts;
import org.bpfsim.report.chart.PngImage;
import org.bpfsim.report.chart.SvgImage;
import org.bpfsim.report.data.ResultException;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.html.HtmlReport;
import org.bpfsim.report.stats.Scorecard;
import org.bpfsim.report.stats.Scoring;
import org.bpfsim.report.text.TableFiles;

/** Scores a result folder and writes tables/*.csv, charts/*.svg, charts/*.png and report.html into it. */
public final class Reporter {
    private final Path folder;
    private final List<String> notes = new ArrayList<>();

    private Reporter(Path folder) {
        this.folder = folder;
    }

    /** @param png also write charts as PNG, which needs fonts on this machine and takes longest */
    public record Options(boolean png) {
        /** Everything. */
        public static final Options DEFAULT = new Options(true);
    }

    /**
     * Reports on stored results; what an earlier report wrote is replaced.
     *
     * @throws ResultException if the folder is no result folder, is damaged, or cannot be written to
     */
    public static ReportOutcome report(Path resultFolder, Options options) {
        ResultFolder results = ResultFolder.open(resultFolder);
        return new Reporter(resultFolder).write(results, Scoring.score(results), options);
    }

    private ReportOutcome write(ResultFolder results, Scorecard scores, Options options) {
        for (Map.Entry<String, String> table : TableFiles.of(scores).entrySet()) {
            write(Path.of("tables", table.getKey()), table.getValue().getBytes(StandardCharsets.UTF_8));
        }
        List<Chart> charts = svgCharts(scores);
        if (options.png()) {
            pngCharts(charts);
        }
        // Notes on PNG files concern this machine, not the results: the page must not differ for them.
        List<String> pageNotes = charts.isEmpty() ? notes : List.of();
        String page = HtmlReport.render(scores, charts, results.scenarioText(), pageNotes);
        Path report = write(Path.of("report.html"), page.getBytes(StandardCharsets.UTF_8));
        return new ReportOutcome(scores, report, List.copyOf(notes));
    }

    /** Empty, with a note, where the JDK lacks the graphics that even SVG needs (a "headless" package cut too far). */
    private List<Chart> svgCharts(Scorecard scores) {
        try {
            List<Chart> charts = Charts.of(scores);
            for (Chart chart : charts) {
                write(
                        Path.of("charts", chart.name() + ".svg"),
                        SvgImage.file(chart).getBytes(StandardCharsets.UTF_8));
            }
            return charts;
        } catch (LinkageError | AWTError | InternalError e) {
            notes.add("Charts are missing: this Java installation cannot draw (" + e
                    + "). Install one with the java.desktop module, then run `bpfsim report` again.");
            return List.of();
        }
    }

    private void pngCharts(List<Chart> charts) {
        for (Chart chart : charts) {
            try {
                write(Path.of("charts", chart.name() + ".png"), PngImage.file(chart));
            } catch (ResultException e) {
                throw e;
            } catch (RuntimeException | LinkageError | AWTError | InternalError e) {
                // Without fontconfig or libfreetype the JDK throws one of many things, by release.
                notes.add("PNG charts are missing: this machine has no fonts that Java can use (" + e
                        + "). Install fontconfig and a font such as DejaVu; the SVG charts and the page are complete.");
                return;
            }
        }
    }

    /** Writes a file whole or not at all: a full disk leaves the earlier one. */
    private Path write(Path name, byte[] bytes) {
        Path file = folder.resolve(name);
        Path part = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(file.getParent());
            Files.write(part, bytes);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            removeQuietly(part);
            throw new ResultException(
                    file.toString(),
                    "cannot be written: " + reason(e) + ".",
                    "Make room or get permission to write there, then run `bpfsim report` again; the results are"
                            + " intact.",
                    e);
        }
    }

    private static void removeQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // What went wrong before is what the user has to know.
            return;
        }
    }

    /** Java's message is often the bare path. */
    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof FileSystemException fs && fs.getReason() != null
                ? fs.getReason()
                : String.valueOf(e.getMessage());
    }
}
