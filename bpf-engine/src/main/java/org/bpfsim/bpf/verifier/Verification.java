package org.bpfsim.bpf.verifier;

import java.util.BitSet;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** One verification: what is shared by all checks while it runs. */
final class Verification {
    static final int MAX_VAR_OFFSET = 1 << 29;
    static final int MAX_STACK = 512;
    static final int MAX_FRAMES = 8;
    static final int INSN_LIMIT = 1_000_000;

    final VerifierInput input;
    final VerifierLog log;
    Walk walk = Walk.UNSEEN;
    /** Instructions that are walked at most: {@link #INSN_LIMIT}, unless a test has no time. */
    final int insnLimit;
    /** By slot; the second slot of a wide instruction is null. */
    final Instruction[] code;

    /** What the instruction of a slot refers to; null where that is nothing. */
    final VerifierInput.Operand[] operands;

    final MapFields mapFields = new MapFields();
    final FamilyRules rules;
    final boolean strictAlignment;
    final boolean sleepable;
    final Subprograms subprograms;
    final KernelTypesView kernel;
    final ProgramContext context;
    final FactCollector facts;
    final PointerKinds pointerKinds;

    final AluCheck alu = new AluCheck(this);
    final StackCheck stack = new StackCheck(this);
    final MemoryCheck memory = new MemoryCheck(this);
    final BranchCheck branches = new BranchCheck(this);
    final CallCheck calls = new CallCheck(this);
    final HelperCheck helpers = new HelperCheck(this);
    final KfuncCheck kfuncs = new KfuncCheck(this);
    final DynptrCheck dynptrs = new DynptrCheck(this);
    final IteratorCheck iterators = new IteratorCheck(this);
    final ReturnCheck returns = new ReturnCheck(this);
    final Precision precision = new Precision(this);

    ControlFlow flow;
    Liveness liveness;
    FastcallSpills fastcalls;
    Exploration exploration;

    /** The state being advanced. */
    State state;
    /** The instruction being checked. */
    int slot;

    int processed;
    /** Instructions that some path came to. */
    final BitSet reached = new BitSet();

    final BitSet calledGlobals = new BitSet();
    int jumps;
    private int lastId;

    Verification(VerifierInput input, int logLevel) {
        this(input, logLevel, INSN_LIMIT);
    }

    Verification(VerifierInput input, int logLevel, int insnLimit) {
        this.input = input;
        this.insnLimit = insnLimit;
        this.log = new VerifierLog(logLevel);
        this.code = slots(input.code());
        this.operands = new VerifierInput.Operand[code.length];
        for (int i = 0; i < code.length; i++) {
            operands[i] = input.operands().get(i);
        }
        this.rules = FamilyRules.of(input.family()).orElse(null);
        this.strictAlignment = input.flags().contains(VerifierInput.Flag.STRICT_ALIGNMENT);
        this.sleepable = input.flags().contains(VerifierInput.Flag.SLEEPABLE);
        this.subprograms = new Subprograms(this);
        this.kernel = new KernelTypesView(input.kernel(), input.types());
        this.context = new ProgramContext(this);
        this.facts = new FactCollector(this);
        this.pointerKinds = new PointerKinds(this);
    }

    private static Instruction[] slots(List<Instruction> list) {
        Instruction[] code = new Instruction[Code.slots(list)];
        int at = 0;
        for (Instruction insn : list) {
            code[at] = insn;
            at += insn.slots();
        }
        return code;
    }

    void run() {
        if (rules == null) {
            throw new Refused(Errno.EINVAL, -1, "program type " + input.family() + " is not known");
        }
        if (code.length == 0) {
            throw new Refused(Errno.EINVAL, -1, "the program is empty");
        }
        context.checkAttachment();
        subprograms.find();
        if (log.level > 1) {
            for (int i = 0; i < subprograms.count(); i++) {
                log.line("func#" + i + " @" + subprograms.start(i));
            }
        }
        subprograms.checkEarlyReturns();
        new StaticCheck(this).check();
        flow = new ControlFlow(this);
        flow.check();
        liveness = new Liveness(this);
        fastcalls = new FastcallSpills(this);
        exploration = new Exploration(this);
        exploration.explore(0);
        // Global functions are verified on their own, if a path calls them.
        BitSet done = new BitSet();
        for (int i = calledGlobals.nextSetBit(0); i >= 0; i = nextCalled(done)) {
            done.set(i);
            exploration.explore(i);
        }
        stackDepth = new StackDepth(this).check();
    }

