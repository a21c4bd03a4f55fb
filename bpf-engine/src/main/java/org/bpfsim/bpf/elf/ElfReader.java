package org.bpfsim.bpf.elf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.SourceLocation;

/** Reads the tables of an ELF64 file (ELF gABI, chapter 4), checking every offset before it is used. */
final class ElfReader {
    private static final int EM_BPF = 247;
    private static final int ET_REL = 1;
    private static final int HEADER_BYTES = 64;
    private static final int SECTION_HEADER_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int REL_BYTES = 16;
    private static final String REBUILD = "The file is damaged or was cut off: build or copy it again.";

    private final byte[] file;
    private final String name;

    ElfReader(byte[] file, String name) {
        this.file = file;
        this.name = name;
    }

    ElfObject read() throws BpfLoadException {
        header();
        List<ElfSection> sections = sections();
        ElfSection symtab = sections.stream()
                .filter(s -> s.type() == ElfSection.SHT_SYMTAB)
                .findFirst()
                .orElseThrow(() -> bad(
                        "there is no symbol table",
                        "The object was stripped: keep symbols (strip -g leaves them, strip does not)."));
        List<ElfSymbol> symbols = symbols(sections, symtab);
        return new ElfObject(name, sections, symbols, relocations(sections, symtab, symbols));
    }

    private void header() throws BpfLoadException {
        if (file.length < HEADER_BYTES) {
            throw bad("it has " + file.length + " bytes, which is less than an ELF header", REBUILD);
        }
        if (file[0] != 0x7f || file[1] != 'E' || file[2] != 'L' || file[3] != 'F') {
            throw bad(
                    "it is not an ELF file",
                    "Give the object that clang -target bpf -c writes, not its source or an archive.");
        }
        if (file[4] != 2) {
            throw bad("it is a 32-bit ELF file", "Compile it with clang -target bpf.");
        }
        if (file[5] == 2) {
            throw bad(
                    "it is a big-endian object (bpfeb)",
                    "bpfsim models little-endian machines: compile with -target bpfel, or -target bpf on x86 or arm64.");
        }
        if (file[5] != 1) {
            throw bad("its byte order is neither little- nor big-endian", REBUILD);
        }
        int machine = LittleEndian.u16(file, 18);
        if (machine != EM_BPF) {
            throw bad(
                    "it is for machine " + machine + machineName(machine) + ", not BPF (" + EM_BPF + ")",
                    "Compile it with clang -target bpf.");
        }
        if (LittleEndian.u16(file, 16) != ET_REL) {
            throw bad("it is not a relocatable object", "Give the output of clang -target bpf -c.");
        }
    }

    /** The machines that people compile on (e_machine, System V ABI). */
    private static String machineName(int machine) {
        return switch (machine) {
            case 3, 62 -> " (x86)";
            case 40, 183 -> " (arm)";
            case 243 -> " (RISC-V)";
            default -> "";
        };
    }

