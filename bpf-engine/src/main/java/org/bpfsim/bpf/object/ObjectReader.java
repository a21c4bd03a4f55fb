package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfExt;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfSection;

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
            btf = Btf.parse(types, elf.name());
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
