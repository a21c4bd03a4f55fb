package org.bpfsim.bpf.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.ObjectBuilder;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.testrun.TestFamilies;

/** Programs that a compiler made, changed instruction by instruction: what is still accepted runs without a fault, in both ways alike. */
final class RealProgramFuzz {
    private record Original(BpfObject object, BpfEnvironment environment) {}

    private final List<Original> originals = new ArrayList<>();

    RealProgramFuzz() {
        for (byte[] bytes : Originals.all()) {
            for (BpfEnvironment environment : List.of(TestFamilies.environment(), TestKernel.ENVIRONMENT)) {
                try {
                    BpfObject object = BpfObject.open(bytes, "mutant");
                    Loader.load(object, environment);
                    originals.add(new Original(object, environment));
                } catch (BpfLoadException notForThisKernel) {
                    // Others are.
                }
            }
        }
        if (originals.size() < 5) {
            throw new AssertionError("only " + originals.size() + " objects load before they are changed");
        }
    }

    /** @throws Finding if there is one */
    Verdict tryOut(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Original original = originals.get(random.nextInt(originals.size()));
        List<BpfFunction> functions = List.copyOf(original.object().functions().values());
        BpfFunction function = functions.get(random.nextInt(functions.size()));
        List<Instruction> code = new ArrayList<>(new Mutator(random).mutate(function.code()));
        int slot = 0;
        for (int i = 0; i < code.size(); i++) {
            Instruction before = function.code().get(i);
            if (function.references().containsKey(slot)) {
                // What a relocation is for stays what it is, save for the register.
                Instruction after = code.get(i);
                boolean register = after.equals(new Instruction(
                        before.opcode(), after.dst(), before.src(), before.offset(), before.immediate()));
                code.set(i, register && before.slots() == 2 ? after : before);
            }
            slot += before.slots();
        }
        BpfObject mutant = ObjectBuilder.withCode(original.object(), function, code, function.references());
        return ObjectFuzz.loadAndRun(mutant, original.environment(), seed) ? Verdict.ACCEPTED : Verdict.REFUSED;
    }
}