    private List<ElfSection> sections() throws BpfLoadException {
        long tableOffset = LittleEndian.s64(file, 40);
        int entryBytes = LittleEndian.u16(file, 58);
        int count = LittleEndian.u16(file, 60);
        int namesIndex = LittleEndian.u16(file, 62);
        if (entryBytes != SECTION_HEADER_BYTES || count == 0) {
            throw bad("its section headers are missing or of " + entryBytes + " bytes each", REBUILD);
        }
        int table = range(tableOffset, (long) count * entryBytes, "the table of " + count + " section headers");
        if (namesIndex >= count) {
            throw bad("section names are said to be in section " + namesIndex + " of " + count, REBUILD);
        }
        int namesHeader = table + namesIndex * entryBytes;
        int namesBytes = length(LittleEndian.s64(file, namesHeader + 32), "section names");
        int namesOffset = range(LittleEndian.s64(file, namesHeader + 24), namesBytes, "section names");
        byte[] names = Arrays.copyOfRange(file, namesOffset, namesOffset + namesBytes);

        List<ElfSection> sections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = table + i * entryBytes;
            String sectionName = string(names, LittleEndian.u32(file, at), "name of section " + i);
            int type = LittleEndian.s32(file, at + 4);
            int bytes = length(LittleEndian.s64(file, at + 32), "section " + sectionName);
            int offset = 0;
            if (type != ElfSection.SHT_NOBITS && bytes > 0) {
                offset = range(LittleEndian.s64(file, at + 24), bytes, "section " + sectionName);
            }
            sections.add(new ElfSection(
                    i,
                    sectionName,
                    type,
                    LittleEndian.s64(file, at + 8),
                    LittleEndian.s32(file, at + 40),
                    LittleEndian.s32(file, at + 44),
                    bytes,
                    file,
                    offset));
        }
        return sections;
    }

    private List<ElfSymbol> symbols(List<ElfSection> sections, ElfSection symtab) throws BpfLoadException {
        ElfSection strings = linked(sections, symtab, ElfSection.SHT_STRTAB);
        byte[] names = strings.contents();
        byte[] table = entries(symtab, SYMBOL_BYTES);
        List<ElfSymbol> symbols = new ArrayList<>();
        for (int at = 0; at < table.length; at += SYMBOL_BYTES) {
            int index = at / SYMBOL_BYTES;
            String symbolName = string(names, LittleEndian.u32(table, at), "name of symbol " + index);
            int info = LittleEndian.u8(table, at + 4);
            int section = LittleEndian.u16(table, at + 6);
            if (section >= sections.size() && section < 0xff00) {
                throw bad("symbol " + symbolName + " is in section " + section + " of " + sections.size(), REBUILD);
            }
            symbols.add(new ElfSymbol(
                    index,
                    symbolName,
                    symbolType(info & 15),
                    binding(info >>> 4),
                    LittleEndian.s64(table, at + 8),
                    LittleEndian.s64(table, at + 16),
                    section));
        }
        return symbols;
    }

    private List<List<ElfRelocation>> relocations(List<ElfSection> sections, ElfSection symtab, List<ElfSymbol> symbols)
            throws BpfLoadException {
        List<List<ElfRelocation>> bySection = new ArrayList<>();
        sections.forEach(s -> bySection.add(new ArrayList<>()));
        for (ElfSection section : sections) {
            if (section.type() == ElfSection.SHT_RELA) {
                // LLVM's BPF back end writes SHT_REL only; addends would be lost silently.
                if (section.info() > 0
                        && section.info() < sections.size()
                        && sections.get(section.info()).allocated()) {
                    throw bad(
                            "section " + section.name() + " has relocations with addends (SHT_RELA)",
                            "Compile it with clang -target bpf.");
                }
            } else if (section.type() == ElfSection.SHT_REL) {
                if (section.info() <= 0 || section.info() >= sections.size()) {
                    throw bad("relocations " + section.name() + " are for section " + section.info(), REBUILD);
                }
                if (section.link() != symtab.index()) {
                    throw bad("relocations " + section.name() + " use another symbol table", REBUILD);
                }
                bySection.get(section.info()).addAll(relocations(section, symbols));
            }
        }
        for (List<ElfRelocation> list : bySection) {
            list.sort(Comparator.comparingInt(ElfRelocation::offset));
        }
        return bySection;
    }

    private List<ElfRelocation> relocations(ElfSection section, List<ElfSymbol> symbols) throws BpfLoadException {
        List<ElfRelocation> list = new ArrayList<>();
        byte[] table = entries(section, REL_BYTES);
        for (int at = 0; at < table.length; at += REL_BYTES) {
            long offset = LittleEndian.s64(table, at);
            long symbol = LittleEndian.u32(table, at + 12);
            if (symbol >= symbols.size()) {
                throw bad(section.name() + " refers to symbol " + symbol + " of " + symbols.size(), REBUILD);
            }
            if (offset < 0 || offset > Integer.MAX_VALUE) {
                throw bad(section.name() + " changes a byte at offset " + Long.toUnsignedString(offset), REBUILD);
            }
            list.add(new ElfRelocation((int) offset, symbols.get((int) symbol), LittleEndian.s32(table, at + 8)));
        }
        return list;
    }

    private ElfSection linked(List<ElfSection> sections, ElfSection from, int type) throws BpfLoadException {
        if (from.link() <= 0
                || from.link() >= sections.size()
                || sections.get(from.link()).type() != type) {
            throw bad("section " + from.name() + " is linked to section " + from.link(), REBUILD);
        }
        return sections.get(from.link());
    }

    private byte[] entries(ElfSection section, int entryBytes) throws BpfLoadException {
        if (section.bytes() % entryBytes != 0) {
            throw bad("section " + section.name() + " is not a whole number of entries", REBUILD);
        }
        return section.contents();
    }

    private int length(long bytes, String what) throws BpfLoadException {
        // .bss is not in the file; 64 MiB is far above any map value that Linux would allocate for it.
        if (bytes < 0 || bytes > Math.max(file.length, 64 << 20)) {
            throw bad(what + " would be " + Long.toUnsignedString(bytes) + " bytes long", REBUILD);
        }
        return (int) bytes;
    }

    private int range(long offset, long bytes, String what) throws BpfLoadException {
        if (offset < 0 || bytes < 0 || offset > file.length || bytes > file.length - offset) {
            throw bad(
                    what + " would end at byte " + Long.toUnsignedString(offset + bytes) + " of a file of "
                            + file.length,
                    REBUILD);
        }
        return (int) offset;
    }

    private String string(byte[] table, long at, String what) throws BpfLoadException {
        if (at >= table.length) {
            if (at == 0) {
                return "";
            }
            throw bad("the " + what + " lies outside the string table", REBUILD);
        }
        int end = (int) at;
        while (end < table.length && table[end] != 0) {
            end++;
        }
        return new String(table, (int) at, end - (int) at, StandardCharsets.UTF_8);
    }

    private static ElfSymbol.Type symbolType(int type) {
        return switch (type) {
            case 0 -> ElfSymbol.Type.NOTYPE;
            case 1 -> ElfSymbol.Type.OBJECT;
            case 2 -> ElfSymbol.Type.FUNC;
            case 3 -> ElfSymbol.Type.SECTION;
            case 4 -> ElfSymbol.Type.FILE;
            default -> ElfSymbol.Type.OTHER;
        };
    }

    private static ElfSymbol.Binding binding(int binding) {
        return switch (binding) {
            case 0 -> ElfSymbol.Binding.LOCAL;
            case 1 -> ElfSymbol.Binding.GLOBAL;
            case 2 -> ElfSymbol.Binding.WEAK;
            default -> ElfSymbol.Binding.OTHER;
        };
    }

    private BpfLoadException bad(String reason, String remedy) {
        return new BpfLoadException(SourceLocation.of(name), reason, remedy);
    }
}
