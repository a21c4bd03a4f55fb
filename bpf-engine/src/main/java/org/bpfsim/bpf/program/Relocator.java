package org.bpfsim.bpf.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.BaseKfuncs;
import org.bpfsim.bpf.helper.Helper;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.helper.Kfunc;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.link.LinkedProgram;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.memory.WriteRights;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.Reference;
import org.bpfsim.bpf.types.StructOpsType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.verifier.VerifiedProgram;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierInput;
import org.bpfsim.bpf.verifier.VerifierRefusal;

/**
 * Turns a linked program's references into addresses and callees of one environment. What cannot be answered is refused, unless
 * no path of the program comes to it.
 */
final class Relocator {
    private final LinkedProgram linked;
    private final BpfEnvironment environment;
    private final ProgramFamily family;
    private final Optional<StructOpsType.Function> member;
    private final List<MapDefinition> maps;
    private final VerifierInput input;
    private final Instruction[] code;
    private final List<HelperFunction> callees = new ArrayList<>();
    private final List<String> calleeNames = new ArrayList<>();
    private final Map<Integer, Refusal> refusals = new TreeMap<>();
    private final Map<Integer, Helper> helpers = new TreeMap<>(BaseHelpers.all());
    private final Map<String, Kfunc> kfuncs = new TreeMap<>(BaseKfuncs.all());

    private record Refusal(String reason, String remedy) {}

    /**
     * @param input what the verifier is to judge: the linked code, relocated against the kernel's types
     * @param maps of the object as they will be created, {@code .kconfig} filled in
     */
    Relocator(
            LinkedProgram linked,
            VerifierInput input,
            BpfEnvironment environment,
            ProgramFamily family,
            Optional<StructOpsType.Function> member,
            List<MapDefinition> maps) {
        this.linked = linked;
        this.environment = environment;
        this.family = family;
        this.member = member;
        this.maps = maps;
        this.input = input;
        this.code = Code.bySlot(input.code());
        helpers.putAll(family.helpers());
        kfuncs.putAll(family.kfuncs());
    }

    RelocatedProgram relocate() throws BpfLoadException {
        input.operands().forEach((slot, operand) -> {
            if (operand instanceof VerifierInput.Operand.Unresolved unresolved) {
                refusals.put(
                        slot,
                        new Refusal(
                                unresolved.reason(),
                                "Guard the access with bpf_core_field_exists(), or do without it."));
            }
        });
        linked.references().forEach(this::refer);
        for (int slot = 0; slot < code.length; slot++) {
            if (code[slot] != null && !refusals.containsKey(slot)) {
                bind(slot, code[slot]);
            }
        }
        VerifiedProgram verified = verify();
        refuseWhatIsReached(verified);
        fixFunctionAddresses();
        return new RelocatedProgram(
                linked.entry(),
                family,
                member,
                code,
                callees.toArray(new HelperFunction[0]),
                calleeNames,
                new WriteRights(
                        environment.types().structs().values(),
                        family.writableFields(),
                        family.context().map(List::<StructType<?>>of).orElse(List.of())),
                linked::location,
                verified);
    }

    private void refer(int slot, Reference reference) {
        Instruction insn = code[slot];
        if (reference instanceof Reference.ToMap to) {
            code[slot] = insn.withSource(0)
                    .withImmediate(AddressLayout.address(AddressLayout.mapRegion(index(to.map())), 0));
        } else if (reference instanceof Reference.ToData to) {
            code[slot] = insn.withSource(0)
                    .withImmediate(AddressLayout.address(AddressLayout.valuesRegion(index(to.map())), to.offset()));
        } else if (reference instanceof Reference.ToKfunc to) {
            Kfunc kfunc = kfuncs.get(to.name());
            if (kfunc == null) {
                refusals.put(
                        slot,
                        new Refusal(
                                "kernel function " + to.name() + "() is not there for " + family.name() + " programs",
                                "There are: " + list(kfuncs.keySet())));
            } else {
                code[slot] =
                        insn.withSource(Opcode.PSEUDO_KFUNC_CALL).withImmediate(callee(kfunc.name(), kfunc.function()));
            }
        } else if (reference instanceof Reference.ToKernelSymbol to) {
            if (kfuncs.containsKey(to.name())) {
                code[slot] = insn.withSource(0).withImmediate(AddressLayout.address(AddressLayout.FUNCTIONS, 4));
            } else if (to.weak()) {
                code[slot] = insn.withSource(0).withImmediate(0);
            } else {
                refusals.put(
                        slot,
                        new Refusal(
                                "kernel symbol " + to.name() + " is not modelled",
                                "Declare it __weak and test it with bpf_ksym_exists()."));
            }
        }
    }

