package org.bpfsim.bpf.object;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfRelocation;
import org.bpfsim.bpf.elf.ElfSection;
import org.bpfsim.bpf.elf.ElfSymbol;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Finds out what the symbol of an instruction's relocation stands for. */
final class ReferenceReader {
    private final ElfObject elf;
    private final Map<String, MapDefinition> maps = new HashMap<>();
    private final Map<String, KconfigVariable> kconfig = new HashMap<>();

    ReferenceReader(ElfObject elf, List<MapDefinition> maps, List<KconfigVariable> kconfig) {
        this.elf = elf;
        maps.forEach(m -> this.maps.put(m.name(), m));
        kconfig.forEach(k -> this.kconfig.put(k.name(), k));
    }

    Reference read(ElfRelocation relocation, Instruction insn, SourceLocation here) throws BpfLoadException {
        ElfSymbol symbol = relocation.symbol();
        if (insn.opcode() == Opcode.CALL) {
            return call(symbol, insn, here);
        } else if (insn.opcode() == Opcode.LD_IMM64) {
            return address(symbol, insn, here);
        }
        throw bad(here, "instruction '" + insn + "' is to be relocated against " + named(symbol), "Build it again.");
    }

    private Reference call(ElfSymbol symbol, Instruction insn, SourceLocation here) throws BpfLoadException {
        if (symbol.undefined()) {
            return new Reference.ToKfunc(symbol.name(), symbol.binding() == ElfSymbol.Binding.WEAK);
        }
        ElfSection section =
                elf.sectionOf(symbol).filter(ElfSection::executable).orElse(null);
        if (section == null) {
            throw bad(here, "it calls " + named(symbol) + ", which is not code", "Build it again.");
        }
        return function(section, symbol.value() + 8 * (insn.immediate() + 1));
    }

    private Reference address(ElfSymbol symbol, Instruction insn, SourceLocation here) throws BpfLoadException {
        boolean weak = symbol.binding() == ElfSymbol.Binding.WEAK;
        if (symbol.undefined()) {
            KconfigVariable variable = kconfig.get(symbol.name());
            return variable != null
                    ? new Reference.ToData(KconfigReader.SECTION, variable.offset())
                    : new Reference.ToKernelSymbol(symbol.name(), weak);
        }
        Optional<ElfSection> section = elf.sectionOf(symbol);
        if (section.isEmpty()) {
            throw bad(
                    here,
                    named(symbol) + " is in no section",
                    "Give the variable an initial value, or compile with -fno-common.");
        }
        int addend = (int) insn.immediate();
        String name = section.get().name();
        if (section.get().executable()) {
            return function(section.get(), symbol.value() + addend);
        } else if (name.equals("maps") || name.equals(".maps")) {
            return new Reference.ToMap(map(section.get(), symbol, addend, here));
        } else if (ObjectReader.isGlobalData(section.get())) {
            long offset = symbol.value() + addend;
            // An empty section is no map, so that nothing can lie in it.
            if (offset < 0 || offset > section.get().bytes() || !maps.containsKey(name)) {
                throw bad(here, named(symbol) + " lies outside " + name, "Build it again.");
            }
            return new Reference.ToData(name, (int) offset);
        }
        throw bad(
                here,
                "it uses " + named(symbol) + " in section " + name,
                "libbpf loads data from .rodata*, .data* and .bss*, and maps from maps and .maps: rename the section.");
    }

    private Reference function(ElfSection section, long offset) {
        // An offset outside the section is no function's either; the caller looks it up and says so.
        int at = offset >= 0 && offset < section.bytes() ? (int) offset : -1;
        return new Reference.ToFunction(new BpfFunction.Id(section.name(), section.index(), at));
    }

    /** Old compilers relocate against the section and put the map's offset into the instruction. */
    private String map(ElfSection section, ElfSymbol symbol, int addend, SourceLocation here) throws BpfLoadException {
        if (maps.containsKey(symbol.name()) && symbol.type() != ElfSymbol.Type.SECTION) {
            return symbol.name();
        }
        return elf.symbols().stream()
                .filter(s -> s.section() == section.index()
                        && s.type() != ElfSymbol.Type.SECTION
                        && s.value() == symbol.value() + addend
                        && maps.containsKey(s.name()))
                .map(ElfSymbol::name)
                .findFirst()
                .orElseThrow(() -> bad(here, "it uses " + named(symbol) + ", which is no map", "Build it again."));
    }

    private static String named(ElfSymbol symbol) {
        return symbol.name().isEmpty() ? "symbol " + symbol.index() : symbol.name();
    }

    private static BpfLoadException bad(SourceLocation here, String reason, String remedy) {
        return new BpfLoadException(here, reason, remedy);
    }
}
