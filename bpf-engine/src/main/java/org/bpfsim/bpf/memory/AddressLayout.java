package org.bpfsim.bpf.memory;

/**
 * How addresses are made up: the upper 32 bits name a region, the lower 32 are a signed offset into it. An address is therefore
 * an ordinary number to the program, can be stored and added to, and still every access finds the region that it was
 * derived from. Regions that every program has, and those of an object's maps, have fixed numbers, so that code is
 * relocated once for all instances.
 *
 * <pre>
 *   0             NULL and small numbers
 *   1 … 8         stack frames
 *   9             the context, or the array of struct_ops arguments
 *   10            functions of the program (for callbacks)
 *   11 … 22       kernel objects that are arguments of a struct_ops program
 *   23 + 2i       map i itself
 *   24 + 2i       the values of map i
 *   above         kernel objects and buffers met during a run
 * </pre>
 */
public final class AddressLayout {
    /** Calls may nest this deep (Linux 6.12: MAX_CALL_FRAMES in include/linux/bpf_verifier.h). */
    public static final int FRAMES = 8;

    /** Bytes of stack of one frame (Linux 6.12: MAX_BPF_STACK in include/linux/filter.h). */
    public static final int FRAME_BYTES = 512;

    public static final int FIRST_FRAME = 1;
    public static final int CONTEXT = FIRST_FRAME + FRAMES;
    public static final int FUNCTIONS = CONTEXT + 1;

    /** The object that argument 0 points to; others follow. */
    public static final int ARGUMENTS = FUNCTIONS + 1;

    /** More arguments no member of a struct_ops type has (Linux 6.12: MAX_BPF_FUNC_ARGS in include/linux/bpf.h). */
    public static final int MAX_ARGUMENTS = 12;

    private static final int FIRST_MAP = ARGUMENTS + MAX_ARGUMENTS;

    private AddressLayout() {}

    public static long address(int region, long offset) {
        return ((long) region << 32) + offset;
    }

    /** The region whose start is nearest: offsets reach 2 GiB to both sides. */
    public static int region(long address) {
        return (int) (address + 0x8000_0000L >>> 32);
    }

    /** From -2^31 to 2^31 - 1: a pointer that was moved before its region's start still belongs to it. */
    public static long offset(long address) {
        return (int) address;
    }

    /** The region of map {@code index} itself. */
    public static int mapRegion(int index) {
        return FIRST_MAP + 2 * index;
    }

    /** The region of the values of map {@code index}. */
    public static int valuesRegion(int index) {
        return FIRST_MAP + 2 * index + 1;
    }

    /** The map whose values lie in a region; -1 if it is no such region. The map may not exist. */
    public static int mapOfValues(int region) {
        int index = region - valuesRegion(0);
        return index >= 0 && index % 2 == 0 ? index / 2 : -1;
    }

    /** R10 of a function whose stack frame has this number: the end of its stack. */
    public static long framePointer(int frame) {
        return address(FIRST_FRAME + frame, FRAME_BYTES);
    }

    /** The first region that is free when an object has so many maps. */
    public static int firstTransient(int maps) {
        return FIRST_MAP + 2 * maps;
    }

    /** The address of a function of the program, by its first slot; never 0. */
    public static long function(int slot) {
        return address(FUNCTIONS, 8L * (slot + 1));
    }

    /** The slot behind the address of a function; -1 if it is none. */
    public static int functionSlot(long address) {
        return region(address) == FUNCTIONS && offset(address) >= 8 && offset(address) % 8 == 0
                ? (int) (offset(address) / 8) - 1
                : -1;
    }
}
