package org.bpfsim.report.html;

import java.util.List;
import org.bpfsim.report.data.Manifest;
import org.bpfsim.report.data.Manifest.RunEntry;
import org.bpfsim.report.stats.Scorecard;
import org.bpfsim.report.stats.Scorecard.ArmFlows;
import org.bpfsim.report.text.Numbers;

/** What was run, how it was judged, how to run it again. */
final class SetupSections {
    private final Scorecard scores;
    private final Manifest manifest;
    private final Html html;

    SetupSections(Scorecard scores, Html html) {
        this.scores = scores;
        this.manifest = scores.manifest();
        this.html = html;
    }

    void scenario(String scenarioText) {
        html.open("section").element("h2", "Scenario", "id", "scenario");
        arms();
        facts();
        settings();
        objects();
        runs();
        if (!scenarioText.isBlank()) {
            html.open("details").element("summary", "Scenario file");
            html.open("pre").element("code", scenarioText).close("pre").close("details");
        }
        html.close("section");
    }

    private void arms() {
        html.open("div", "class", "scroll").open("table", "class", "plain");
        html.open("caption").element("strong", "Arms").close("caption");
        html.head(List.of("Arm", "Share", "Flows measured", "Completed", "Programs"))
                .open("tbody");
        for (ArmFlows flows : scores.arms()) {
            Manifest.Arm arm = manifest.arms().stream()
                    .filter(candidate -> candidate.name().equals(flows.arm()))
                    .findFirst()
                    .orElseThrow();
            html.open("tr")
                    .element("th", name(flows), "scope", "row")
                    .element("td", arm.share())
                    .element("td", Numbers.whole(flows.measured()))
                    .element("td", Numbers.whole(flows.completed()))
                    .element(
                            "td",
                            arm.programs().isEmpty() ? "none" : String.join(", ", arm.programs()),
                            "class",
                            "words")
                    .close("tr");
        }
        html.close("tbody").close("table").close("div");
    }

    private static String name(ArmFlows flows) {
        return flows.control() && !flows.arm().equals("control") ? flows.arm() + " (control)" : flows.arm();
    }

    private void facts() {
        html.open("dl");
        fact("Scenario", manifest.scenarioFile());
        fact("SHA-256 of it", manifest.scenarioSha256());
        fact("Seed", manifest.seed());
        fact("Version", manifest.version().isEmpty() ? "" : "bpfsim " + manifest.version());
        fact("Replications", Numbers.whole(scores.metrics().replications().size()));
        if (scores.scoredRuns().size() == 1) {
            fact("Fingerprint", scores.scoredRuns().get(0).fingerprint());
        } else {
            fact("Runs scored", Numbers.whole(scores.scoredRuns().size()) + " (fingerprints below)");
        }
        html.close("dl");
    }

    private void fact(String name, String value) {
        if (!value.isEmpty()) {
            html.element("dt", name).element("dd", value);
        }
    }

    private void settings() {
        if (manifest.settings().isEmpty()) {
            return;
        }
        html.open("details", "open", "").element("summary", "Settings as resolved");
        html.open("div", "class", "scroll")
                .open("table", "class", "plain words")
                .open("tbody");
        manifest.settings()
                .forEach(setting -> html.open("tr")
                        .element("th", setting.name(), "scope", "row")
                        .element("td", setting.value(), "class", "words")
                        .close("tr"));
        html.close("tbody").close("table").close("div").close("details");
    }

    private void objects() {
        if (manifest.objects().isEmpty()) {
            return;
        }
        html.open("details", "open", "").element("summary", "BPF objects (SHA-256)");
        html.open("div", "class", "scroll")
                .open("table", "class", "plain words")
                .open("tbody");
        manifest.objects()
                .forEach(object -> html.open("tr")
                        .element("th", object.path(), "scope", "row")
                        .open("td", "class", "words")
                        .element("code", object.sha256())
                        .close("td")
                        .close("tr"));
        html.close("tbody").close("table").close("div").close("details");
    }

    private void runs() {
        html.open("details").element("summary", "Runs and their fingerprints");
        html.open("div", "class", "scroll").open("table", "class", "plain");
        html.head(List.of("Run", "Variant", "Replication", "Fingerprint")).open("tbody");
        for (RunEntry run : scores.scoredRuns()) {
            html.open("tr")
                    .element("th", run.id(), "scope", "row")
                    .element("td", run.variant())
                    .element("td", Integer.toString(run.replication()))
                    .open("td")
                    .element("code", run.fingerprint())
                    .close("td")
                    .close("tr");
        }
        html.close("tbody").close("table").close("div").close("details");
    }

    void methods() {
        html.open("section").element("h2", "Methods", "id", "methods");
        html.element(
                "p",
                "The replication is the unit of inference: flows within a run share queues and depend on one another, runs with"
                        + " different random numbers do not. Each metric is one number per arm and replication. All arms of a"
                        + " replication share network, traffic and random numbers, so effects are mean differences within"
                        + " replications; intervals are Student's t at 95% (relative ones by Fieller's method), p-values are from"
                        + " the paired t-test and, in parentheses, adjusted by Holm's method over the metrics of the same table.");
        html.element(
                "p",
                "“Better” and “worse” mean that the adjusted p-value is at most 5%; “perhaps” that only the raw one is."
                        + " “No difference seen (±x)” means that the interval reaches no further than x from zero; where x is"
                        + " more than 30%, the data cannot tell. “Too few data” means too few flows for a quantile, or too few events (RTOs, for example) for a test.");
        html.element(
                "p",
                "Quantiles are of type 7 (R’s default), read at the number of flows that all arms of a replication have in"
                        + " common, because sample quantiles of arms of different size are biased differently; a p99 needs 100"
                        + " flows. Ratios (goodput, retransmissions, marks) are corrected for the same bias by the jackknife."
                        + " FCT and slowdown cover completed flows only: read them together with “unfinished flows”. Goodput is"
                        + " the bits of completed flows over the sum of the times that they were active. KB, MB and GB are"
                        + " powers of 1,000.");
        html.close("section");
    }

    void reproduce() {
        html.open("section").element("h2", "How to reproduce", "id", "reproduce");
        html.element(
                "p",
                "These commands, given this folder, run everything again and compare byte by byte, or make this page again:");
        html.open("pre")
                .element("code", "bpfsim reproduce DIR\nbpfsim report DIR")
                .close("pre");
        html.close("section");
    }
}
