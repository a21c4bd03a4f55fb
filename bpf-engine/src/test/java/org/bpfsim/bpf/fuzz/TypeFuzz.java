package org.bpfsim.bpf.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfExt;
import org.bpfsim.bpf.core.CoreRelocator;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.elf.ElfSection;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierInputs;
import org.bpfsim.bpf.verifier.VerifierKernel;
import org.bpfsim.bpf.verifier.VerifierRefusal;

/**
 * Mutated types, as those of a kernel: they can be read or not; if so, every relocation of an object is answered or refused, and
 * its programs are accepted or refused. (An object's own types are mutated with its other bytes: {@link ObjectFuzz}.)
 */
final class TypeFuzz {
    private static final int HEADER_BYTES = 24;
    private static final int TYPE_BYTES = 12;

    private final List<BpfObject> objects = new ArrayList<>();
    private final List<byte[]> types = new ArrayList<>();

    TypeFuzz() {
        for (byte[] bytes : Originals.all()) {
            try {
                ElfObject elf = ElfObject.parse(bytes, "original");
                Optional<ElfSection> section = elf.sections().stream()
                        .filter(s -> s.name().equals(".BTF"))
                        .findFirst();
                if (section.isPresent()) {
                    objects.add(BpfObject.open(elf));
                    types.add(section.get().contents());
                }
            } catch (BpfLoadException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** @throws Finding if there is one */
    Verdict tryOut(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int which = random.nextInt(objects.size());
        // Often the object's own types, so that what it looks for is there.
        byte[] section = types.get(random.nextInt(3) > 0 ? which : random.nextInt(types.size()))
                .clone();
        int changes = 1 + random.nextInt(random.nextInt(3) == 0 ? 30 : 4);
        for (int i = 0; i < changes; i++) {
            section = mutate(section, random);
        }
        Btf kernel;
        try {
            kernel = Btf.parse(section, "mutant");
        } catch (BpfLoadException expected) {
            return Verdict.REFUSED;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new Finding("reading types throws " + e, e);
        }
        try {
            use(objects.get(which), kernel);
        } catch (BpfLoadException expected) {
            return Verdict.ACCEPTED;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new Finding("using types throws " + e, e);
        }
        return Verdict.ACCEPTED;
    }

    private static void use(BpfObject object, Btf kernel) throws BpfLoadException {
        CoreRelocator core = new CoreRelocator(object.btf(), kernel);
        for (BpfFunction function : object.functions().values()) {
            Instruction[] code = org.bpfsim.bpf.isa.Code.bySlot(function.code());
            for (BtfExt.CoreRelocation relocation : function.coreRelocations()) {
                CoreRelocator.describe(object.btf(), relocation);
                CoreRelocator.Answer answer = core.resolve(relocation);
                int slot = (relocation.offset() - function.id().offset()) / 8;
                if (answer.refusal().isEmpty() && slot >= 0 && slot < code.length && code[slot] != null) {
                    try {
                        CoreRelocator.apply(code[slot], answer);
                    } catch (IllegalArgumentException refused) {
                        // As documented: the instruction is not one that can be relocated.
                    }
                }
            }
        }
        VerifierInputs inputs = new VerifierInputs(object, new VerifierKernel(kernel, Map.of(), Map.of()));
        for (BpfFunction program : object.programs()) {
            try {
                Verifier.verify(inputs.program(program, Set.of()), 0);
            } catch (VerifierRefusal refused) {
                // As it may.
            }
        }
    }

    /** Words of the header, of type records, bytes of names; the end cut off. */
    private static byte[] mutate(byte[] section, SplittableRandom random) {
        if (section.length < HEADER_BYTES + TYPE_BYTES) {
            return section;
        }
        int kind = random.nextInt(40);
        if (kind == 0) {
            return java.util.Arrays.copyOf(section, random.nextInt(section.length));
        }
        int from = kind == 1 ? 0 : HEADER_BYTES;
        int words = ((kind == 1 ? HEADER_BYTES : section.length) - from) / 4;
        int at = from + 4 * random.nextInt(words);
        long old = LittleEndian.u32(section, at);
        long value = switch (random.nextInt(6)) {
            case 0 -> old + random.nextInt(9) - 4;
            case 1 -> random.nextInt(200);
            case 2 -> old ^ 1L << random.nextInt(32);
            // Another kind, the same number of members.
            case 3 -> old & 0x8000_ffffL | (long) random.nextInt(21) << 24;
            case 4 -> new long[] {0, 0xffff_ffffL, 0x7fff_ffffL, 0x1000_0000L, 0x8000_0000L}[random.nextInt(5)];
            default ->
                LittleEndian.u32(section, HEADER_BYTES + 4 * random.nextInt((section.length - HEADER_BYTES) / 4));
        };
        LittleEndian.put(section, at, 4, value);
        return section;
    }
}
