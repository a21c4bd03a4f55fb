package org.bpfsim.bpf.object;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.BtfExt;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;

/** A function of an object: its instructions, and what they refer to. Immutable. */
public final class BpfFunction {
    /**
     * Where a function lies.
     *
     * @param offset in bytes from the start of the section
     */
    public record Id(String section, int sectionIndex, int offset) {}

    private final Id id;
    private final String name;
    private final boolean global;
    private final List<Instruction> code;
    private final Map<Integer, Reference> references;
    private final List<BtfExt.LineInfo> lines;
    private final List<BtfExt.CoreRelocation> coreRelocations;

    BpfFunction(
            Id id,
            String name,
            boolean global,
            List<Instruction> code,
            Map<Integer, Reference> references,
            List<BtfExt.LineInfo> lines,
            List<BtfExt.CoreRelocation> coreRelocations) {
        this.id = id;
        this.name = name;
        this.global = global;
        this.code = List.copyOf(code);
        this.references = Collections.unmodifiableMap(new TreeMap<>(references));
        this.lines = List.copyOf(lines);
        this.coreRelocations = List.copyOf(coreRelocations);
    }

    public Id id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String section() {
        return id.section();
    }

    /** Whether other objects may call it: Linux verifies such functions on their own. */
    public boolean global() {
        return global;
    }

    public List<Instruction> code() {
        return code;
    }

    /** Length in 8-byte slots: what {@code bpftool} and messages count as instructions. */
    public int slots() {
        return Code.slots(code);
    }

    /** By slot within the function. */
    public Map<Integer, Reference> references() {
        return references;
    }

    /** CO-RE relocations; their offsets are bytes from the start of the section. */
    public List<BtfExt.CoreRelocation> coreRelocations() {
        return coreRelocations;
    }

    /** The C line that a slot came from. */
    public Optional<SourceLocation.SourceLine> line(int slot) {
        int offset = id.offset() + 8 * slot;
        BtfExt.LineInfo best = null;
        for (BtfExt.LineInfo line : lines) {
            if (line.offset() > offset) {
                break;
            }
            best = line;
        }
        return best == null
                ? Optional.empty()
                : Optional.of(new SourceLocation.SourceLine(best.file(), best.line(), best.column(), best.text()));
    }

    /** How messages call it: its section, and its name unless the section ends in it. */
    public String title() {
        String section = id.section();
        return section.equals(name) || section.endsWith("/" + name) ? section : section + "/" + name;
    }

    @Override
    public String toString() {
        return title();
    }
}
