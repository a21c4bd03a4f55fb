package org.bpfsim.bpf.verifier;

import java.util.HashSet;
import java.util.Set;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.object.MapType;

/** What can be told from one instruction alone: opcodes that do not exist, fields that must be zero, registers. */
final class StaticCheck {
    /** Linux 6.12: MAX_USED_MAPS in include/linux/bpf_verifier.h. */
    private static final int MAX_MAPS = 64;

    private final Verification v;
    private final Set<MapSpec> maps = new HashSet<>();
    private int slot;

    StaticCheck(Verification v) {
        this.v = v;
    }

    void check() {
        for (slot = 0; slot < v.code.length; slot++) {
            if (v.code[slot] != null) {
                instruction(v.code[slot]);
                if (v.operands[slot] instanceof VerifierInput.Operand.OfMap to) {
                    use(to.map());
                } else if (v.operands[slot] instanceof VerifierInput.Operand.OfMapValue to) {
                    use(to.map());
                }
            }
        }
    }

    /** Linux 6.12: add_used_map(), resolve_pseudo_ldimm64(). */
    private void use(MapSpec map) {
        if (!maps.add(map)) {
            return;
        }
        if (maps.size() > MAX_MAPS) {
            throw new Refused(
                    Errno.E2BIG, slot, "The total number of maps per program has reached the limit of " + MAX_MAPS);
        }
        boolean storage = map.type() == MapType.CGROUP_STORAGE || map.type() == MapType.PERCPU_CGROUP_STORAGE;
        if (storage && maps.stream().anyMatch(m -> m != map && m.type() == map.type())) {
            throw new Refused(Errno.EBUSY, slot, "only one cgroup storage of each type is allowed");
        }
    }