    private int index(String map) {
        for (int i = 0; i < maps.size(); i++) {
            if (maps.get(i).name().equals(map)) {
                return i;
            }
        }
        throw new AssertionError("the object reader let through a reference to map " + map);
    }

    /** Gives helper calls their callee, and addresses of functions their value. */
    private void bind(int slot, Instruction insn) {
        if (insn.isFunctionAddress()) {
            return;
        }
        if (insn.opcode() == Opcode.LD_IMM64 && insn.src() != 0) {
            refusals.put(
                    slot,
                    new Refusal("'" + insn + "' loads something that the object does not define", "Build it again."));
        } else if (insn.opcode() == Opcode.CALL && insn.src() == Opcode.HELPER_CALL) {
            bindHelper(slot, insn);
        } else if (insn.opcode() == Opcode.CALL
                && insn.src() == Opcode.PSEUDO_KFUNC_CALL
                && !(linked.references().get(slot) instanceof Reference.ToKfunc)) {
            refusals.put(slot, new Refusal("it calls a kernel function without a name", "Build the object again."));
        } else if (insn.opcode() == Opcode.CALL && insn.src() > Opcode.PSEUDO_KFUNC_CALL) {
            refusals.put(slot, new Refusal("'" + insn + "' is not a kind of call", "Build the object again."));
        }
    }

    private void bindHelper(int slot, Instruction insn) {
        int id = (int) insn.immediate();
        Helper helper = helpers.get(id);
        String name = HelperNames.nameOf(id);
        if (helper == null) {
            refusals.put(
                    slot,
                    new Refusal(
                            name + "() (helper " + id + ") cannot be called by " + family.name() + " programs",
                            "There are: "
                                    + list(helpers.values().stream()
                                            .map(Helper::name)
                                            .toList())));
            return;
        }
        code[slot] = insn.withImmediate(callee(name, helper.function()));
    }

    private int callee(String name, HelperFunction function) {
        int known = calleeNames.indexOf(name);
        if (known >= 0) {
            return known;
        }
        calleeNames.add(name);
        callees.add(function);
        return callees.size() - 1;
    }

    private static String list(Iterable<String> names) {
        String text = String.join(", ", names);
        return (text.isEmpty() ? "none" : text) + ".";
    }

    /** Has the program verified. What is known to be missing at the place that is wrong makes the better message. */
    private VerifiedProgram verify() throws BpfLoadException {
        try {
            return Verifier.verify(input, 0);
        } catch (VerifierRefusal refused) {
            Refusal known = refusals.get(refused.slot());
            if (known != null) {
                throw new BpfLoadException(linked.location(refused.slot()), known.reason(), known.remedy());
            }
            throw new BpfLoadException(
                    linked.location(refused.slot()),
                    "Linux refuses it: " + refused.getMessage().replace("\n", "; "),
                    VerifierAdvice.on(refused.getMessage(), family));
        }
    }

    private void refuseWhatIsReached(VerifiedProgram verified) throws BpfLoadException {
        for (Map.Entry<Integer, Refusal> entry : refusals.entrySet()) {
            int slot = entry.getKey();
            if (verified.reaches(slot)) {
                throw new BpfLoadException(
                        linked.location(slot),
                        entry.getValue().reason(),
                        entry.getValue().remedy());
            }
            // Opcode 0 does not exist: were the verifier wrong, the program would be faulted, not misled.
            code[slot] = new Instruction(code[slot].slots() == 2 ? Opcode.LD_IMM64 : 0, 0, 0, (short) 0, 0);
        }
    }

    private void fixFunctionAddresses() {
        for (int slot = 0; slot < code.length; slot++) {
            if (code[slot] != null && code[slot].isFunctionAddress()) {
                int target = slot + 1 + (int) code[slot].immediate();
                code[slot] = code[slot].withImmediate(AddressLayout.function(target));
            }
        }
    }
}
