package org.bpfsim.bpf.verifier;

import java.util.List;
import java.util.Optional;

/**
 * What the verifier found out about an accepted program that a compiler can use: it holds on every path. Immutable.
 *
 * <p>Numbers that the program computes are not among it: a path that was left because it looked like an earlier one may have
 * others. Pointers are: two paths are alike only if their pointers agree in type, offset and bounds.
 */
public final class Facts {
    /** What a pointer points to. */
    public enum Target {
        CONTEXT,
        STACK,
        MAP_VALUE,
        /** A kernel struct that BTF describes. */
        STRUCT,
        PACKET,
        OTHER
    }

    /**
     * The pointer that a load or store goes through.
     *
     * @param name of the map, as its object has it, or of the kernel struct; empty for others
     * @param fixed whether the offset is always the same
     * @param offset that the pointer has, before the instruction's own is added; 0 unless fixed
     */
    public record Pointer(Target target, String name, boolean fixed, int offset) {
        static final Pointer UNKNOWN = new Pointer(Target.OTHER, "", false, 0);

        Pointer join(Pointer o) {
            if (equals(o)) {
                return this;
            }
            return target == o.target && name.equals(o.name) ? new Pointer(target, name, false, 0) : UNKNOWN;
        }
    }

    /**
     * Bytes of a stack that are reached otherwise than by a load or store of the function itself at a fixed place: by a helper,
     * by a function that was given their address, by an index.
     *
     * @param slot of the instruction
     * @param register that holds the address
     * @param function first slot of the function whose stack it is
     * @param from offset from the frame pointer, negative
     * @param to behind the last byte
     * @param own whether the instruction is of that function and the place is always the same
     */
    public record StackUse(int slot, int register, int function, int from, int to, boolean own) {}

    private final Pointer[] pointers;
    private final int[] stackOffsets;
    private final String[] results;
    private final List<StackUse> stackUses;

    /** In place of an offset: there is none that holds on every path. */
    static final int NONE = Integer.MIN_VALUE;

    Facts(Pointer[] pointers, int[] stackOffsets, String[] results, List<StackUse> stackUses) {
        this.pointers = pointers.clone();
        this.stackOffsets = stackOffsets.clone();
        this.results = results.clone();
        this.stackUses = List.copyOf(stackUses);
    }

    /** What the load or store in a slot goes through. */
    public Optional<Pointer> pointer(int slot) {
        return Optional.ofNullable(pointers[slot]).filter(p -> p.target() != Target.OTHER);
    }

    /** The place on the function's own stack that a load or store reaches, from the frame pointer; empty if it is another. */
    public Optional<Integer> stackOffset(int slot) {
        return stackOffsets[slot] == NONE || stackOffsets[slot] == 0
                ? Optional.empty()
                : Optional.of(stackOffsets[slot]);
    }

    /** The kernel struct that a load gives a pointer to; empty if it gives something else, or NULL on some path. */
    public Optional<String> loadsPointerTo(int slot) {
        return Optional.ofNullable(results[slot]).filter(r -> !r.isEmpty());
    }

    public List<StackUse> stackUses() {
        return stackUses;
    }
}
