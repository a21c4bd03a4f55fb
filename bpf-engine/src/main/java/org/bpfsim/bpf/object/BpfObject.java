package org.bpfsim.bpf.object;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.elf.ElfObject;

/** What an ELF object contains by libbpf's conventions. Knows no kernel; immutable. */
public final class BpfObject {
    private final String name;
    private final String license;
    private final Btf btf;
    private final Map<BpfFunction.Id, BpfFunction> functions;
    private final List<BpfFunction> programs;
    private final List<MapDefinition> maps;
    private final List<StructOpsDefinition> structOps;
    private final List<KconfigVariable> kconfig;

    BpfObject(
            String name,
            String license,
            Btf btf,
            Map<BpfFunction.Id, BpfFunction> functions,
            List<BpfFunction> programs,
            List<MapDefinition> maps,
            List<StructOpsDefinition> structOps,
            List<KconfigVariable> kconfig) {
        this.name = name;
        this.license = license;
        this.btf = btf;
        this.functions = Collections.unmodifiableMap(functions);
        this.programs = List.copyOf(programs);
        this.maps = List.copyOf(maps);
        this.structOps = List.copyOf(structOps);
        this.kconfig = List.copyOf(kconfig);
    }

    /**
     * Finds programs, maps, global data and struct_ops in an object.
     *
     * @throws BpfLoadException if the object contradicts itself or the conventions
     */
    public static BpfObject open(ElfObject elf) throws BpfLoadException {
        return new ObjectReader(elf).read();
    }

    /** Reads an ELF file and opens it. */
    public static BpfObject open(byte[] bytes, String name) throws BpfLoadException {
        return open(ElfObject.parse(bytes, name));
    }

    public String name() {
        return name;
    }

    /** The text of the {@code license} section; empty if there is none. */
    public String license() {
        return license;
    }

    public Btf btf() {
        return btf;
    }

    /** All functions, programs too, by place. */
    public Map<BpfFunction.Id, BpfFunction> functions() {
        return functions;
    }

    /** Entry functions in the order of the object: those outside {@code .text}. */
    public List<BpfFunction> programs() {
        return programs;
    }

    public Optional<BpfFunction> program(String programName) {
        return programs.stream().filter(p -> p.name().equals(programName)).findFirst();
    }

    /** Maps and global data, in the order of the object. */
    public List<MapDefinition> maps() {
        return maps;
    }

    public List<StructOpsDefinition> structOps() {
        return structOps;
    }

    public List<KconfigVariable> kconfig() {
        return kconfig;
    }
}
