package org.bpfsim.bpf.inspect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.BtfExt.CoreRelocation;
import org.bpfsim.bpf.core.CoreRelocator;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.CodeCheck;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.KconfigVariable;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.Reference;
import org.bpfsim.bpf.object.StructOpsDefinition;
import org.bpfsim.bpf.types.StructType;

/** Reads an opened object into a report. */
public final class Inspection {
    private final BpfObject object;
    private final Map<String, StructType<?>> contexts;

    private Inspection(BpfObject object, Map<String, StructType<?>> contexts) {
        this.object = object;
        this.contexts = contexts;
    }

    public static ObjectReport of(BpfObject object) {
        return of(object, Map.of());
    }

    /**
     * Reports on an object with the fields of its programs' contexts.
     *
     * @param contexts by program type, such as {@code sock_ops}, the struct that the context is
     */
    public static ObjectReport of(BpfObject object, Map<String, StructType<?>> contexts) {
        return new Inspection(object, contexts).report();
    }

    /** Opens the bytes of an ELF file and reports on it. */
    public static ObjectReport of(byte[] bytes, String name) throws BpfLoadException {
        return of(BpfObject.open(bytes, name));
    }

    private ObjectReport report() {
        return new ObjectReport(
                object.name(),
                object.license(),
                object.btf().isEmpty() ? 0 : object.btf().types().size() - 1,
                object.functions().values().stream()
                        .mapToInt(BpfFunction::slots)
                        .sum(),
                object.programs().stream().map(this::program).toList(),
                object.maps().stream().map(Inspection::map).toList(),
                object.structOps().stream().map(Inspection::structOps).toList(),
                object.kconfig().stream().map(KconfigVariable::name).toList());
    }

    private ObjectReport.Program program(BpfFunction entry) {
        Map<String, Integer> helpers = new TreeMap<>();
        Set<String> kfuncs = new TreeSet<>();
        Set<String> maps = new LinkedHashSet<>();
        Set<String> fields = new TreeSet<>();
        List<BpfFunction> functions = closure(entry);
        for (BpfFunction function : functions) {
            for (Instruction insn : function.code()) {
                if (insn.opcode() == Opcode.CALL && insn.src() == Opcode.HELPER_CALL) {
                    helpers.merge(HelperNames.nameOf((int) insn.immediate()), 1, Integer::sum);
                }
            }
            for (Reference reference : function.references().values()) {
                if (reference instanceof Reference.ToKfunc to) {
                    kfuncs.add(to.name() + (to.weak() ? "?" : ""));
                } else if (reference instanceof Reference.ToKernelSymbol to) {
                    kfuncs.add(to.name() + (to.weak() ? "?" : ""));
                } else if (reference instanceof Reference.ToMap to) {
                    maps.add(to.map());
                } else if (reference instanceof Reference.ToData to) {
                    maps.add(to.map());
                }
            }
            for (CoreRelocation relocation : function.coreRelocations()) {
                fields.add(CoreRelocator.describe(object.btf(), relocation));
            }
        }
        return new ObjectReport.Program(
                entry.name(),
                entry.section(),
                SectionNames.programType(entry.section()),
                entry.section().startsWith("?"),
                entry.slots(),
                functions.stream().skip(1).map(BpfFunction::name).toList(),
                helpers,
                List.copyOf(kfuncs),
                List.copyOf(maps),
                contextFields(entry),
                List.copyOf(fields));
    }

    private List<String> contextFields(BpfFunction entry) {
        StructType<?> context =
                SectionNames.programType(entry.section()).map(contexts::get).orElse(null);
        Instruction[] code = Code.bySlot(entry.code());
        return context == null || CodeCheck.problem(withoutCalls(code)).isPresent()
                ? List.of()
                : List.copyOf(ContextFields.of(code, context.layout()));
    }

    /** Calls of other functions are not linked yet and would land nowhere. */
    private static Instruction[] withoutCalls(Instruction[] code) {
        Instruction[] copy = code.clone();
        for (int slot = 0; slot < copy.length; slot++) {
            if (copy[slot] != null && (copy[slot].isLocalCall() || copy[slot].isFunctionAddress())) {
                copy[slot] = copy[slot].withSource(0);
            }
        }
        return copy;
    }

    private List<BpfFunction> closure(BpfFunction entry) {
        Set<BpfFunction> found = new LinkedHashSet<>();
        Deque<BpfFunction> waiting = new ArrayDeque<>(List.of(entry));
        while (!waiting.isEmpty()) {
            BpfFunction function = waiting.poll();
            if (found.add(function)) {
                for (Reference reference : function.references().values()) {
                    if (reference instanceof Reference.ToFunction to) {
                        waiting.add(object.functions().get(to.function()));
                    }
                }
            }
        }
        return new ArrayList<>(found);
    }

    private static ObjectReport.MapEntry map(MapDefinition map) {
        return new ObjectReport.MapEntry(
                map.name(),
                map.type().linuxName(),
                map.keyBytes(),
                map.valueBytes(),
                map.maxEntries(),
                map.flags(),
                map.isGlobalData());
    }

    private static ObjectReport.StructOps structOps(StructOpsDefinition definition) {
        Map<String, String> data = new TreeMap<>();
        definition.data().forEach((member, bytes) -> {
            String text = value(bytes);
            if (!text.isEmpty()) {
                data.put(member, text);
            }
        });
        return new ObjectReport.StructOps(
                definition.name(), definition.type(), definition.link(), definition.functions(), data);
    }

    /** A number for sizes that numbers have, otherwise a string; empty if all is zero. */
    private static String value(byte[] bytes) {
        if (bytes.length == 1 || bytes.length == 2 || bytes.length == 4 || bytes.length == 8) {
            long number = LittleEndian.get(bytes, 0, bytes.length);
            return number == 0 ? "" : Long.toUnsignedString(number);
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return end == 0 ? "" : '"' + new String(bytes, 0, end, StandardCharsets.ISO_8859_1) + '"';
    }
}
