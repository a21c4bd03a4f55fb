package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfExt.CoreRelocation;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.core.CoreRelocator;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.link.LinkedProgram;
import org.bpfsim.bpf.link.Linker;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.KconfigVariable;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.object.Reference;
import org.bpfsim.bpf.object.StructOpsDefinition;

/** Prepares an object's programs for the verifier: links, relocates against a kernel's types, names what they refer to. */
public final class VerifierInputs {
    /** Linux: BPF_OBJ_NAME_LEN less the terminating zero. */
    private static final int MAP_NAME_LENGTH = 15;

    private final BpfObject object;
    private final VerifierKernel kernel;
    private final Map<String, MapSpec> maps = new LinkedHashMap<>();
    private final CoreRelocator core;

    public VerifierInputs(BpfObject object, VerifierKernel kernel) {
        this.object = object;
        this.kernel = kernel;
        this.core = new CoreRelocator(object.btf(), kernel.types());
        for (MapDefinition m : object.maps()) {
            maps.put(m.name(), spec(m, kernel.kconfig()));
        }
    }

    private MapSpec spec(MapDefinition m, Map<String, Long> kconfig) {
        int valueType = m.valueType();
        if (m.isGlobalData()) {
            valueType = object.btf().find(BtfType.DataSection.class, m.name()).orElse(0);
        }
        Optional<byte[]> constants = m.readOnly() ? m.data().map(byte[]::clone) : Optional.empty();
        if (constants.isPresent() && m.name().equals(".kconfig")) {
            for (KconfigVariable k : object.kconfig()) {
                LittleEndian.put(constants.get(), k.offset(), k.bytes(), kconfig.getOrDefault(k.name(), 0L));
            }
        }
        return new MapSpec(
                name(m.name()),
                m.name(),
                m.type(),
                m.keyBytes(),
                m.valueBytes(),
                m.maxEntries(),
                m.flags() | (m.readOnly() ? MapSpec.F_RDONLY_PROG : 0),
                object.btf(),
                m.keyType(),
                valueType,
                constants,
                inner(m));
    }

    /** As libbpf names it: data begins with the object's name, and Linux keeps 15 characters. */
    private String name(String map) {
        String file = object.name().substring(object.name().lastIndexOf('/') + 1);
        String stem = file.contains(".") ? file.substring(0, file.indexOf('.')) : file;
        boolean data = Set.of(".rodata", ".data", ".bss", ".kconfig").contains(map);
        String full = data ? stem.substring(0, Math.min(8, stem.length())) + map : map;
        return full.substring(0, Math.min(MAP_NAME_LENGTH, full.length()));
    }

    /** {@code values} of a map of maps points to the definition of what it holds. */
    private Optional<MapSpec> inner(MapDefinition m) {
        if (m.type() != MapType.ARRAY_OF_MAPS && m.type() != MapType.HASH_OF_MAPS) {
            return Optional.empty();
        }
        Btf btf = object.btf();
        for (BtfType t : btf.types()) {
            if (t instanceof BtfType.Variable variable
                    && variable.name().equals(m.name())
                    && btf.resolve(variable.type()) instanceof BtfType.Struct s) {
                for (BtfType.Member member : s.members()) {
                    if (member.name().equals("values")
                            && btf.resolve(member.type()) instanceof BtfType.Array a
                            && btf.resolve(a.elementType()) instanceof BtfType.Pointer p
                            && btf.resolve(p.type()) instanceof BtfType.Struct inner) {
                        return Optional.of(innerSpec(btf, m.name() + ".inner", inner));
                    }
                }
            }
        }
        return Optional.of(new MapSpec(
                m.name() + ".inner", MapType.ARRAY, 4, 4, 1, 0, btf, 0, 0, Optional.empty(), Optional.empty()));
    }

