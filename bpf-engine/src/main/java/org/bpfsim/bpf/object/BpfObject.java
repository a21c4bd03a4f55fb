package org.bpfsim.bpf.object;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.btf.ValueBytes;
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

    /**
     * The same object with another initial value of a global variable: what assigning to a libbpf skeleton's {@code
     * rodata}, {@code data} or {@code bss} does before the object is loaded. The verifier knows variables of {@code .rodata}
     * by their value.
     *
     * @param value as long as the variable
     * @throws IllegalArgumentException if there is no such variable, or its size is another
     */
    public BpfObject withGlobal(String variable, byte[] value) {
        for (BtfType type : btf.types()) {
            if (type instanceof BtfType.DataSection section) {
                for (BtfType.Entry entry : section.entries()) {
                    if (btf.type(entry.variable()) instanceof BtfType.Variable v
                            && v.name().equals(variable)) {
                        return withGlobal(section.name(), variable, entry, value);
                    }
                }
            }
        }
        throw new IllegalArgumentException(name + " has no global variable " + variable);
    }

    private BpfObject withGlobal(String section, String variable, BtfType.Entry place, byte[] value) {
        if (value.length != place.bytes()) {
            throw new IllegalArgumentException(
                    variable + " of " + name + " has " + place.bytes() + " bytes, not " + value.length);
        }
        List<MapDefinition> changed = new ArrayList<>();
        for (MapDefinition map : maps) {
            if (map.name().equals(section) && map.isGlobalData()) {
                byte[] data = map.data().orElseThrow().clone();
                System.arraycopy(value, 0, data, place.offset(), value.length);
                changed.add(map.withData(data));
            } else {
                changed.add(map);
            }
        }
        return new BpfObject(name, license, btf, functions, programs, changed, structOps, kconfig);
    }

    /**
     * The same object with other initial values of global variables, as users write them.
     *
     * @param values by variable, as {@link ValueBytes#of} takes them
     * @throws IllegalArgumentException if there is no such variable, or a value does not fit; the message names the variable
     */
    public BpfObject withVariables(Map<String, Object> values) {
        BpfObject changed = this;
        for (Map.Entry<String, Object> value : values.entrySet()) {
            changed = changed.withVariable(value.getKey(), value.getValue());
        }
        return changed;
    }

    private BpfObject withVariable(String variable, Object value) {
        List<String> known = new ArrayList<>();
        for (BtfType type : btf.types()) {
            if (!(type instanceof BtfType.DataSection section)
                    || maps.stream().noneMatch(m -> m.isGlobalData() && m.name().equals(section.name()))) {
                continue;
            }
            for (BtfType.Entry entry : section.entries()) {
                String entryName = btf.type(entry.variable()).name();
                known.add(entryName);
                if (entryName.equals(variable) && !section.name().equals(".kconfig")) {
                    return withGlobal(variable, bytes(entry, variable, value));
                }
            }
        }
        throw new IllegalArgumentException("there is no global variable " + variable + "; there are: "
                + (known.isEmpty() ? "none" : String.join(", ", known)));
    }

    private byte[] bytes(BtfType.Entry entry, String variable, Object value) {
        try {
            return ValueBytes.of(btf, entry.variable(), entry.bytes(), value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("variable " + variable + ": " + e.getMessage(), e);
        }
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
