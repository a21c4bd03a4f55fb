package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.BtfExt;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfRelocation;
import org.bpfsim.bpf.elf.ElfSection;
import org.bpfsim.bpf.elf.ElfSymbol;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;

/**
 * Cuts executable sections into functions and finds what their instructions refer to.
 *
 * <p>A function is a FUNC symbol. Objects that old compilers wrote have only NOTYPE symbols: there a section is one
 * program, as the loaders of that time took it.
 */
final class CodeReader {
    private static final String TEXT = ".text";

    private final ElfObject elf;
    private final BtfExt ext;
    private final ReferenceReader references;

    CodeReader(ElfObject elf, BtfExt ext, List<MapDefinition> maps, List<KconfigVariable> kconfig) {
        this.elf = elf;
        this.ext = ext;
        this.references = new ReferenceReader(elf, maps, kconfig);
    }

    /** All functions in the order of sections and offsets. */
    Map<BpfFunction.Id, BpfFunction> functions() throws BpfLoadException {
        Map<BpfFunction.Id, BpfFunction> functions = new LinkedHashMap<>();
        for (ElfSection section : elf.sections()) {
            if (section.executable() && section.type() == ElfSection.SHT_PROGBITS && section.bytes() > 0) {
                if (section.bytes() % 8 != 0) {
                    throw bad(section, "its code is not a whole number of instructions");
                }
                byte[] contents = section.contents();
                for (Extent extent : extents(section)) {
                    BpfFunction function = function(section, contents, extent);
                    functions.put(function.id(), function);
                }
            }
        }
        for (BpfFunction function : functions.values()) {
            for (Reference reference : function.references().values()) {
                if (reference instanceof Reference.ToFunction to && !functions.containsKey(to.function())) {
                    throw new BpfLoadException(
                            SourceLocation.of(elf.name(), function.toString()),
                            "it calls byte " + to.function().offset() + " of section "
                                    + to.function().section() + ", where no function begins",
                            "The object is damaged: build it again.");
                }
            }
        }
        return functions;
    }

    /** Functions outside {@code .text}: what can be attached. */
    List<BpfFunction> programs(Map<BpfFunction.Id, BpfFunction> functions) throws BpfLoadException {
        List<BpfFunction> programs = new ArrayList<>();
        for (BpfFunction function : functions.values()) {
            if (!function.section().equals(TEXT)) {
                if (!function.global()) {
                    throw new BpfLoadException(
                            SourceLocation.of(elf.name(), function.toString()),
                            "a static function cannot be a program",
                            "Remove static, or the SEC() before it.");
                }
                programs.add(function);
            }
        }
        return programs;
    }

    private record Extent(String name, int offset, int bytes, boolean global) {}

    private List<Extent> extents(ElfSection section) throws BpfLoadException {
        List<ElfSymbol> symbols = elf.symbols().stream()
                .filter(s -> s.section() == section.index() && s.type() == ElfSymbol.Type.FUNC)
                .sorted(Comparator.comparingLong(ElfSymbol::value))
                .toList();
        List<Extent> extents = new ArrayList<>();
        if (symbols.isEmpty()) {
            extents.add(new Extent(untypedName(section), 0, section.bytes(), true));
            return extents;
        }
        long end = 0;
        for (ElfSymbol symbol : symbols) {
            long offset = symbol.value();
            if (offset < end
                    || offset % 8 != 0
                    || symbol.size() <= 0
                    || symbol.size() % 8 != 0
                    || symbol.size() > section.bytes() - offset) {
                throw bad(
                        section,
                        "function " + symbol.name() + " is said to occupy " + symbol.size() + " bytes at " + offset
                                + ", which overlaps another or leaves the section");
            }
            end = offset + symbol.size();
            extents.add(new Extent(
                    symbol.name(), (int) offset, (int) symbol.size(), symbol.binding() != ElfSymbol.Binding.LOCAL));
        }
        return extents;
    }

    private String untypedName(ElfSection section) {
        return elf.symbols().stream()
                .filter(s -> s.section() == section.index()
                        && s.value() == 0
                        && s.type() == ElfSymbol.Type.NOTYPE
                        && s.binding() == ElfSymbol.Binding.GLOBAL)
                .map(ElfSymbol::name)
                .findFirst()
                .orElse(section.name());
    }

    private BpfFunction function(ElfSection section, byte[] contents, Extent extent) throws BpfLoadException {
        BpfFunction.Id id = new BpfFunction.Id(section.name(), section.index(), extent.offset);
        SourceLocation here = SourceLocation.of(elf.name(), section.name() + ": " + extent.name);
        List<Instruction> code;
        try {
            code = Code.decode(Arrays.copyOfRange(contents, extent.offset, extent.offset + extent.bytes));
        } catch (IllegalArgumentException e) {
            throw new BpfLoadException(here, e.getMessage(), "The object is damaged: build it again.");
        }
        Map<Integer, ElfRelocation> relocations = new LinkedHashMap<>();
        for (ElfRelocation relocation : elf.relocations(section)) {
            if (relocation.offset() >= extent.offset && relocation.offset() < extent.offset + extent.bytes) {
                relocations.put(relocation.offset() - extent.offset, relocation);
            }
        }
        Map<Integer, Reference> found = new LinkedHashMap<>();
        int slot = 0;
        for (Instruction insn : code) {
            ElfRelocation relocation = relocations.remove(8 * slot);
            if (relocation != null) {
                found.put(slot, references.read(relocation, insn, here));
            } else if (insn.isLocalCall() || insn.isFunctionAddress()) {
                // Within one section the compiler resolves calls itself.
                int target = extent.offset + 8 * (slot + 1 + (int) insn.immediate());
                found.put(slot, new Reference.ToFunction(new BpfFunction.Id(section.name(), section.index(), target)));
            }
            slot += insn.slots();
        }
        if (!relocations.isEmpty()) {
            throw new BpfLoadException(
                    here,
                    "a relocation is for byte "
                            + relocations.keySet().iterator().next() + ", where no instruction begins",
                    "The object is damaged: build it again.");
        }
        return new BpfFunction(
                id,
                extent.name,
                extent.global,
                code,
                found,
                within(ext.lines(section.name()), extent),
                ext.coreRelocations(section.name()).stream()
                        .filter(r -> r.offset() >= extent.offset && r.offset() < extent.offset + extent.bytes)
                        .toList());
    }

    private static List<BtfExt.LineInfo> within(List<BtfExt.LineInfo> lines, Extent extent) {
        return lines.stream()
                .filter(l -> l.offset() >= extent.offset && l.offset() < extent.offset + extent.bytes)
                .toList();
    }

    private BpfLoadException bad(ElfSection section, String reason) {
        return new BpfLoadException(
                SourceLocation.of(elf.name(), section.name()), reason, "The object is damaged: build it again.");
    }
}
