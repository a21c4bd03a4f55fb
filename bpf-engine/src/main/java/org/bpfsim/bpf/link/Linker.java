package org.bpfsim.bpf.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.Reference;

/** Puts the functions that a program calls behind it, each once, and points calls at them. */
public final class Linker {
    /** Linux refuses larger programs (Linux 6.12: BPF_COMPLEXITY_LIMIT_INSNS in include/linux/bpf.h). */
    private static final int MAX_SLOTS = 1_000_000;

    private final BpfObject object;
    private final BpfFunction entry;
    private final Map<BpfFunction.Id, Integer> starts = new LinkedHashMap<>();
    private final List<LinkedProgram.Part> parts = new ArrayList<>();

    private Linker(BpfObject object, BpfFunction entry) {
        this.object = object;
        this.entry = entry;
    }

    /**
     * Links one program.
     *
     * @throws BpfLoadException if it is larger than Linux takes
     */
    public static LinkedProgram link(BpfObject object, BpfFunction entry) throws BpfLoadException {
        return new Linker(object, entry).link();
    }

    private LinkedProgram link() throws BpfLoadException {
        int slots = layOut();
        Instruction[] code = new Instruction[slots];
        Map<Integer, Reference> open = new LinkedHashMap<>();
        for (LinkedProgram.Part part : parts) {
            int slot = part.start();
            for (Instruction insn : part.function().code()) {
                Reference reference = part.function().references().get(slot - part.start());
                code[slot] = insn;
                if (reference instanceof Reference.ToFunction to) {
                    int target = starts.get(to.function());
                    // Calls and function addresses both count from the next instruction, as the ISA defines them.
                    code[slot] = insn.isLocalCall()
                            ? insn.withImmediate(target - slot - 1)
                            : insn.withSource(Opcode.PSEUDO_FUNC).withImmediate(target - slot - 1);
                } else if (reference != null) {
                    open.put(slot, reference);
                }
                slot += insn.slots();
            }
        }
        return new LinkedProgram(object.name(), entry, code, parts, open);
    }

    private int layOut() throws BpfLoadException {
        Deque<BpfFunction> waiting = new ArrayDeque<>(List.of(entry));
        int slots = 0;
        while (!waiting.isEmpty()) {
            BpfFunction function = waiting.poll();
            if (starts.putIfAbsent(function.id(), slots) != null) {
                continue;
            }
            int end = slots + function.slots();
            if (end > MAX_SLOTS) {
                throw new BpfLoadException(
                        SourceLocation.of(object.name(), entry.title()),
                        "with the functions that it calls it has more than " + MAX_SLOTS + " instructions",
                        "Make it smaller.");
            }
            parts.add(new LinkedProgram.Part(function, slots, end));
            slots = end;
            for (Reference reference : function.references().values()) {
                if (reference instanceof Reference.ToFunction to) {
                    waiting.add(object.functions().get(to.function()));
                }
            }
        }
        return slots;
    }
}
