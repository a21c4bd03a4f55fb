package org.bpfsim.scenario.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes the description of scenario files as a page of Markdown, {@code docs/scenario-reference.md}. */
public final class Reference {
    private final StringBuilder out = new StringBuilder();

    private Reference() {}

    /** The whole page. */
    public static String write() {
        Reference reference = new Reference();
        reference.head();
        Set<ValueType<?>> seen = new LinkedHashSet<>();
        List<ValueType<?>> queue = new ArrayList<>(List.of(ScenarioKeys.SCENARIO));
        while (!queue.isEmpty()) {
            ValueType<?> type = queue.remove(0);
            if (!seen.add(type)) {
                continue;
            }
            reference.section(type);
            queue.addAll(0, type.parts());
        }
        return reference.out.toString();
    }

    /** The anchor of a heading, as Markdown renderers make it. */
    static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT).replace(' ', '-').replaceAll("[^a-z0-9_-]", "");
    }

    private void head() {
        line("# Scenario files: every key");
        line("");
        line("<!-- Generated from the description in org.bpfsim.scenario.schema; do not edit. -->");
        line("");
        line("A scenario is one YAML file. Editors complete and check it with this first line:");
        line("");
        line("```yaml");
        line("# yaml-language-server: $schema=../../schema/scenario.schema.json");
        line("```");
        line("");
        line("`bpfsim check FILE` says everything that is wrong with a file at once, with line, column and remedy.");
        line("");
        line("## Units");
        line("");
        line(
                "A quantity has a unit; only 0 needs none. Values are kept exactly, as whole picoseconds, bytes and bit/s.");
        line("");
        line("| quantity | units | example |");
        line("| --- | --- | --- |");
        line("| bit rate | `bps`, `bit`, `bit/s` with `k`, `M`, `G`, `T` (decimal) | `25Gbps`, `100Mbit/s` |");
        line("| time | `ps`, `ns`, `us` (`µs`), `ms`, `s`, `min` | `1us`, `200ms` |");
        line("| size | `B`, `KB`, `MB`, `GB`, `TB` (decimal), `KiB`, `MiB`, `GiB`, `TiB` (binary) | `450KB` |");
        line("| frequency | `/s`, `k/s`, `M/s` | `20k/s` |");
        line("| packets | `packets`, `packet`, `p` | `65 packets` |");
        line("| share | `%`, or a number without unit | `10%`, `0.1` |");
        line("");
        line("`Gbps` means gigabit per second, unlike in `tc`; bytes per second are refused.");
    }

    private void section(ValueType<?> type) {
        if (type instanceof RecordType<?> record) {
            recordSection(record);
        } else if (type instanceof OneOf<?> oneOf) {
            oneOfSection(oneOf);
        }
    }

    private void recordSection(RecordType<?> type) {
        heading(type.title(), type.meaning());
        line("| key | value | default | meaning |");
        line("| --- | --- | --- | --- |");
        for (Key<?> key : type.keys()) {
            String absent = key.required()
                    ? "required"
                    : key.defaultText().map(t -> "`" + t + "`").orElse(key.absent());
            String example = key.defaultText().isPresent() ? "" : " Example: `" + key.example() + "`.";
            line("| `" + key.name() + "` | " + key.type().words() + " | " + absent + " | " + key.meaning() + example
                    + " |");
        }
    }

    private void oneOfSection(OneOf<?> type) {
        heading(type.title(), type.meaning());
        line("| form | value | meaning |");
        line("| --- | --- | --- |");
        for (OneOf.Word<?> word : type.wordForms()) {
            line("| `" + word.name() + "` | | " + word.meaning() + " |");
        }
        for (OneOf.Form<?> form : type.forms()) {
            line("| `" + form.name() + "` | " + form.type().words() + " | " + form.meaning() + " Example: `"
                    + form.name() + ": " + form.example() + "`. |");
        }
    }

    private void heading(String title, String meaning) {
        line("");
        line("## " + title);
        line("");
        line(meaning);
        line("");
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
