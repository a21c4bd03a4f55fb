package org.bpfsim.bpf.elf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;

/**
 * A relocatable ELF64 object for {@code EM_BPF}, little-endian: its sections, symbols and relocations. Immutable.
 *
 * <p>Any sequence of bytes gives an object or a {@link BpfLoadException}.
 */
public final class ElfObject {
    private final String name;
    private final List<ElfSection> sections;
    private final List<ElfSymbol> symbols;
    private final List<List<ElfRelocation>> relocations;

    ElfObject(String name, List<ElfSection> sections, List<ElfSymbol> symbols, List<List<ElfRelocation>> relocations) {
        this.name = name;
        this.sections = List.copyOf(sections);
        this.symbols = List.copyOf(symbols);
        this.relocations = List.copyOf(relocations);
    }

    /**
     * Reads an object.
     *
     * @param name how messages call it, usually the file's name
     * @throws BpfLoadException if it is not an ELF64 object for little-endian BPF, or is damaged
     */
    public static ElfObject parse(byte[] bytes, String name) throws BpfLoadException {
        return new ElfReader(bytes.clone(), name).read();
    }

    public String name() {
        return name;
    }

    /** All sections by index; the first is the null section. */
    public List<ElfSection> sections() {
        return sections;
    }

    /** The first section of this name. */
    public Optional<ElfSection> section(String sectionName) {
        return sections.stream().filter(s -> s.name().equals(sectionName)).findFirst();
    }

    /** The section that a symbol is defined in; empty if it is undefined, absolute or common. */
    public Optional<ElfSection> sectionOf(ElfSymbol symbol) {
        return symbol.section() > 0 && symbol.section() < sections.size()
                ? Optional.of(sections.get(symbol.section()))
                : Optional.empty();
    }

    /** All symbols by index; the first is the null symbol. */
    public List<ElfSymbol> symbols() {
        return symbols;
    }

    /** Relocations that apply to a section, in the order of their offsets. */
    public List<ElfRelocation> relocations(ElfSection section) {
        return relocations.get(section.index());
    }

    /** The contents of the {@code license} section up to its terminating zero; empty if there is none. */
    public String license() {
        byte[] text = section("license").map(ElfSection::contents).orElse(new byte[0]);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.ISO_8859_1);
    }
}
