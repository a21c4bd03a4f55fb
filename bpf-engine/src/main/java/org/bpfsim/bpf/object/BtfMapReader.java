package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfRelocation;
import org.bpfsim.bpf.elf.ElfSection;
import org.bpfsim.bpf.elf.ElfSymbol;

/** Reads {@code SEC(".maps")}: each variable is a struct whose members' types spell out the map's attributes. */
final class BtfMapReader {
    private static final String SECTION = ".maps";

    /** libbpf calls the prototype of the maps in a map so. */
    private static final String INNER = ".inner";

    private final ElfObject elf;
    private final Btf btf;

    BtfMapReader(ElfObject elf, Btf btf) {
        this.elf = elf;
        this.btf = btf;
    }

    List<MapDefinition> read() throws BpfLoadException {
        List<MapDefinition> maps = new ArrayList<>();
        Optional<Integer> section = btf.find(BtfType.DataSection.class, SECTION);
        if (section.isPresent()) {
            for (BtfType.Entry entry : ((BtfType.DataSection) btf.type(section.get())).entries()) {
                maps.add(map(entry));
            }
        } else if (elf.section(SECTION).isPresent()) {
            throw bad("", "it defines maps, and the object has no BTF to describe them", "Compile it with clang -g.");
        }
        return maps;
    }

    private MapDefinition map(BtfType.Entry entry) throws BpfLoadException {
        if (!(btf.type(entry.variable()) instanceof BtfType.Variable variable)
                || !(btf.resolve(variable.type()) instanceof BtfType.Struct struct)) {
            throw bad("", "BTF type " + entry.variable() + " is in it and is no map", "Build the object again.");
        }
        Attributes attributes = attributes(variable.name(), struct);
        attributes.initial = initial(variable.name(), attributes.valuesOffset);
        return attributes.definition();
    }

    private Attributes attributes(String name, BtfType.Struct struct) throws BpfLoadException {
        Attributes attributes = new Attributes(name);
        for (BtfType.Member member : struct.members()) {
            attributes.add(member);
        }
        return attributes;
    }

    /** What {@code .values = { … }} names, by index: relocations of the section say it. */
    private Map<Integer, String> initial(String map, int valuesOffset) {
        Map<Integer, String> names = new TreeMap<>();
        Optional<ElfSection> section = elf.section(SECTION);
        if (valuesOffset < 0 || section.isEmpty()) {
            return names;
        }
        Optional<ElfSymbol> symbol = elf.symbols().stream()
                .filter(s -> s.section() == section.get().index() && s.name().equals(map))
                .findFirst();
        if (symbol.isEmpty()) {
            return names;
        }
        long start = symbol.get().value() + valuesOffset;
        long end = symbol.get().value() + symbol.get().size();
        for (ElfRelocation relocation : elf.relocations(section.get())) {
            if (relocation.offset() >= start && relocation.offset() < end && (relocation.offset() - start) % 8 == 0) {
                names.put((int) (relocation.offset() - start) / 8, target(relocation));
            }
        }
        return names;
    }

    /** A relocation may name the section in place of the map or program in it. */
    private String target(ElfRelocation relocation) {
        ElfSymbol symbol = relocation.symbol();
        if (symbol.type() != ElfSymbol.Type.SECTION) {
            return symbol.name();
        }
        return elf.symbols().stream()
                .filter(s -> s.section() == symbol.section()
                        && s.type() != ElfSymbol.Type.SECTION
                        && s.value() == symbol.value()
                        && !s.name().isEmpty())
                .map(ElfSymbol::name)
                .findFirst()
                .orElse("");
    }

    /** The attributes of one map as they are found. */
    private final class Attributes {
        private final String map;
        private MapType type = MapType.UNSPEC;
        private int keyBytes;
        private int valueBytes;
        private int maxEntries;
        private long flags;
        private int keyType;
        private int valueType;
        private long mapExtra;
        private int valuesOffset = -1;
        private Optional<MapDefinition> inner = Optional.empty();
        private Map<Integer, String> initial = Map.of();

        Attributes(String map) {
            this.map = map;
        }

