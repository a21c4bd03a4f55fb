package org.bpfsim.bpf.elf;

/**
 * One relocation of a section.
 *
 * @param offset byte within the section that it changes
 * @param symbol what it refers to
 * @param type one of the {@code R_BPF_*} constants
 */
public record ElfRelocation(int offset, ElfSymbol symbol, int type) {
    /** {@code ld_imm64} (LLVM: "BPF Relocations", docs.kernel.org/bpf/llvm_reloc.html). */
    public static final int R_BPF_64_64 = 1;

    /** A 64-bit address in data. */
    public static final int R_BPF_64_ABS64 = 2;

    /** A 32-bit address in data. */
    public static final int R_BPF_64_ABS32 = 3;

    /** An address in debug information, which nobody needs to fill in. */
    public static final int R_BPF_64_NODYLD32 = 4;

    /** A {@code call}. */
    public static final int R_BPF_64_32 = 10;
}
