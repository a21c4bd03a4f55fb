package org.bpfsim.bpf.link;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.Reference;

/**
 * A program with all functions that it calls behind it, calls between them resolved; what lies outside the object is still open.
 * Immutable.
 */
public final class LinkedProgram {
    /** A function's place in the linked code. */
    public record Part(BpfFunction function, int start, int end) {}

    private final String objectName;
    private final BpfFunction entry;
    private final Instruction[] code;
    private final List<Part> parts;
    private final Map<Integer, Reference> references;

    LinkedProgram(
            String objectName,
            BpfFunction entry,
            Instruction[] code,
            List<Part> parts,
            Map<Integer, Reference> references) {
        this.objectName = objectName;
        this.entry = entry;
        this.code = code.clone();
        this.parts = List.copyOf(parts);
        this.references = Collections.unmodifiableMap(new TreeMap<>(references));
    }

    /** The program itself: its function is the first part. */
    public BpfFunction entry() {
        return entry;
    }

    /** By slot; null in the second slot of a wide instruction. */
    public Instruction[] code() {
        return code.clone();
    }

    /** The program, then the functions that it calls. */
    public List<Part> parts() {
        return parts;
    }

    /** Maps, data and kernel symbols by slot. */
    public Map<Integer, Reference> references() {
        return references;
    }

    /** The C line of a slot. */
    public Optional<SourceLocation.SourceLine> line(int slot) {
        return location(slot).line();
    }

    /** The place in the source of a slot. Slots are counted within the function that they belong to. */
    public SourceLocation location(int slot) {
        for (Part part : parts) {
            if (slot >= part.start() && slot < part.end()) {
                int own = slot - part.start();
                String name = part.function().name();
                return new SourceLocation(
                        objectName,
                        part.function().id().equals(entry.id()) ? entry.title() : entry.title() + ": " + name + "()",
                        own,
                        part.function().line(own));
            }
        }
        return SourceLocation.of(objectName, entry.title());
    }
}
