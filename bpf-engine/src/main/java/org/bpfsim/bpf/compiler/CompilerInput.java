package org.bpfsim.bpf.compiler;

import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.memory.WriteRights;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.types.KernelTypes;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.verifier.VerifiedProgram;

/**
 * What is compiled: a program as the interpreter would run it, and what is known of it.
 *
 * @param decoded the interpreter's form, for the places of faults
 * @param code by slot; the immediate of a call is an index into {@code callees}
 * @param callees helpers and kfuncs
 * @param calleeNames their names, by the same index
 * @param context what R1 points to at the start
 * @param verified what the verifier found out; empty if the program was not verified: then all that it does is checked
 */
public record CompilerInput(
        DecodedProgram decoded,
        Instruction[] code,
        HelperFunction[] callees,
        List<String> calleeNames,
        Context context,
        Optional<Verified> verified) {

    /** What a program is started with. */
    public sealed interface Context {
        /** A Java object that is seen as a struct. */
        record Struct(StructType<?> type) implements Context {}

        /** The arguments of a struct_ops member, 8 bytes each. */
        record Arguments(int count) implements Context {}

        /** Plain memory that may be read and written. */
        record Memory() implements Context {}
    }

    /**
     * What belongs to a verified program.
     *
     * @param maps of its object, in the order of their addresses
     * @param types the kernel's
     * @param rights to write kernel fields
     */
    public record Verified(VerifiedProgram program, List<MapDefinition> maps, KernelTypes types, WriteRights rights) {}
}
