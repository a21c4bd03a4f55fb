package org.bpfsim.bpf.elf;

/**
 * One symbol.
 *
 * @param value offset within its section
 * @param size bytes; 0 when unknown
 * @param section index of its section; 0 when undefined; above 0xff00 for absolute and common symbols
 */
public record ElfSymbol(int index, String name, Type type, Binding binding, long value, long size, int section) {
    /** What a symbol stands for (ELF gABI, chapter 4, Symbol Table). */
    public enum Type {
        NOTYPE,
        OBJECT,
        FUNC,
        SECTION,
        FILE,
        OTHER
    }

    /** Its visibility to the linker. */
    public enum Binding {
        LOCAL,
        GLOBAL,
        WEAK,
        OTHER
    }

    public boolean undefined() {
        return section == 0;
    }
}