    private static MapSpec innerSpec(Btf btf, String name, BtfType.Struct s) {
        Map<String, Integer> numbers = new HashMap<>();
        Map<String, Integer> types = new HashMap<>();
        for (BtfType.Member member : s.members()) {
            if (btf.resolve(member.type()) instanceof BtfType.Pointer p) {
                if (btf.resolve(p.type()) instanceof BtfType.Array a
                        && !member.name().equals("value")) {
                    numbers.put(member.name(), a.count());
                } else {
                    types.put(member.name(), p.type());
                }
            }
        }
        int key = types.containsKey("key")
                ? btf.bytes(types.get("key")).orElse(4L).intValue()
                : numbers.getOrDefault("key_size", 4);
        int value = types.containsKey("value")
                ? btf.bytes(types.get("value")).orElse(4L).intValue()
                : numbers.getOrDefault("value_size", 4);
        return new MapSpec(
                name,
                MapType.of(numbers.getOrDefault("type", 2)).orElse(MapType.ARRAY),
                key,
                value,
                numbers.getOrDefault("max_entries", 1),
                numbers.getOrDefault("map_flags", 0),
                btf,
                types.getOrDefault("key", 0),
                types.getOrDefault("value", 0),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * A function that the object declares and does not define.
     *
     * @param errno what libbpf refuses the whole object with
     * @param missing whether another kernel may have it
     */
    public record Extern(String name, int errno, boolean missing, String message) {}

    /** The first extern function that libbpf would refuse the whole object for. */
    public Optional<Extern> missing() {
        for (BpfFunction f : object.functions().values()) {
            for (Reference r : f.references().values()) {
                if (r instanceof Reference.ToKfunc k && !k.weak()) {
                    if (object.btf().find(BtfType.Func.class, k.name()).isEmpty()) {
                        return Optional.of(new Extern(
                                k.name(), Errno.ENOENT, false, "failed to find BTF for extern '" + k.name() + "'"));
                    }
                    if (!existsForAny(k.name())) {
                        return Optional.of(new Extern(
                                k.name(),
                                Errno.EINVAL,
                                KfuncContract.of(k.name()).isPresent(),
                                "extern (func ksym) '" + k.name() + "': not found in the kernel"));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a program is for struct_ops and no struct_ops map of the object refers to it: libbpf does not load it. */
    public boolean isUnused(BpfFunction program) {
        return SectionName.of(program.section()).family().equals("struct_ops")
                && structOpsMember(program.name()).isEmpty();
    }

    /** The struct_ops member that a program implements, as {@code tcp_congestion_ops/init}; empty if none. */
    public String structOpsMember(String program) {
        for (StructOpsDefinition d : object.structOps()) {
            for (Map.Entry<String, String> e : d.functions().entrySet()) {
                if (e.getValue().equals(program)) {
                    return CoreRelocator.essentialName(d.type()) + "/" + e.getKey();
                }
            }
        }
        return "";
    }

    /**
     * One program with the family and hook that its section names.
     *
     * @throws BpfLoadException if it is too large
     */
    public VerifierInput program(BpfFunction entry, Set<VerifierInput.Flag> flags) throws BpfLoadException {
        return program(Linker.link(object, entry), flags);
    }

    /** One linked program with the family and hook that its section names. */
    public VerifierInput program(LinkedProgram linked, Set<VerifierInput.Flag> flags) {
        SectionName section = SectionName.of(linked.entry().section());
        String attach = section.family().equals("struct_ops")
                ? structOpsMember(linked.entry().name())
                : section.attach();
        return program(linked, section.family(), attach, flags, section.sleepable());
    }

    /** One linked program as a program of a family. */
    public VerifierInput program(
            LinkedProgram linked, String family, String attach, Set<VerifierInput.Flag> flags, boolean sleepable) {
        VerifierKernel.Family rights = kernel.family(family);
        Instruction[] code = linked.code();
        Map<Integer, VerifierInput.Operand> operands = new LinkedHashMap<>();
        for (LinkedProgram.Part part : linked.parts()) {
            for (CoreRelocation relocation : part.function().coreRelocations()) {
                relocate(part, relocation, code, operands);
            }
        }
        linked.references().forEach((slot, reference) -> {
            operands.put(slot, operand(reference, rights));
            if (reference instanceof Reference.ToKfunc) {
                code[slot] = code[slot].withSource(Opcode.PSEUDO_KFUNC_CALL);
            }
        });
        List<VerifierInput.Subprogram> subprograms = new ArrayList<>();
        for (LinkedProgram.Part part : linked.parts()) {
            BpfFunction f = part.function();
            Optional<Integer> btf = object.btf().find(BtfType.Func.class, f.name());
            subprograms.add(new VerifierInput.Subprogram(f.name(), part.start(), f.global(), btf.orElse(0)));
        }
        Set<VerifierInput.Flag> all = new LinkedHashSet<>(flags);
        if (sleepable) {
            all.add(VerifierInput.Flag.SLEEPABLE);
        }
        return new VerifierInput(
                linked.entry().name(),
                family,
                attach,
                Arrays.stream(code).filter(Objects::nonNull).toList(),
                subprograms,
                operands,
                isGpl(object.license()),
                all,
                kernel.types(),
                rights,
                object.btf(),
                linked::line);
    }

    /** Licences that Linux takes for compatible (include/linux/license.h). */
    public static boolean isGpl(String license) {
        return Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL")
                .contains(license);
    }

    private void relocate(
            LinkedProgram.Part part,
            CoreRelocation relocation,
            Instruction[] code,
            Map<Integer, VerifierInput.Operand> operands) {
        int slot = part.start() + (relocation.offset() - part.function().id().offset()) / 8;
        if (slot < part.start() || slot >= part.end() || code[slot] == null) {
            operands.put(part.start(), new VerifierInput.Operand.Unresolved("a relocation is for no instruction"));
            return;
        }
        CoreRelocator.Answer answer = core.resolve(relocation);
        if (answer.refusal().isPresent()) {
            operands.put(
                    answer.isError() ? part.start() : slot,
                    new VerifierInput.Operand.Unresolved(answer.refusal().get()));
            return;
        }
        try {
            code[slot] = CoreRelocator.apply(code[slot], answer);
        } catch (IllegalArgumentException e) {
            operands.put(slot, new VerifierInput.Operand.Unresolved(e.getMessage()));
        }
    }

    private VerifierInput.Operand operand(Reference reference, VerifierKernel.Family rights) {
        if (reference instanceof Reference.ToMap to) {
            return new VerifierInput.Operand.OfMap(maps.get(to.map()));
        } else if (reference instanceof Reference.ToData to) {
            return new VerifierInput.Operand.OfMapValue(maps.get(to.map()), to.offset());
        } else if (reference instanceof Reference.ToKfunc to) {
            return new VerifierInput.Operand.OfKfunc(to.name(), exists(to.name(), rights));
        }
        Reference.ToKernelSymbol to = (Reference.ToKernelSymbol) reference;
        Optional<Integer> variable = kernel.types().find(BtfType.Variable.class, to.name());
        int type = variable.map(id -> ((BtfType.Variable) kernel.types().type(id)).type())
                .orElse(0);
        return new VerifierInput.Operand.OfKernelSymbol(
                to.name(), type, variable.isPresent() || exists(to.name(), rights));
    }

    private boolean exists(String function, VerifierKernel.Family rights) {
        return rights.kfuncs().contains(function)
                || kernel.types().find(BtfType.Func.class, function).isPresent();
    }

    private boolean existsForAny(String function) {
        return exists(function, VerifierKernel.Family.NONE)
                || kernel.families().values().stream().anyMatch(f -> f.kfuncs().contains(function));
    }
}
