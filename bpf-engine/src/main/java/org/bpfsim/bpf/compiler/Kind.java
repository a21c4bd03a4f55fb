package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.types.StructType;

/**
 * What is known of a register or of 8 bytes of stack at one place of a function, on every path to it.
 *
 * @param value CONSTANT: the number. STACK, CONTEXT, OBJECT: the offset
 * @param struct OBJECT: how programs see the Java object
 * @param argument OBJECT: the argument of the program that it came as
 * @param stack whether it may be, or be made of, an address of the function's own stack
 */
record Kind(Type type, long value, StructType<?> struct, int argument, boolean stack) {
    enum Type {
        /** Nothing is known. */
        NUMBER,
        CONSTANT,
        /** The frame pointer plus a constant. */
        STACK,
        /** The context's address plus a constant. */
        CONTEXT,
        /** An address that was made from the context's: where it points to is likely, and has to be checked. */
        NEAR_CONTEXT,
        /** A Java object plus a constant. The object is in a local of its own; its address is made when it is needed. */
        OBJECT
    }

    static final Kind NUMBER = new Kind(Type.NUMBER, 0, null, 0, false);
    /** A number that may hide an address of the stack. */
    static final Kind TAINTED = new Kind(Type.NUMBER, 0, null, 0, true);

    static Kind constant(long value) {
        return new Kind(Type.CONSTANT, value, null, 0, false);
    }

    static Kind stack(long offset) {
        return new Kind(Type.STACK, offset, null, 0, true);
    }

    static Kind context(long offset) {
        return new Kind(Type.CONTEXT, offset, null, 0, false);
    }

    static Kind object(StructType<?> struct, int argument) {
        return new Kind(Type.OBJECT, 0, struct, argument, false);
    }

    static Kind nearContext(boolean stack) {
        return new Kind(Type.NEAR_CONTEXT, 0, null, 0, stack);
    }

    static Kind number(boolean stack) {
        return stack ? TAINTED : NUMBER;
    }

    boolean is(Type t) {
        return type == t;
    }

    boolean isObject() {
        return type == Type.OBJECT;
    }

    /** Whether a constant can be added: it is then part of what is known. */
    boolean hasOffset() {
        return type == Type.STACK || type == Type.CONTEXT || type == Type.OBJECT;
    }

    Kind plus(long constant) {
        return new Kind(type, value + constant, struct, argument, stack);
    }

    /** What holds whichever of the two it is. */
    Kind join(Kind o) {
        if (equals(o)) {
            return this;
        }
        boolean tainted = stack || o.stack;
        if (isContext() && o.isContext()) {
            return nearContext(tainted);
        }
        return number(tainted);
    }

    private boolean isContext() {
        return type == Type.CONTEXT || type == Type.NEAR_CONTEXT;
    }
}
