package org.bpfsim.bpf.elf;

import java.util.Arrays;

/**
 * One section of an object.
 *
 * <p>Sections without a name or with one that occurs twice are legal ELF; callers look sections up by index or by name.
 */
public final class ElfSection {
    /** Section types that matter here (ELF gABI, chapter 4, Sections). */
    public static final int SHT_PROGBITS = 1;

    public static final int SHT_SYMTAB = 2;
    public static final int SHT_STRTAB = 3;
    public static final int SHT_RELA = 4;
    public static final int SHT_NOBITS = 8;
    public static final int SHT_REL = 9;

    private static final long SHF_ALLOC = 2;
    private static final long SHF_EXECINSTR = 4;

    private final int index;
    private final String name;
    private final int type;
    private final long flags;
    private final int link;
    private final int info;
    private final int bytes;
    private final byte[] file;
    private final int offset;

    ElfSection(int index, String name, int type, long flags, int link, int info, int bytes, byte[] file, int offset) {
        this.index = index;
        this.name = name;
        this.type = type;
        this.flags = flags;
        this.link = link;
        this.info = info;
        this.bytes = bytes;
        this.file = file;
        this.offset = offset;
    }

    public int index() {
        return index;
    }

    public String name() {
        return name;
    }

    public int type() {
        return type;
    }

    public boolean executable() {
        return (flags & SHF_EXECINSTR) != 0;
    }

    /** Whether it occupies memory at run time: data and code do, debug information does not. */
    public boolean allocated() {
        return (flags & SHF_ALLOC) != 0;
    }

    /** For relocation sections: index of the section that they apply to. */
    public int info() {
        return info;
    }

    int link() {
        return link;
    }

    /** Size in bytes; for {@code SHT_NOBITS} what it will occupy. */
    public int bytes() {
        return bytes;
    }

    /** A copy of the contents; zeros for {@code SHT_NOBITS}. */
    public byte[] contents() {
        return type == SHT_NOBITS ? new byte[bytes] : Arrays.copyOfRange(file, offset, offset + bytes);
    }

    @Override
    public String toString() {
        return "[" + index + "] " + name;
    }
}
