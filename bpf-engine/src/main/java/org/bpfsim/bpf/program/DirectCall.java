package org.bpfsim.bpf.program;

import org.bpfsim.bpf.interpreter.CompiledCode;
import org.bpfsim.bpf.types.StructType;

/**
 * A way to call a struct_ops program that stands alone with its arguments as Java parameters: the first is a pointer, one other may
 * be, the rest are numbers.
 *
 * <p>Hot path: no allocation.
 */
final class DirectCall {
    /** No program can be called so. */
    private static final DirectCall NONE = new DirectCall(null, false, null);

    /** What the first argument points to; null if the program cannot be called so. */
    private final StructType<?> first;

    private final boolean takesOther;
    private final StructType<?> other;

    private DirectCall(StructType<?> first, boolean takesOther, StructType<?> other) {
        this.first = first;
        this.takesOther = takesOther;
        this.other = other;
    }

    /**
     * Whether and how code can be called with certain arguments.
     *
     * @param code null if the program is interpreted
     * @param pointer the argument besides the first that is a pointer; 0 if there is none
     * @param arguments how many the program has
     */
    static DirectCall of(CompiledCode code, int pointer, int arguments) {
        if (code == null || !code.standsAlone() || (code.numbers() & (1 | 1 << pointer)) != 0) {
            return NONE;
        }
        for (int i = 1; i < arguments; i++) {
            if (i != pointer && code.object(i) != null) {
                return NONE;
            }
        }
        StructType<?> other = pointer == 0 ? null : code.object(pointer);
        return new DirectCall(code.object(0), other != null, other);
    }

    /** Whether the program takes this as its first argument. */
    boolean takes(Object object, StructType<?> type) {
        return type == first && object != null;
    }

    /** Whether the program takes this as its other argument that is a pointer, or has no use for it. */
    boolean takesOther(Object object, StructType<?> type) {
        return !takesOther || type == other && object != null;
    }
}
