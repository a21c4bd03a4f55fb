package org.bpfsim.bpf.program;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.memory.WriteRights;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.types.StructOpsType;
import org.bpfsim.bpf.verifier.VerifiedProgram;

/**
 * A verified program whose every reference is an address or a callee of its environment: what an interpreter or compiler runs.
 * Immutable.
 */
public final class RelocatedProgram {
    private final BpfFunction entry;
    private final ProgramFamily family;
    private final Optional<StructOpsType.Function> member;
    private final Instruction[] code;
    private final HelperFunction[] callees;
    private final List<String> calleeNames;
    private final WriteRights rights;
    private final IntFunction<SourceLocation> locations;
    private final VerifiedProgram verified;

    RelocatedProgram(
            BpfFunction entry,
            ProgramFamily family,
            Optional<StructOpsType.Function> member,
            Instruction[] code,
            HelperFunction[] callees,
            List<String> calleeNames,
            WriteRights rights,
            IntFunction<SourceLocation> locations,
            VerifiedProgram verified) {
        this.entry = entry;
        this.family = family;
        this.member = member;
        this.code = code.clone();
        this.callees = callees.clone();
        this.calleeNames = List.copyOf(calleeNames);
        this.rights = rights;
        this.locations = locations;
        this.verified = verified;
    }

    public String name() {
        return entry.name();
    }

    public String section() {
        return entry.section();
    }

    public ProgramFamily family() {
        return family;
    }

    /** The struct_ops member that it implements. */
    public Optional<StructOpsType.Function> member() {
        return member;
    }

    /** What the verifier found out; its slots are those of {@link #code}. */
    public VerifiedProgram verified() {
        return verified;
    }

    /** By slot; null in the second slot of a wide instruction. */
    public Instruction[] code() {
        return code.clone();
    }

    /** Helpers and kfuncs: the immediate of a {@code call} is an index into them. */
    HelperFunction[] callees() {
        return callees.clone();
    }

    public List<String> calleeNames() {
        return calleeNames;
    }

    WriteRights rights() {
        return rights;
    }

    IntFunction<SourceLocation> locations() {
        return locations;
    }
}
