package org.bpfsim.bpf.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.btf.BtfExt.CoreRelocation;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;

/**
 * Compares our answers to CO-RE relocations with libbpf's.
 *
 * <pre>
 * LibbpfRelocations TABLE OBJECTS
 * </pre>
 *
 * {@code TABLE} has what libbpf put into each instruction (object, types, program, relocation, place, value), {@code OBJECTS} the
 * objects. The last line is the summary; the status is 1 if anything disagrees.
 */
public final class LibbpfRelocations {
    private final Path folder;
    private final Map<String, BpfObject> objects = new LinkedHashMap<>();
    private int compared;
    private int agreed;

    private LibbpfRelocations(Path folder) {
        this.folder = folder;
    }

    /** @param args the table and the folder of objects */
    public static void main(String[] args) throws IOException, BpfLoadException {
        LibbpfRelocations all = new LibbpfRelocations(Path.of(args[1]));
        Map<String, List<String[]>> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            if (!line.startsWith("#") && !line.startsWith("object\t")) {
                String[] row = line.split("\t");
                rows.computeIfAbsent(row[0] + "\t" + row[1], k -> new ArrayList<>())
                        .add(row);
            }
        }
        for (List<String[]> ofPair : rows.values()) {
            all.compare(ofPair);
        }
        System.out.println("CO-RE relocations of " + rows.size() + " pairs of program and types: " + all.agreed + " of "
                + all.compared + " answered as by libbpf");
        System.exit(all.agreed == all.compared && all.compared > 0 ? 0 : 1);
    }

    private BpfObject object(String name) throws IOException, BpfLoadException {
        BpfObject known = objects.get(name);
        if (known == null) {
            known = BpfObject.open(Files.readAllBytes(folder.resolve(name + ".o")), name);
            objects.put(name, known);
        }
        return known;
    }

    /** One program for the types of one object. */
    private void compare(List<String[]> rows) throws IOException, BpfLoadException {
        String[] first = rows.get(0);
        BpfObject object = object(first[0]);
        Optional<CoreRelocator> core = relocator(object, first[1]);
        BpfFunction program = object.programs().stream()
                .filter(f -> f.name().equals(first[2]))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(first[0] + " has no program " + first[2]));
        for (String[] row : rows) {
            compared++;
            if (core.isEmpty()) {
                agreed += rows.stream().anyMatch(r -> r[4].equals("error")) ? 1 : 0;
                continue;
            }
            String theirs = row[4] + " " + row[5];
            CoreRelocation relocation = program.coreRelocations().get(Integer.parseInt(row[3]));
            String ours = answer(core.get(), program, relocation, row[4]);
            if (row[4].equals("error") ? ours.startsWith("error") : ours.equals(theirs)) {
                agreed++;
            } else {
                System.out.println(String.join(" ", row) + ": we say " + ours);
            }
        }
    }

    /** Types that are nested too deeply cannot even be read, as Linux could not. */
    private Optional<CoreRelocator> relocator(BpfObject object, String types) throws IOException {
        try {
            return Optional.of(new CoreRelocator(object.btf(), object(types).btf()));
        } catch (BpfLoadException e) {
            return Optional.empty();
        }
    }

    /** What the relocation puts into one place of the instruction. */
    private static String answer(CoreRelocator core, BpfFunction program, CoreRelocation relocation, String place) {
        CoreRelocator.Answer answer = core.resolve(relocation);
        if (answer.refusal().isPresent()) {
            return answer.isError() ? "error: " + answer.refusal().get() : "poison -";
        }
        Instruction[] code = Code.bySlot(program.code());
        try {
            Instruction insn =
                    CoreRelocator.apply(code[(relocation.offset() - program.id().offset()) / 8], answer);
            switch (place) {
                case "off":
                    return "off " + insn.offset();
                case "size":
                    return "size " + Opcode.bytesOf(insn.opcode());
                default:
                    return (insn.opcode() == Opcode.LD_IMM64
                            ? "imm64 " + Long.toUnsignedString(insn.immediate())
                            : "imm " + insn.immediate());
            }
        } catch (IllegalArgumentException e) {
            return "poison -";
        }
    }
}
