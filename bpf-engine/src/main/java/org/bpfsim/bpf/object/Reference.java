package org.bpfsim.bpf.object;

/** What an instruction refers to outside itself, found through its relocation. */
public sealed interface Reference {
    /** A map: {@code ld_imm64} loads its address. */
    record ToMap(String map) implements Reference {}

    /** A global variable: {@code ld_imm64} loads its address. */
    record ToData(String map, int offset) implements Reference {}

    /** A function of the object, called or (as a callback) taken the address of. */
    record ToFunction(BpfFunction.Id function) implements Reference {}

    /** A kfunc. A weak one that does not exist has the address 0. */
    record ToKfunc(String name, boolean weak) implements Reference {}

    /** A kernel variable or kfunc whose address {@code ld_imm64} loads ({@code .ksyms}). */
    record ToKernelSymbol(String name, boolean weak) implements Reference {}
}
