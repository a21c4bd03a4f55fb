package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfSymbol;

/** Finds the externs that the loader fills in from the kernel's configuration and gives each its place. */
final class KconfigReader {
    static final String SECTION = ".kconfig";

    private final ElfObject elf;
    private final Btf btf;

    KconfigReader(ElfObject elf, Btf btf) {
        this.elf = elf;
        this.btf = btf;
    }

    List<KconfigVariable> read() throws BpfLoadException {
        List<KconfigVariable> variables = new ArrayList<>();
        for (BtfType type : btf.types()) {
            if (type instanceof BtfType.DataSection section && section.name().equals(SECTION)) {
                for (BtfType.Entry entry : section.entries()) {
                    variables.add(variable(entry.variable(), bytes(variables)));
                }
            }
        }
        return variables;
    }

    static int bytes(List<KconfigVariable> variables) {
        if (variables.isEmpty()) {
            return 0;
        }
        KconfigVariable last = variables.get(variables.size() - 1);
        return (last.offset() + last.bytes() + 7) / 8 * 8;
    }

    private KconfigVariable variable(int type, int offset) throws BpfLoadException {
        if (!(btf.type(type) instanceof BtfType.Variable variable)) {
            throw new BpfLoadException(
                    SourceLocation.of(elf.name(), SECTION),
                    "BTF type " + type + " is in it and is no variable",
                    "The object is damaged: build it again with clang -g -target bpf.");
        }
        long bytes = btf.bytes(variable.type()).orElse(0L);
        if (bytes < 1 || bytes > 8 || btf.resolve(variable.type()) instanceof BtfType.Array) {
            throw new BpfLoadException(
                    SourceLocation.of(elf.name(), SECTION),
                    variable.name() + " is not an integer",
                    "bpfsim knows integer and boolean configuration values: declare it as such.");
        }
        boolean weak = elf.symbols().stream()
                .anyMatch(s -> s.name().equals(variable.name()) && s.binding() == ElfSymbol.Binding.WEAK);
        return new KconfigVariable(variable.name(), (int) bytes, offset, weak);
    }
}
