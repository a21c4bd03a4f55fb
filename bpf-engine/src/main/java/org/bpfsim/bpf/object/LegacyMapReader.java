package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfSection;
import org.bpfsim.bpf.elf.ElfSymbol;

/** Reads {@code SEC("maps")}: an array of {@code struct bpf_map_def}, one symbol each, as objects had before BTF. */
final class LegacyMapReader {
    /** type, key_size, value_size, max_entries, map_flags: 32 bits each; loaders added fields of their own behind. */
    private static final int LEAST_BYTES = 20;

    private final ElfObject elf;

    LegacyMapReader(ElfObject elf) {
        this.elf = elf;
    }

    List<MapDefinition> read() throws BpfLoadException {
        List<MapDefinition> maps = new ArrayList<>();
        Optional<ElfSection> section = elf.section("maps");
        if (section.isEmpty()) {
            return maps;
        }
        byte[] contents = section.get().contents();
        List<ElfSymbol> symbols = elf.symbols().stream()
                .filter(s -> s.section() == section.get().index()
                        && s.type() != ElfSymbol.Type.SECTION
                        && !s.name().isEmpty())
                .sorted(Comparator.comparingLong(ElfSymbol::value))
                .toList();
        for (int i = 0; i < symbols.size(); i++) {
            ElfSymbol symbol = symbols.get(i);
            long end = i + 1 < symbols.size() ? symbols.get(i + 1).value() : contents.length;
            if (symbol.value() < 0 || end > contents.length || end - symbol.value() < LEAST_BYTES) {
                throw new BpfLoadException(
                        SourceLocation.of(elf.name(), "maps/" + symbol.name()),
                        "the map's definition is shorter than struct bpf_map_def",
                        "Define it as struct bpf_map_def, or as a BTF map in SEC(\".maps\").");
            }
            maps.add(map(symbol, contents, (int) symbol.value()));
        }
        return maps;
    }

    private MapDefinition map(ElfSymbol symbol, byte[] contents, int at) throws BpfLoadException {
        long number = LittleEndian.u32(contents, at);
        MapType type = MapType.of(number)
                .orElseThrow(() -> new BpfLoadException(
                        SourceLocation.of(elf.name(), "maps/" + symbol.name()),
                        "map type " + number + " does not exist in Linux 6.12",
                        "See enum bpf_map_type in linux/bpf.h."));
        return new MapDefinition(
                symbol.name(),
                type,
                LittleEndian.s32(contents, at + 4),
                LittleEndian.s32(contents, at + 8),
                LittleEndian.s32(contents, at + 12),
                LittleEndian.u32(contents, at + 16),
                0,
                0,
                Optional.empty(),
                false);
    }
}
