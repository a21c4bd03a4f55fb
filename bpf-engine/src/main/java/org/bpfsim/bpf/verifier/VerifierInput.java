package org.bpfsim.bpf.verifier;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.isa.Instruction;

/**
 * A relocated program: its instructions with those of its sub-programs after each other, and what they refer to.
 *
 * @param family Linux's name of the program type, such as {@code sock_ops}
 * @param attach expected attach type in lower case without {@code BPF_}, such as {@code cgroup_getsockopt}, or the
 *     struct_ops member as {@code tcp_congestion_ops/init}, or what a tracing program is attached to, or the bytes of
 *     memory of a {@code bare} one; empty if none
 * @param code all instructions; jumps count in 8-byte slots
 * @param subprograms by slot; the first is the program itself
 * @param operands what an instruction refers to, by slot
 * @param gpl whether the licence is compatible with the GPL
 * @param kernel the kernel's types
 * @param rights what programs of this family find in the kernel
 * @param types the object's own types
 * @param line the C line of a slot, for the log
 */
public record VerifierInput(
        String name,
        String family,
        String attach,
        List<Instruction> code,
        List<Subprogram> subprograms,
        Map<Integer, Operand> operands,
        boolean gpl,
        Set<Flag> flags,
        Btf kernel,
        VerifierKernel.Family rights,
        Btf types,
        IntFunction<Optional<SourceLocation.SourceLine>> line) {
    public VerifierInput {
        code = List.copyOf(code);
        subprograms = List.copyOf(subprograms);
        operands = Map.copyOf(operands);
        flags = Set.copyOf(flags);
    }

    /** {@code BPF_F_*} of program load. */
    public enum Flag {
        STRICT_ALIGNMENT,
        ANY_ALIGNMENT,
        TEST_STATE_FREQ,
        SLEEPABLE,
        XDP_HAS_FRAGS,
        TEST_REG_INVARIANTS
    }

    /**
     * One function.
     *
     * @param start its first slot
     * @param global whether it is verified on its own, with what its BTF says of its arguments
     * @param btfId its BTF function in {@link VerifierInput#types}; 0 if unknown
     */
    public record Subprogram(String name, int start, boolean global, int btfId) {}

    /** What an instruction refers to. */
    public sealed interface Operand {
        /** {@code ld_imm64} of a map. */
        record OfMap(MapSpec map) implements Operand {}

        /** {@code ld_imm64} of an address within a map's only value. */
        record OfMapValue(MapSpec map, int offset) implements Operand {}

        /** A CO-RE relocation for which this kernel has no answer. */
        record Unresolved(String reason) implements Operand {}

        /** A call of a kfunc. */
        record OfKfunc(String name, boolean present) implements Operand {}

        /** The address of a kernel variable; its type in {@link VerifierInput#kernel}, 0 if it has none. */
        record OfKernelSymbol(String name, int type, boolean present) implements Operand {}
    }
}
