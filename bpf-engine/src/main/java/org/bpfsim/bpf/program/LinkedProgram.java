package org.bpfsim.bpf.program;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.Reference;

/**
 * A program with all functions that it calls behind it, calls between them resolved; what lies outside the object is still open.
 * Immutable.
 */
final class LinkedProgram {
    /** A function's place in the linked code. */
    record Part(BpfFunction function, int start, int end) {}

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

    BpfFunction entry() {
        return entry;
    }

    /** By slot; null in the second slot of a wide instruction. */
    Instruction[] code() {
        return code.clone();
    }

    List<Part> parts() {
        return parts;
    }

    /** Maps, data and kernel symbols by slot. */
    Map<Integer, Reference> references() {
        return references;
    }

    /** The place in the source of a slot. Slots are counted within the function that they belong to. */
    SourceLocation location(int slot) {
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
