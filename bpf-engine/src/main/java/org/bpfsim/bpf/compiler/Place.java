package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.types.StructType;

/** Where a load or store goes, as far as that is known when the program is compiled. */
sealed interface Place {
    /** Somewhere: the address tells. */
    record Anywhere() implements Place {}

    /** The function's own stack, at an offset from the frame pointer. */
    record Stack(int offset) implements Place {}

    /** A verified place of some frame's stack: the address tells which. */
    record AnyStack() implements Place {}

    /** The context object. */
    record Context(StructType<?> type, long offset) implements Place {}

    /** The arguments of a struct_ops program. */
    record Argument(int offset) implements Place {}

    /** The memory that the program was given, at a known offset, or (-1) wherever the address says. */
    record Memory(int offset) implements Place {}

    /** A kernel object: the argument of the program that it came as, or (-1) whatever is at the address. */
    record Field(StructType<?> type, long offset, int argument) implements Place {
        /** Whether the base register has the object in a local variable. */
        boolean local() {
            return argument >= 0;
        }
    }

    /** A value of a map. */
    record MapValue(int map) implements Place {}

    /** A value of a map at a known offset from the first. */
    record MapConstant(int map, int offset) implements Place {}

    Place ANYWHERE = new Anywhere();
    Place ANY_STACK = new AnyStack();
}