    private int nextCalled(BitSet done) {
        BitSet open = (BitSet) calledGlobals.clone();
        open.andNot(done);
        return open.nextSetBit(0);
    }

    private String stackDepth = "0";

    VerifierStatistics statistics() {
        return exploration == null
                ? new VerifierStatistics(processed, 0, 0, 0, stackDepth)
                : new VerifierStatistics(
                        processed,
                        exploration.maxStatesPerInsn,
                        exploration.totalStates,
                        exploration.peakStates,
                        stackDepth);
    }

    // What checks ask and do all the time.

    Frame frame() {
        return state.current();
    }

    Reg reg(int number) {
        return state.current().regs[number];
    }

    int newId() {
        return ++lastId;
    }

    Refused refuse(int errno, String message) {
        return new Refused(errno, slot, message);
    }

    /** This kernel lacks what the program wants. */
    Refused missing(int errno, String message) {
        return new Refused(errno, slot, message, true);
    }

    Refused access(String message) {
        return new Refused(Errno.EACCES, slot, message);
    }

    Refused invalid(String message) {
        return new Refused(Errno.EINVAL, slot, message);
    }

    /** The register must have been written before it is read. */
    Reg readable(int number) {
        Reg r = reg(number);
        if (r.type == RegType.NOT_INIT) {
            throw access("R" + number + " !read_ok");
        }
        return r;
    }

    void writable(int number) {
        if (number == 10) {
            throw access("frame pointer is read only");
        }
    }

    /** Registers that a call clobbers. */
    void clobberCallerSaved() {
        for (int i = 0; i <= 5; i++) {
            reg(i).setNotInit();
        }
    }

    /** The reference is gone: nothing may use pointers that came from it. */
    void invalidate(int refId) {
        state.forEachReg(r -> {
            if (r.refId == refId) {
                r.setUnknown();
            }
        });
    }

    /** The packet's memory may have moved. */
    void clearPacketPointers() {
        state.forEachReg(r -> {
            boolean slice = r.type == RegType.MEM && (r.dynptr == DynptrKind.SKB || r.dynptr == DynptrKind.XDP);
            if (r.type.isPacket() || r.type == RegType.PACKET_END || slice) {
                r.setUnknown();
            }
        });
    }

    int acquireReference() {
        int id = newId();
        state.references.add(new State.Reference(id, slot, frame().callback ? frame().number : 0));
        return id;
    }

    /** Returns false if it is not held. */
    boolean releaseReference(int id) {
        for (int i = 0; i < state.references.size(); i++) {
            State.Reference r = state.references.get(i);
            if (r.id() == id) {
                if (frame().callback && r.callbackFrame() != frame().number) {
                    return false;
                }
                state.references.remove(i);
                invalidate(id);
                return true;
            }
        }
        return false;
    }

    /** Nothing acquired may be left, and no lock held. */
    void checkNoReferences(String where) {
        if (state.lockId != 0) {
            throw invalid(where + " cannot be used inside bpf_spin_lock-ed region");
        }
        for (State.Reference r : state.references) {
            throw invalid("Unreleased reference id=" + r.id() + " alloc_insn=" + r.slot() + "\n" + where
                    + " would lead to reference leak");
        }
    }

    /** A callback must release what it acquired. */
    void checkNoReferencesOfCallback() {
        for (State.Reference r : state.references) {
            if (r.callbackFrame() == frame().number) {
                throw invalid("Unreleased reference id=" + r.id() + " alloc_insn=" + r.slot());
            }
        }
    }

    /** Everything that is not sleepable runs under RCU. */
    boolean inRcuSection() {
        return state.rcuDepth > 0 || state.lockId != 0 || !sleepable;
    }

    boolean isCall(int at) {
        return code[at].opcode() == Opcode.CALL;
    }
}