    /** What Linux checks only where a path leads: impossible operands in dead code do no harm. */
    void walked(int at, Instruction insn) {
        slot = at;
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU, Opcode.CLASS_ALU64 -> alu(insn);
            case Opcode.CLASS_ST -> {
                if (Opcode.modeOf(insn.opcode()) != Opcode.MODE_MEM || insn.src() != 0) {
                    throw refused("BPF_ST uses reserved fields");
                }
            }
            case Opcode.CLASS_STX -> storeRegister(insn);
            case Opcode.CLASS_LD -> {
                int mode = Opcode.modeOf(insn.opcode());
                if (insn.opcode() == Opcode.LD_IMM64) {
                    if (insn.offset() != 0) {
                        throw refused("BPF_LD_IMM64 uses reserved fields");
                    }
                } else if (insn.dst() != 0 || insn.offset() != 0 || mode == Opcode.MODE_ABS && insn.src() != 0) {
                    throw refused("BPF_LD_[ABS|IND] uses reserved fields");
                }
            }
            case Opcode.CLASS_JMP, Opcode.CLASS_JMP32 -> jump(insn);
            default -> {
                // Checked before.
            }
        }
    }

    private Refused refused(String message) {
        return new Refused(Errno.EINVAL, slot, message);
    }

    private void instruction(Instruction insn) {
        if (insn.dst() > 10) {
            throw refused("R" + insn.dst() + " is invalid");
        }
        if (insn.src() > 10) {
            throw refused("R" + insn.src() + " is invalid");
        }
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU, Opcode.CLASS_ALU64 -> {
                int code = Opcode.codeOf(insn.opcode());
                boolean wide = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64;
                boolean register = Opcode.registerSource(insn.opcode());
                if (code > Opcode.END || register && (code == Opcode.NEG || wide && code == Opcode.END)) {
                    throw unknown(insn);
                }
            }
            case Opcode.CLASS_LDX -> {
                int mode = Opcode.modeOf(insn.opcode());
                int bytes = Opcode.bytesOf(insn.opcode());
                if (mode != Opcode.MODE_MEM && (mode != Opcode.MODE_MEMSX || bytes == 8) || insn.immediate() != 0) {
                    throw refused("BPF_LDX uses reserved fields");
                }
            }
            case Opcode.CLASS_ST, Opcode.CLASS_STX -> {
                int mode = Opcode.modeOf(insn.opcode());
                boolean atomic = mode == Opcode.MODE_ATOMIC
                        && Opcode.classOf(insn.opcode()) == Opcode.CLASS_STX
                        && Opcode.bytesOf(insn.opcode()) >= 4;
                if (mode != Opcode.MODE_MEM && !atomic) {
                    throw unknown(insn);
                }
            }
            case Opcode.CLASS_LD -> load(insn);
            default -> {
                boolean narrow = Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP32;
                int code = Opcode.codeOf(insn.opcode());
                boolean plain = code == Opcode.CALL_CODE || code == Opcode.EXIT_CODE || code == Opcode.JCOND;
                boolean none = code > Opcode.JCOND
                        || narrow && plain
                        || Opcode.registerSource(insn.opcode()) && (plain || code == Opcode.JA);
                if (none) {
                    throw unknown(insn);
                }
            }
        }
    }

    private Refused unknown(Instruction insn) {
        return refused(String.format("unknown opcode %02x", insn.opcode()));
    }

    private void storeRegister(Instruction insn) {
        int mode = Opcode.modeOf(insn.opcode());
        if (mode == Opcode.MODE_ATOMIC) {
            int bytes = Opcode.bytesOf(insn.opcode());
            if (bytes != 4 && bytes != 8) {
                throw refused("invalid atomic operand size");
            }
            switch ((int) insn.immediate()) {
                case Opcode.ADD,
                        Opcode.AND,
                        Opcode.OR,
                        Opcode.XOR,
                        Opcode.ADD | Opcode.FETCH,
                        Opcode.AND | Opcode.FETCH,
                        Opcode.OR | Opcode.FETCH,
                        Opcode.XOR | Opcode.FETCH,
                        Opcode.XCHG,
                        Opcode.CMPXCHG -> {
                    // Known.
                }
                default ->
                    throw refused(String.format("BPF_ATOMIC uses invalid atomic opcode %02x", (int) insn.immediate()));
            }
        } else if (mode != Opcode.MODE_MEM || insn.immediate() != 0) {
            throw refused("BPF_STX uses reserved fields");
        }
    }

    private void load(Instruction insn) {
        int mode = Opcode.modeOf(insn.opcode());
        if (insn.opcode() == Opcode.LD_IMM64) {
            if (insn.src() > 6) {
                throw refused("unrecognized bpf_ld_imm64 insn");
            }
            if (v.input.operands().get(slot) instanceof VerifierInput.Operand.OfMapValue value) {
                directValue(value);
            }
        } else if (mode == Opcode.MODE_ABS || mode == Opcode.MODE_IND) {
            if (Opcode.bytesOf(insn.opcode()) == 8) {
                throw refused("BPF_LD_[ABS|IND] uses reserved fields");
            }
        } else {
            throw refused("invalid BPF_LD mode");
        }
    }

    /** Linux 6.12: resolve_pseudo_ldimm64(), array_map_direct_value_addr() in kernel/bpf/arraymap.c. */
    private void directValue(VerifierInput.Operand.OfMapValue value) {
        MapSpec map = value.map();
        if (value.offset() < 0 || value.offset() >= Verification.MAX_VAR_OFFSET) {
            throw refused("direct value offset of " + Integer.toUnsignedString(value.offset()) + " is not allowed");
        }
        if (map.type() != MapType.ARRAY && map.type() != MapType.ARENA) {
            throw refused("no direct value access support for this map type");
        }
        boolean single = map.type() == MapType.ARENA || map.maxEntries() == 1;
        if (!single || map.type() == MapType.ARRAY && value.offset() >= map.valueBytes()) {
            throw new Refused(
                    single ? Errno.EINVAL : Errno.ENOTSUPP,
                    slot,
                    "invalid access to map value pointer, value_size=" + map.valueBytes() + " off=" + value.offset());
        }
    }

    private void alu(Instruction insn) {
        boolean wide = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64;
        boolean register = Opcode.registerSource(insn.opcode());
        int code = Opcode.codeOf(insn.opcode());
        switch (code) {
            case Opcode.NEG -> {
                if (register || insn.src() != 0 || insn.offset() != 0 || insn.immediate() != 0) {
                    throw refused("BPF_NEG uses reserved fields");
                }
            }
            case Opcode.END -> {
                long bits = insn.immediate();
                if (insn.src() != 0
                        || insn.offset() != 0
                        || bits != 16 && bits != 32 && bits != 64
                        || wide && register) {
                    throw refused("BPF_END uses reserved fields");
                }
            }
            case Opcode.MOV -> {
                if (register) {
                    int bits = insn.offset();
                    boolean extension = bits == 8 || bits == 16 || wide && bits == 32;
                    if (insn.immediate() != 0 || bits != 0 && !extension) {
                        throw refused("BPF_MOV uses reserved fields");
                    }
                } else if (insn.src() != 0 || insn.offset() != 0) {
                    throw refused("BPF_MOV uses reserved fields");
                }
            }
            default -> binary(insn, code, wide, register);
        }
    }

    private void binary(Instruction insn, int code, boolean wide, boolean register) {
        if (code > Opcode.END) {
            throw refused(String.format("invalid BPF_ALU opcode %x", insn.opcode()));
        }
        boolean division = code == Opcode.DIV || code == Opcode.MOD;
        boolean badOffset = insn.offset() != 0 && !(division && insn.offset() == 1);
        if (badOffset || (register ? insn.immediate() != 0 : insn.src() != 0)) {
            throw refused("BPF_ALU uses reserved fields");
        }
        if (division && !register && insn.immediate() == 0) {
            throw refused("div by zero");
        }
        boolean shift = code == Opcode.LSH || code == Opcode.RSH || code == Opcode.ARSH;
        if (shift && !register && (insn.immediate() < 0 || insn.immediate() >= (wide ? 64 : 32))) {
            throw refused("invalid shift " + insn.immediate());
        }
    }

    private void jump(Instruction insn) {
        int code = Opcode.codeOf(insn.opcode());
        boolean narrow = Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP32;
        boolean register = Opcode.registerSource(insn.opcode());
        switch (code) {
            case Opcode.CALL_CODE -> {
                boolean kfunc = insn.src() == Opcode.PSEUDO_KFUNC_CALL;
                if (register
                        || narrow
                        || insn.dst() != 0
                        || insn.offset() != 0 && !kfunc
                        || insn.src() > Opcode.PSEUDO_KFUNC_CALL) {
                    throw refused("BPF_CALL uses reserved fields");
                }
                if (kfunc && insn.offset() < 0) {
                    throw refused("negative offset disallowed for kernel module function call");
                } else if (kfunc && insn.offset() > 0) {
                    throw refused("kfunc offset > 0 without fd_array is invalid");
                }
            }
            case Opcode.JA -> {
                if (register
                        || insn.src() != 0
                        || insn.dst() != 0
                        || !narrow && insn.immediate() != 0
                        || narrow && insn.offset() != 0) {
                    throw refused("BPF_JA uses reserved fields");
                }
            }
            case Opcode.EXIT_CODE -> {
                if (register || narrow || insn.immediate() != 0 || insn.src() != 0 || insn.dst() != 0) {
                    throw refused("BPF_EXIT uses reserved fields");
                }
            }
            case Opcode.JCOND -> {
                if (insn.src() != 0 || insn.dst() != 0 || insn.immediate() != 0 || insn.offset() == 0) {
                    throw refused("invalid may_goto off " + insn.offset() + " imm " + insn.immediate());
                }
            }
            default -> {
                if (code > Opcode.JCOND) {
                    throw refused(String.format("invalid BPF_JMP opcode %x", insn.opcode()));
                }
                if (register ? insn.immediate() != 0 : insn.src() != 0) {
                    throw refused("BPF_JMP/JMP32 uses reserved fields");
                }
            }
        }
    }
}
