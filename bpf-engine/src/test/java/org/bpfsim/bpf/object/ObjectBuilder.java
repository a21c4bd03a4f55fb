package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.isa.Instruction;

/** Objects without an ELF file: for programs that tests make up. */
public final class ObjectBuilder {
    private final String name;
    private final Btf btf;
    private final List<MapDefinition> maps = new ArrayList<>();
    private final Map<BpfFunction.Id, BpfFunction> functions = new LinkedHashMap<>();
    private final List<BpfFunction> programs = new ArrayList<>();

    public ObjectBuilder(String name, Btf btf) {
        this.name = name;
        this.btf = btf;
    }

    public ObjectBuilder maps(List<MapDefinition> definitions) {
        maps.addAll(definitions);
        return this;
    }

    /** A function; those outside {@code .text} are programs. */
    public ObjectBuilder function(
            BpfFunction.Id id, String functionName, List<Instruction> code, Map<Integer, Reference> references) {
        boolean entry = !id.section().equals(".text");
        BpfFunction function = new BpfFunction(id, functionName, entry, code, references, List.of(), List.of());
        functions.put(id, function);
        if (entry) {
            programs.add(function);
        }
        return this;
    }

    public BpfObject build() {
        return new BpfObject(name, "GPL", btf, functions, programs, maps, List.of(), List.of());
    }

    /** The same object with other code in one function. */
    public static BpfObject withCode(
            BpfObject object, BpfFunction old, List<Instruction> code, Map<Integer, Reference> references) {
        BpfFunction changed =
                new BpfFunction(old.id(), old.name(), old.global(), code, references, List.of(), old.coreRelocations());
        Map<BpfFunction.Id, BpfFunction> all = new LinkedHashMap<>(object.functions());
        all.put(old.id(), changed);
        List<BpfFunction> entries = object.programs().stream()
                .map(p -> p.id().equals(old.id()) ? changed : p)
                .toList();
        return new BpfObject(
                object.name(),
                object.license(),
                object.btf(),
                all,
                entries,
                object.maps(),
                object.structOps(),
                object.kconfig());
    }

    /** The same object with other struct_ops maps. */
    public static BpfObject withStructOps(BpfObject object, List<StructOpsDefinition> structOps) {
        return new BpfObject(
                object.name(),
                object.license(),
                object.btf(),
                object.functions(),
                object.programs(),
                object.maps(),
                structOps,
                object.kconfig());
    }
}
