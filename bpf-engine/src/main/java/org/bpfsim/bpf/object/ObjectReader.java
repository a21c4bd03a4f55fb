package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfExt;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfSection;
import org.bpfsim.bpf.elf.ElfSymbol;

/** Reads an object section by section; each kind of section has its own reader. */
final class ObjectReader {
    private final ElfObject elf;

    ObjectReader(ElfObject elf) {
        this.elf = elf;
    }

    BpfObject read() throws BpfLoadException {
        Btf btf = Btf.empty();
        BtfExt ext = BtfExt.empty();
        Optional<ElfSection> btfSection = elf.section(".BTF").filter(s -> s.bytes() > 0);
        if (btfSection.isPresent()) {
            byte[] types = btfSection.get().contents();
            btf = placed(Btf.parse(types, elf.name()));
            Optional<ElfSection> extSection = elf.section(".BTF.ext").filter(s -> s.bytes() > 0);
            if (extSection.isPresent()) {
                ext = BtfExt.parse(extSection.get().contents(), types, btf, elf.name());
            }
        }

        List<KconfigVariable> kconfig = new KconfigReader(elf, btf).read();
        List<MapDefinition> maps = new ArrayList<>();
        maps.addAll(new LegacyMapReader(elf).read());
        maps.addAll(new BtfMapReader(elf, btf).read());
        maps.addAll(globalData());
        if (!kconfig.isEmpty()) {
            maps.add(MapDefinition.globalData(KconfigReader.SECTION, new byte[KconfigReader.bytes(kconfig)], true));
        }
        checkNames(maps);

        CodeReader code = new CodeReader(elf, ext, maps, kconfig);
        Map<BpfFunction.Id, BpfFunction> functions = code.functions();
        List<BpfFunction> programs = code.programs(functions);
        List<StructOpsDefinition> structOps = new StructOpsReader(elf, btf, programs).read();
        return new BpfObject(elf.name(), elf.license(), btf, functions, programs, maps, structOps, kconfig);
    }

    /**
     * BTF leaves open where global variables lie and how long their sections are: the symbols know it (Linux 6.12:
     * btf_fixup_datasec() in tools/lib/bpf/libbpf.c).
     */
    private Btf placed(Btf btf) {
        List<BtfType> types = new ArrayList<>(btf.types());
        for (int id = 0; id < types.size(); id++) {
            if (types.get(id) instanceof BtfType.DataSection data) {
                Optional<ElfSection> section = elf.section(data.name()).filter(ObjectReader::isGlobalData);
                if (section.isPresent()) {
                    types.set(id, placed(btf, data, section.get()));
                }
            }
        }
        return new Btf(types);
    }

    private BtfType.DataSection placed(Btf btf, BtfType.DataSection data, ElfSection section) {
        Map<String, Integer> offsets = new LinkedHashMap<>();
        for (ElfSymbol symbol : elf.symbols()) {
            boolean inside = symbol.value() >= 0 && symbol.value() <= section.bytes();
            if (symbol.section() == section.index() && inside && !symbol.name().isEmpty()) {
                offsets.putIfAbsent(symbol.name(), (int) symbol.value());
            }
        }
        List<BtfType.Entry> entries = data.entries().stream()
                .map(e -> new BtfType.Entry(
                        e.variable(),
                        btf.has(e.variable())
                                ? offsets.getOrDefault(btf.type(e.variable()).name(), e.offset())
                                : e.offset(),
                        e.bytes()))
                .sorted(Comparator.comparingInt(BtfType.Entry::offset))
                .toList();
        return new BtfType.DataSection(data.name(), section.bytes(), entries);
    }

    private List<MapDefinition> globalData() {
        List<MapDefinition> data = new ArrayList<>();
        for (ElfSection section : elf.sections()) {
            if (isGlobalData(section) && section.bytes() > 0) {
                data.add(MapDefinition.globalData(
                        section.name(), section.contents(), section.name().startsWith(".rodata")));
            }
        }
        return data;
    }

    /** By libbpf's convention a data section is known by its name. */
    static boolean isGlobalData(ElfSection section) {
        String name = section.name();
        return section.allocated()
                && !section.executable()
                && (is(name, ".rodata") || is(name, ".data") || is(name, ".bss"));
    }

    private static boolean is(String name, String prefix) {
        return name.equals(prefix) || name.startsWith(prefix + ".");
    }

    private void checkNames(List<MapDefinition> maps) throws BpfLoadException {
        Map<String, MapDefinition> byName = new LinkedHashMap<>();
        for (MapDefinition map : maps) {
            if (byName.put(map.name(), map) != null) {
                throw new BpfLoadException(
                        SourceLocation.of(elf.name(), map.name()),
                        "two maps or data sections have this name",
                        "Link or compile the object again so that each is there once.");
            }
        }
    }
}
