package org.bpfsim.bpf.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.ObjectBuilder;
import org.bpfsim.bpf.object.Reference;
import org.bpfsim.bpf.verifier.VerifierInput;
import org.bpfsim.bpf.verifier.VerifierKernel;

/**
 * A program as the fuzzer makes it: what {@code bpf(2)} takes, except that maps and kfuncs are numbered as in {@link FuzzMaps}
 * and {@link #KFUNCS}.
 *
 * @param code the main function first, then those that it calls
 * @param clean whether what it does is the same on every kernel: no addresses, clocks or random numbers in its results
 */
record FuzzProgram(String family, List<Instruction> code, boolean clean) {
    /** By number in the code. */
    static final List<String> KFUNCS =
            List.of("bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy", "bpf_dynptr_size");

    FuzzProgram {
        code = List.copyOf(code);
    }

    FuzzProgram withCode(List<Instruction> other, boolean stillClean) {
        return new FuzzProgram(family, other, clean && stillClean);
    }

    int slots() {
        return Code.slots(code);
    }

    /** Whether any jump leads back, or a helper calls a function. */
    boolean loops() {
        return code.stream()
                .anyMatch(i -> i.isFunctionAddress()
                        || Opcode.isJump(i.opcode())
                                && i.opcode() != Opcode.CALL
                                && (i.opcode() == Opcode.JUMP_LONG ? i.immediate() : i.offset()) < 0);
    }

    /** Slots that functions begin at, as Linux finds them: the targets of calls and function addresses. */
    List<Integer> functionStarts() {
        Set<Integer> starts = new TreeSet<>(Set.of(0));
        int end = slots();
        int slot = 0;
        for (Instruction insn : code) {
            if (insn.isLocalCall() || insn.isFunctionAddress()) {
                long target = slot + 1L + (int) insn.immediate();
                if (target >= 0 && target < end) {
                    starts.add((int) target);
                }
            }
            slot += insn.slots();
        }
        return List.copyOf(starts);
    }

    private static Reference reference(Instruction insn) {
        int low = (int) insn.immediate();
        if (insn.opcode() == Opcode.LD_IMM64 && insn.src() == Opcode.PSEUDO_MAP_FD && FuzzMaps.has(low)) {
            return new Reference.ToMap(FuzzMaps.ALL.get(low).name());
        } else if (insn.opcode() == Opcode.LD_IMM64 && insn.src() == Opcode.PSEUDO_MAP_VALUE && FuzzMaps.has(low)) {
            return new Reference.ToData(FuzzMaps.ALL.get(low).name(), (int) (insn.immediate() >>> 32));
        } else if (insn.opcode() == Opcode.CALL
                && insn.src() == Opcode.PSEUDO_KFUNC_CALL
                && low >= 0
                && low < KFUNCS.size()) {
            return new Reference.ToKfunc(KFUNCS.get(low), false);
        }
        return null;
    }

    /** For the verifier alone, as Linux would see it. */
    VerifierInput input() {
        List<Instruction> plain = new ArrayList<>();
        Map<Integer, VerifierInput.Operand> operands = new LinkedHashMap<>();
        int slot = 0;
        for (Instruction insn : code) {
            Reference reference = reference(insn);
            if (reference instanceof Reference.ToMap to) {
                operands.put(slot, new VerifierInput.Operand.OfMap(FuzzMaps.spec(to.map())));
            } else if (reference instanceof Reference.ToData to) {
                operands.put(slot, new VerifierInput.Operand.OfMapValue(FuzzMaps.spec(to.map()), to.offset()));
            } else if (reference instanceof Reference.ToKfunc to) {
                operands.put(slot, new VerifierInput.Operand.OfKfunc(to.name(), true));
            }
            plain.add(insn);
            slot += insn.slots();
        }
        List<VerifierInput.Subprogram> subprograms = new ArrayList<>();
        for (int start : functionStarts()) {
            subprograms.add(new VerifierInput.Subprogram("f" + start, start, start == 0, FuzzTypes.FUNCTION));
        }
        return new VerifierInput(
                "fuzz",
                family,
                "",
                plain,
                subprograms,
                operands,
                true,
                Set.of(),
                Btf.empty(),
                VerifierKernel.Family.NONE,
                FuzzTypes.KFUNCS,
                s -> Optional.empty());
    }

    private String section() {
        return switch (family) {
            case "socket_filter" -> "socket";
            case "sched_cls" -> "tc";
            default -> family;
        };
    }

    private BpfFunction.Id id(int start) {
        return new BpfFunction.Id(start == 0 ? section() : ".text", start == 0 ? 1 : 2, 8 * start);
    }

    /**
     * For the loader: each function on its own, with references instead of numbers.
     *
     * @throws IllegalArgumentException if a call leads to what is not an instruction of the program
     */
    BpfObject object() {
        List<Integer> starts = functionStarts();
        ObjectBuilder builder = new ObjectBuilder("fuzz", FuzzTypes.KFUNCS).maps(FuzzMaps.ALL);
        Instruction[] bySlot = Code.bySlot(code);
        for (int f = 0; f < starts.size(); f++) {
            int start = starts.get(f);
            int end = f + 1 < starts.size() ? starts.get(f + 1) : bySlot.length;
            List<Instruction> own = new ArrayList<>();
            Map<Integer, Reference> references = new LinkedHashMap<>();
            if (bySlot[start] == null) {
                throw new IllegalArgumentException("a call leads into an instruction");
            }
            for (int slot = start; slot < end; slot++) {
                Instruction insn = bySlot[slot];
                if (insn == null) {
                    continue;
                }
                boolean toFunction = insn.isLocalCall() || insn.isFunctionAddress();
                if (toFunction && !starts.contains(slot + 1 + (int) insn.immediate())) {
                    throw new IllegalArgumentException("a call leads out of the program");
                }
                Reference reference =
                        toFunction ? new Reference.ToFunction(id(slot + 1 + (int) insn.immediate())) : reference(insn);
                if (reference != null) {
                    references.put(slot - start, reference);
                }
                own.add(insn);
            }
            builder.function(id(start), start == 0 ? "main" : "f", own, references);
        }
        return builder.build();
    }

    /** One instruction per line, with its slot. */
    String text() {
        StringBuilder text = new StringBuilder(family + (clean ? "" : ", not clean") + "\n");
        int slot = 0;
        for (Instruction insn : code) {
            text.append(String.format("%4d: %s", slot, insn));
            Reference reference = reference(insn);
            if (reference != null) {
                text.append("   ; ").append(reference);
            }
            text.append('\n');
            slot += insn.slots();
        }
        return text.toString();
    }
}
