package org.bpfsim.bpf.verifier;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfExt.CoreRelocation;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.core.CoreRelocator;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.KconfigVariable;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.object.Reference;
import org.bpfsim.bpf.object.StructOpsDefinition;

/** Prepares an object's programs for the verifier: links, relocates against a kernel's types, names what they refer to. */
public final class VerifierInputs {
    /** What libbpf puts where a CO-RE relocation has no answer: a call of a helper that does not exist. */
    private static final int POISON = 195_896_080;

    private final BpfObject object;
    private final Btf kernel;
    private final Set<String> kfuncs;
    private final Map<String, MapSpec> maps = new LinkedHashMap<>();
    private final CoreRelocator core;

    /**
     * @param kernel the kernel's types
     * @param kfuncs kernel functions that exist although {@code kernel} does not describe them
     * @param kconfig values of {@code CONFIG_*} and {@code LINUX_KERNEL_VERSION}
     */
    public VerifierInputs(BpfObject object, Btf kernel, Set<String> kfuncs, Map<String, Long> kconfig) {
        this.kfuncs = Set.copyOf(kfuncs);
        this.object = object;
        this.kernel = kernel;
        this.core = new CoreRelocator(object.btf(), kernel);
        for (MapDefinition m : object.maps()) {
            maps.put(m.name(), spec(m, kconfig));
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

    /** Kernel functions that the object needs and this kernel does not have: libbpf refuses the whole object for one. */
    public List<String> missingKfuncs() {
        List<String> missing = new ArrayList<>();
        for (BpfFunction f : object.functions().values()) {
            for (Reference r : f.references().values()) {
                if (r instanceof Reference.ToKfunc k && !k.weak() && !exists(k.name())) {
                    missing.add(k.name());
                }
            }
        }
        return missing;
    }

    /** The struct_ops member that a program implements, as {@code tcp_congestion_ops/init}; empty if none. */
    public String structOpsMember(String program) {
        for (StructOpsDefinition d : object.structOps()) {
            for (Map.Entry<String, String> e : d.functions().entrySet()) {
                if (e.getValue().equals(program)) {
                    return d.type() + "/" + e.getKey();
                }
            }
        }
        return "";
    }

    /** One program with the family and hook that its section names. */
    public VerifierInput program(BpfFunction entry, Set<VerifierInput.Flag> flags) {
        SectionName section = SectionName.of(entry.section());
        String attach = section.family().equals("struct_ops") ? structOpsMember(entry.name()) : section.attach();
        return program(entry, section.family(), attach, flags, section.sleepable());
    }

    /** One program as a program of a family. */
    public VerifierInput program(
            BpfFunction entry, String family, String attach, Set<VerifierInput.Flag> flags, boolean sleepable) {
        Map<BpfFunction.Id, Integer> starts = new LinkedHashMap<>();
        List<BpfFunction> parts = new ArrayList<>();
        Deque<BpfFunction> waiting = new ArrayDeque<>(List.of(entry));
        int slots = 0;
        while (!waiting.isEmpty()) {
            BpfFunction f = waiting.poll();
            if (starts.putIfAbsent(f.id(), slots) == null) {
                parts.add(f);
                slots += f.slots();
                for (Reference r : f.references().values()) {
                    if (r instanceof Reference.ToFunction to) {
                        waiting.add(object.functions().get(to.function()));
                    }
                }
            }
        }
        List<Instruction> code = new ArrayList<>();
        Map<Integer, VerifierInput.Operand> operands = new LinkedHashMap<>();
        List<VerifierInput.Subprogram> subprograms = new ArrayList<>();
        for (BpfFunction f : parts) {
            int start = starts.get(f.id());
            Optional<Integer> btf = object.btf().find(BtfType.Func.class, f.name());
            subprograms.add(new VerifierInput.Subprogram(f.name(), start, f.global(), btf.orElse(0)));
            part(f, start, starts, code, operands);
        }
        Set<VerifierInput.Flag> all = new java.util.LinkedHashSet<>(flags);
        if (sleepable) {
            all.add(VerifierInput.Flag.SLEEPABLE);
        }
        return new VerifierInput(
                entry.name(),
                family,
                attach,
                code,
                subprograms,
                operands,
                isGpl(object.license()),
                all,
                kernel,
                object.btf(),
                slot -> line(parts, starts, slot));
    }

    private static Optional<org.bpfsim.bpf.SourceLocation.SourceLine> line(
            List<BpfFunction> parts, Map<BpfFunction.Id, Integer> starts, int slot) {
        for (BpfFunction f : parts) {
            int start = starts.get(f.id());
            if (slot >= start && slot < start + f.slots()) {
                return f.line(slot - start);
            }
        }
        return Optional.empty();
    }

    /** Licences that Linux takes for compatible (include/linux/license.h). */
    static boolean isGpl(String license) {
        return Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL")
                .contains(license);
    }

    private void part(
            BpfFunction f,
            int start,
            Map<BpfFunction.Id, Integer> starts,
            List<Instruction> code,
            Map<Integer, VerifierInput.Operand> operands) {
        Map<Integer, CoreRelocation> relocations = new HashMap<>();
        for (CoreRelocation r : f.coreRelocations()) {
            relocations.put((r.offset() - f.id().offset()) / 8, r);
        }
        int slot = 0;
        for (Instruction original : f.code()) {
            Instruction insn = original;
            CoreRelocation relocation = relocations.get(slot);
            if (relocation != null) {
                insn = relocated(insn, relocation);
            }
            Reference reference = f.references().get(slot);
            if (reference instanceof Reference.ToFunction to) {
                int target = starts.get(to.function());
                operands.put(start + slot, new VerifierInput.Operand.OfFunction(target));
                insn = insn.isLocalCall()
                        ? insn.withImmediate(target - (start + slot) - 1)
                        : insn.withSource(Opcode.PSEUDO_FUNC).withImmediate(target - (start + slot) - 1);
            } else if (reference != null) {
                operands.put(start + slot, operand(reference));
                if (reference instanceof Reference.ToKfunc) {
                    insn = insn.withSource(Opcode.PSEUDO_KFUNC_CALL);
                }
            }
            code.add(insn);
            slot += insn.slots();
        }
    }

    private Instruction relocated(Instruction insn, CoreRelocation relocation) {
        CoreRelocator.Answer answer = core.resolve(relocation);
        if (answer.refusal().isEmpty()) {
            try {
                return CoreRelocator.apply(insn, answer);
            } catch (IllegalArgumentException e) {
                // Refused below.
            }
        }
        return insn.slots() == 2 ? insn : new Instruction(Opcode.CALL, 0, 0, (short) 0, POISON);
    }

    private VerifierInput.Operand operand(Reference reference) {
        if (reference instanceof Reference.ToMap to) {
            return new VerifierInput.Operand.OfMap(maps.get(to.map()));
        } else if (reference instanceof Reference.ToData to) {
            return new VerifierInput.Operand.OfMapValue(maps.get(to.map()), to.offset());
        } else if (reference instanceof Reference.ToKfunc to) {
            boolean present = exists(to.name());
            return new VerifierInput.Operand.OfKfunc(to.name(), present);
        }
        Reference.ToKernelSymbol to = (Reference.ToKernelSymbol) reference;
        Optional<Integer> variable = kernel.find(BtfType.Variable.class, to.name());
        boolean present = variable.isPresent()
                || kernel.find(BtfType.Func.class, to.name()).isPresent();
        int type =
                variable.map(id -> ((BtfType.Variable) kernel.type(id)).type()).orElse(0);
        return new VerifierInput.Operand.OfKernelSymbol(to.name(), type, present);
    }

    private boolean exists(String function) {
        return kfuncs.contains(function)
                || kernel.find(BtfType.Func.class, function).isPresent();
    }
}
