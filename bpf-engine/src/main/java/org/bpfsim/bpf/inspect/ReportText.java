package org.bpfsim.bpf.inspect;

import java.util.List;
import java.util.Locale;

/** Writes a report as text for a terminal, in the manner of {@code bpftool}. */
public final class ReportText {
    private final StringBuilder out = new StringBuilder();

    private ReportText() {}

    public static String of(ObjectReport report) {
        ReportText text = new ReportText();
        text.object(report);
        return text.out.toString();
    }

    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private void object(ObjectReport report) {
        line("%s", report.name());
        line("  license %s  insns %d  btf %s", quoted(report.license()), report.instructions(), btf(report));
        line("");
        line("programs");
        report.programs().forEach(this::program);
        if (!report.maps().isEmpty()) {
            line("maps");
            report.maps().forEach(this::map);
            line("");
        }
        if (!report.structOps().isEmpty()) {
            line("struct_ops");
            report.structOps().forEach(this::structOps);
            line("");
        }
        if (!report.kconfig().isEmpty()) {
            line("kconfig");
            line("  %s", String.join(", ", report.kconfig()));
            line("");
        }
        line("kernel fields (CO-RE)");
        List<String> fields = report.kernelFields();
        if (fields.isEmpty()) {
            line("  none");
        }
        fields.forEach(f -> line("  %s", f));
    }

    private static String btf(ObjectReport report) {
        return report.btfTypes() == 0 ? "none" : report.btfTypes() + " types";
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "none" : '"' + text + '"';
    }

    private void program(ObjectReport.Program program) {
        line(
                "  %s  name %s  sec \"%s\"  insns %d%s",
                program.type().orElse("unknown type"),
                program.name(),
                program.section(),
                program.instructions(),
                program.optional() ? "  optional" : "");
        list("calls", program.functions());
        list(
                "helpers",
                program.helpers().entrySet().stream()
                        .map(e -> e.getKey() + (e.getValue() > 1 ? " ×" + e.getValue() : ""))
                        .toList());
        list("kfuncs", program.kfuncs());
        list("maps", program.maps());
        list("context", program.contextFields());
        line("");
    }

    private void list(String title, List<String> items) {
        if (!items.isEmpty()) {
            line("      %-8s %s", title, String.join(", ", items));
        }
    }

    private void map(ObjectReport.MapEntry map) {
        if (map.globalData()) {
            line("  data  name %s  size %dB", map.name(), map.valueBytes());
        } else {
            line(
                    "  %s  name %s  flags 0x%x  key %dB  value %dB  max_entries %s",
                    map.type(),
                    map.name(),
                    map.flags(),
                    map.keyBytes(),
                    map.valueBytes(),
                    Integer.toUnsignedString(map.maxEntries()));
        }
    }

    private void structOps(ObjectReport.StructOps ops) {
        line("  %s  name %s%s", ops.type(), ops.name(), ops.link() ? "  link" : "");
        list(
                "set",
                ops.functions().entrySet().stream()
                        .map(e -> "." + e.getKey() + " = " + e.getValue())
                        .toList());
        list(
                "data",
                ops.data().entrySet().stream()
                        .map(e -> "." + e.getKey() + " = " + e.getValue())
                        .toList());
    }
}