        void add(BtfType.Member member) throws BpfLoadException {
            switch (member.name()) {
                case "type" -> {
                    int number = number(member);
                    type = MapType.of(number)
                            .orElseThrow(() -> bad(
                                    map,
                                    "map type " + number + " does not exist in Linux 6.12",
                                    "See enum bpf_map_type in linux/bpf.h."));
                }
                case "key" -> {
                    keyType = pointee(member);
                    keyBytes = bytes(member, keyType);
                }
                case "value" -> {
                    valueType = pointee(member);
                    valueBytes = bytes(member, valueType);
                }
                case "key_size" -> keyBytes = number(member);
                case "value_size" -> valueBytes = number(member);
                case "max_entries" -> maxEntries = number(member);
                case "map_flags" -> flags = number(member) & 0xffff_ffffL;
                case "values" -> {
                    // Inner maps or programs to begin with: such maps hold 4-byte ids.
                    valueBytes = 4;
                    valuesOffset = member.bitOffset() / 8;
                    inner = inner(member);
                }
                case "map_extra" -> mapExtra = number(member);
                case "numa_node", "pinning" -> number(member);
                default ->
                    throw bad(
                            map,
                            "the map has an attribute " + member.name() + ", which libbpf does not know",
                            "Known are type, key, value, key_size, value_size, max_entries, map_flags, map_extra, "
                                    + "numa_node, pinning, values.");
            }
        }

        MapDefinition definition() throws BpfLoadException {
            if (type == MapType.UNSPEC) {
                throw bad(map, "the map has no type", "Add __uint(type, BPF_MAP_TYPE_…) to its definition.");
            }
            if (type == MapType.RINGBUF || type == MapType.USER_RINGBUF) {
                // A ring buffer's value type serves user space only; Linux wants no sizes.
                keyBytes = 0;
                valueBytes = 0;
            }
            return new MapDefinition(
                    map,
                    type,
                    keyBytes,
                    valueBytes,
                    maxEntries,
                    flags,
                    keyType,
                    valueType,
                    Optional.empty(),
                    false,
                    new MapDefinition.Extras(
                            mapExtra, MapDefinition.fieldsOf(type, flags, btf, valueType), inner, initial));
        }

        /** {@code __array(values, struct { … })} declares {@code struct { … } *values[]}. */
        private Optional<MapDefinition> inner(BtfType.Member member) throws BpfLoadException {
            if (btf.resolve(member.type()) instanceof BtfType.Array array
                    && btf.resolve(array.elementType()) instanceof BtfType.Pointer pointer
                    && btf.resolve(pointer.type()) instanceof BtfType.Struct struct) {
                if (map.endsWith(INNER)) {
                    throw bad(map, "maps of maps nest deeper than two levels", "Linux allows one level of inner maps.");
                }
                return Optional.of(attributes(map + INNER, struct).definition());
            }
            return Optional.empty();
        }

        /** {@code __uint(name, n)} declares {@code int (*name)[n]}. */
        private int number(BtfType.Member member) throws BpfLoadException {
            if (btf.resolve(member.type()) instanceof BtfType.Pointer pointer
                    && btf.resolve(pointer.type()) instanceof BtfType.Array array) {
                return array.count();
            }
            // __ulong(name, n) declares an enum with one value.
            if (btf.resolve(member.type()) instanceof BtfType.Enum enumeration
                    && enumeration.values().size() == 1) {
                return (int) enumeration.values().get(0).value();
            }
            throw bad(
                    map,
                    "the map's attribute " + member.name() + " is not declared with __uint()",
                    "Write __uint(" + member.name() + ", …), as bpf/bpf_helpers.h defines it; plain initialisers are "
                            + "refused by libbpf too.");
        }

        /** {@code __type(name, T)} declares {@code T *name}. */
        private int pointee(BtfType.Member member) throws BpfLoadException {
            if (btf.resolve(member.type()) instanceof BtfType.Pointer pointer) {
                return pointer.type();
            }
            throw bad(
                    map,
                    "the map's attribute " + member.name() + " is not declared with __type()",
                    "Write __type(" + member.name() + ", …).");
        }

        private int bytes(BtfType.Member member, int type) throws BpfLoadException {
            long bytes = btf.bytes(type).orElse(-1L);
            if (bytes < 0 || bytes > Integer.MAX_VALUE) {
                throw bad(map, "the type of the map's " + member.name() + " has no size", "Define the type.");
            }
            return (int) bytes;
        }
    }

    private BpfLoadException bad(String map, String reason, String remedy) {
        return new BpfLoadException(
                SourceLocation.of(elf.name(), map.isEmpty() ? SECTION : SECTION + "/" + map), reason, remedy);
    }
}
