package org.bpfsim.bpf.compiler;

/** Where the local variables of a compiled function are. Registers have the same place in every method that it is split into. */
final class Locals {
    /** The {@code CompiledRun}. */
    static final int RUN = 0;

    /** Number of the stack frame. */
    static final int FRAME = 1;

    private static final int R1 = 2;
    private static final int R0 = 12;
    private static final int R6 = 14;

    /** Instructions executed and not yet reported, less those that come before in order. */
    static final int COUNT = 24;

    /** The instruction that is executed, where it can be stopped. */
    static final int SLOT = 26;

    /** How often {@code may_goto} still falls through. */
    static final int MAY_GOTO = 27;

    /** The block that execution goes on with in another method of the function. */
    static final int NEXT = 30;

    /** Registers of a split function between its methods. */
    static final int SAVED = 31;

    static final int SAVED_OBJECTS = 32;

    /** For a moment within one instruction. */
    static final int LONG = 33;

    static final int OBJECT = 35;
    static final int THROWN = 36;
    static final int INT = 37;
    /** Index behind the last byte of the frame's stack. */
    static final int STACK_END = 38;

    /** The memory that the program was given. */
    static final int MEMORY = 39;

    static final int FIRST_FREE = 40;

    private Locals() {}

    /** The local of a register, a {@code long}. */
    static int register(int number) {
        if (number == 0) {
            return R0;
        }
        return number <= 5 ? R1 + 2 * (number - 1) : R6 + 2 * (number - 6);
    }
}
