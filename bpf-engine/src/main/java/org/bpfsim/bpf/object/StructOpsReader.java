package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfRelocation;
import org.bpfsim.bpf.elf.ElfSection;
import org.bpfsim.bpf.elf.ElfSymbol;

/** Reads {@code .struct_ops} and {@code .struct_ops.link}: variables whose function members are relocated to programs. */
final class StructOpsReader {
    private final ElfObject elf;
    private final Btf btf;
    private final List<BpfFunction> programs;

    StructOpsReader(ElfObject elf, Btf btf, List<BpfFunction> programs) {
        this.elf = elf;
        this.btf = btf;
        this.programs = programs;
    }

    List<StructOpsDefinition> read() throws BpfLoadException {
        List<StructOpsDefinition> definitions = new ArrayList<>();
        for (BtfType type : btf.types()) {
            if (type instanceof BtfType.DataSection data && isStructOps(data.name())) {
                ElfSection section = elf.section(data.name())
                        .filter(s -> s.type() == ElfSection.SHT_PROGBITS)
                        .orElseThrow(() -> bad(data.name(), "BTF describes it and it is not there"));
                for (BtfType.Entry entry : data.entries()) {
                    definitions.add(definition(section, entry));
                }
            }
        }
        return definitions;
    }

    private static boolean isStructOps(String section) {
        String name = section.startsWith("?") ? section.substring(1) : section;
        return name.equals(".struct_ops") || name.equals(".struct_ops.link");
    }

    private StructOpsDefinition definition(ElfSection section, BtfType.Entry entry) throws BpfLoadException {
        if (!(btf.type(entry.variable()) instanceof BtfType.Variable variable)
                || !(btf.resolve(variable.type()) instanceof BtfType.Struct struct)) {
            throw bad(section.name(), "BTF type " + entry.variable() + " is in it and is no struct variable");
        }
        String where = section.name() + "/" + variable.name();
        ElfSymbol symbol = elf.symbols().stream()
                .filter(s -> s.section() == section.index() && s.name().equals(variable.name()))
                .findFirst()
                .orElseThrow(() -> bad(where, "the variable has no symbol"));
        if (symbol.value() < 0 || symbol.value() > section.bytes() - struct.bytes()) {
            throw bad(where, "the variable leaves its section");
        }
        int base = (int) symbol.value();
        byte[] contents = section.contents();
        Map<Integer, ElfSymbol> targets = new HashMap<>();
        for (ElfRelocation relocation : elf.relocations(section)) {
            targets.put(relocation.offset(), relocation.symbol());
        }

        Map<String, String> functions = new LinkedHashMap<>();
        Map<String, byte[]> data = new LinkedHashMap<>();
        for (BtfType.Member member : struct.members()) {
            int offset = base + member.bitOffset() / 8;
            if (isFunctionPointer(member)) {
                ElfSymbol target = targets.get(offset);
                if (target != null) {
                    functions.put(member.name(), program(where, member.name(), target));
                }
            } else if (member.bitfieldWidth() == 0) {
                int bytes = btf.bytes(member.type()).orElse(0L).intValue();
                if (bytes < 0 || bytes > contents.length - offset) {
                    throw bad(where, "member " + member.name() + " leaves its section");
                }
                data.put(member.name(), Arrays.copyOfRange(contents, offset, offset + bytes));
            }
        }
        return new StructOpsDefinition(
                variable.name(), struct.name(), section.name().endsWith(".link"), functions, data);
    }

    private boolean isFunctionPointer(BtfType.Member member) {
        return btf.resolve(member.type()) instanceof BtfType.Pointer pointer
                && btf.resolve(pointer.type()) instanceof BtfType.Prototype;
    }

    private String program(String where, String member, ElfSymbol target) throws BpfLoadException {
        return programs.stream()
                .filter(p -> p.id().sectionIndex() == target.section() && p.id().offset() == target.value())
                .map(BpfFunction::name)
                .findFirst()
                .orElseThrow(() -> new BpfLoadException(
                        SourceLocation.of(elf.name(), where),
                        "member " + member + " is set to " + target.name() + ", which is not a program of this object",
                        "Define it in SEC(\"struct_ops\")."));
    }

    private BpfLoadException bad(String where, String reason) {
        return new BpfLoadException(
                SourceLocation.of(elf.name(), where), reason, "The object is damaged: build it again with clang -g.");
    }
}
