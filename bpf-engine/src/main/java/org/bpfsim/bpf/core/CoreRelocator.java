package org.bpfsim.bpf.core;

import java.util.Optional;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfExt.CoreRelocation;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Compile once, run everywhere: answers a program's questions about kernel types and writes the answers into its
 * instructions, by libbpf's rules (docs.kernel.org/bpf/llvm_reloc.html, "CO-RE Relocations"). Immutable.
 */
public final class CoreRelocator {
    private final Btf local;
    private final Btf target;

    /**
     * @param local the program's types
     * @param target the kernel's
     */
    public CoreRelocator(Btf local, Btf target) {
        this.local = local;
        this.target = target;
    }

    /**
     * The answer to one relocation.
     *
     * @param value what goes into the instruction
     * @param refusal why there is no answer; the instruction must then never be reached
     * @param loadBytes size that a load or store must have in the kernel's layout; 0 where it stays
     */
    public record Answer(long value, Optional<String> refusal, int loadBytes) {
        static Answer of(long value) {
            return new Answer(value, Optional.empty(), 0);
        }

        static Answer refused(String why) {
            return new Answer(0, Optional.of(why), 0);
        }
    }

    /** The name without a {@code ___flavor}: several local definitions may stand for one kernel type. */
    public static String essentialName(String name) {
        int at = name.indexOf("___");
        return at > 0 ? name.substring(0, at) : name;
    }

    /** What a relocation is about, such as {@code tcp_sock.snd_cwnd}; for messages and listings. */
    public static String describe(Btf btf, CoreRelocation relocation) {
        try {
            BtfType type = btf.type(relocation.type());
            switch (relocation.kind()) {
                case TYPE_ID_LOCAL:
                case TYPE_ID_TARGET:
                case TYPE_EXISTS:
                case TYPE_SIZE:
                case TYPE_MATCHES:
                    return essentialName(type.name());
                case ENUMVAL_EXISTS:
                case ENUMVAL_VALUE:
                    return essentialName(type.name()) + "::"
                            + enumerator(btf, relocation).name();
                default:
                    return AccessPath.parse(btf, relocation.type(), relocation.access())
                            .text(btf);
            }
        } catch (AccessPath.NoPath e) {
            return "?";
        }
    }

    public Answer resolve(CoreRelocation relocation) {
        try {
            switch (relocation.kind()) {
                case TYPE_ID_LOCAL:
                    return Answer.of(relocation.type());
                case TYPE_ID_TARGET:
                case TYPE_EXISTS:
                case TYPE_SIZE:
                case TYPE_MATCHES:
                    return type(relocation);
                case ENUMVAL_EXISTS:
                case ENUMVAL_VALUE:
                    return enumValue(relocation);
                default:
                    return field(relocation);
            }
        } catch (AccessPath.NoPath e) {
            return Answer.refused(e.getMessage());
        }
    }

    /** The kernel's type of the same kind and essential name. */
    private Optional<Integer> candidate(int localType) {
        BtfType wanted = local.type(localType);
        String name = essentialName(wanted.name());
        if (name.isEmpty()) {
            return Optional.empty();
        }
        BtfType resolved = local.resolve(localType);
        if (wanted instanceof BtfType.Typedef) {
            Optional<Integer> alias = target.find(BtfType.Typedef.class, name);
            if (alias.isPresent()) {
                return alias;
            }
        }
        Class<? extends BtfType> kind =
                resolved instanceof BtfType.Forward ? BtfType.Struct.class : resolved.getClass();
        return target.find(kind, name);
    }

    private Answer type(CoreRelocation relocation) {
        Optional<Integer> found = candidate(relocation.type());
        switch (relocation.kind()) {
            case TYPE_EXISTS:
            case TYPE_MATCHES:
                return Answer.of(found.isPresent() ? 1 : 0);
            case TYPE_SIZE:
                // Asking for the size of what is not there gives 0, as libbpf does.
                return Answer.of(found.flatMap(target::bytes).orElse(0L));
            default:
                return found.map(id -> Answer.of(id)).orElseGet(() -> Answer.refused(missing(relocation.type())));
        }
    }

    private String missing(int localType) {
        BtfType type = local.type(localType);
        String keyword = local.resolve(localType) instanceof BtfType.Enum ? "enum " : "struct ";
        String modelled = String.join(
                ", ",
                target.types().stream()
                        .filter(t -> !t.name().isEmpty()
                                && t.getClass() == local.resolve(localType).getClass())
                        .map(BtfType::name)
                        .toList());
        return keyword + essentialName(type.name()) + " is not modelled; there are "
                + (modelled.isEmpty() ? "none" : modelled);
    }

    private static BtfType.Enumerator enumerator(Btf btf, CoreRelocation relocation) throws AccessPath.NoPath {
        try {
            if (btf.resolve(relocation.type()) instanceof BtfType.Enum type) {
                return type.values().get(Integer.parseInt(relocation.access()));
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new AccessPath.NoPath("its access string '" + relocation.access() + "' names no enumerator");
        }
        throw new AccessPath.NoPath(btf.type(relocation.type()).name() + " is not an enum");
    }

    private Answer enumValue(CoreRelocation relocation) throws AccessPath.NoPath {
        BtfType.Enumerator wanted = enumerator(local, relocation);
        String name = essentialName(wanted.name());
        Optional<Long> value = candidate(relocation.type())
                .map(id -> (BtfType.Enum) target.resolve(id))
                .flatMap(e -> e.values().stream()
                        .filter(v -> v.name().equals(name))
                        .map(BtfType.Enumerator::value)
                        .findFirst());
        if (relocation.kind() == CoreRelocation.Kind.ENUMVAL_EXISTS) {
            return Answer.of(value.isPresent() ? 1 : 0);
        }
        return value.map(Answer::of)
                .orElseGet(() -> Answer.refused("enumerator " + name + " of "
                        + essentialName(local.type(relocation.type()).name()) + " is not modelled"));
    }

    private Answer field(CoreRelocation relocation) throws AccessPath.NoPath {
        AccessPath ours = AccessPath.parse(local, relocation.type(), relocation.access());
        boolean asksExistence = relocation.kind() == CoreRelocation.Kind.FIELD_EXISTS;
        Optional<Integer> root = candidate(relocation.type());
        if (root.isEmpty()) {
            return asksExistence ? Answer.of(0) : Answer.refused(missing(relocation.type()));
        }
        AccessPath theirs;
        try {
            theirs = ours.in(target, root.get());
            if (!compatible(ours.type(), theirs.type(), 0)) {
                throw new AccessPath.NoPath(ours.text(local) + " is of another kind of type here");
            }
        } catch (AccessPath.NoPath e) {
            return asksExistence ? Answer.of(0) : Answer.refused(e.getMessage());
        }
        if (asksExistence) {
            return Answer.of(1);
        }
        return value(relocation.kind(), ours, theirs);
    }

    private Answer value(CoreRelocation.Kind kind, AccessPath ours, AccessPath theirs) throws AccessPath.NoPath {
        Storage storage = Storage.of(target, theirs);
        switch (kind) {
            case FIELD_BYTE_OFFSET:
                return new Answer(storage.byteOffset(), Optional.empty(), loadBytes(ours, theirs));
            case FIELD_BYTE_SIZE:
                return Answer.of(storage.bytes());
            case FIELD_SIGNED:
                return Answer.of(isSigned(target, theirs.type()) ? 1 : 0);
            case FIELD_LSHIFT_U64:
                return Answer.of(64 - (theirs.bitOffset() + storage.bits() - 8 * storage.byteOffset()));
            case FIELD_RSHIFT_U64:
                return Answer.of(64 - storage.bits());
            default:
                throw new AssertionError(kind);
        }
    }

    /**
     * Where to load from to get a field: the field itself, or the smallest aligned unit that holds all of a bitfield.
     */
    private record Storage(long byteOffset, long bytes, long bits) {
        static Storage of(Btf btf, AccessPath path) throws AccessPath.NoPath {
            long bytes =
                    btf.bytes(path.type()).orElseThrow(() -> new AccessPath.NoPath(path.text(btf) + " has no size"));
            if (path.bitfieldWidth() == 0) {
                return new Storage(path.bitOffset() / 8, bytes, 8 * bytes);
            }
            long offset = path.bitOffset() / 8 / bytes * bytes;
            while (path.bitOffset() + path.bitfieldWidth() - 8 * offset > 8 * bytes) {
                if (bytes >= 8) {
                    throw new AccessPath.NoPath(path.text(btf) + " is a bitfield wider than a load");
                }
                bytes *= 2;
                offset = path.bitOffset() / 8 / bytes * bytes;
            }
            return new Storage(offset, bytes, path.bitfieldWidth());
        }
    }

    /** The size that a load must change to: unsigned numbers and pointers may differ in width between the two. */
    private int loadBytes(AccessPath ours, AccessPath theirs) {
        if (ours.bitfieldWidth() != 0 || theirs.bitfieldWidth() != 0) {
            return 0;
        }
        BtfType a = local.resolve(ours.type());
        BtfType b = target.resolve(theirs.type());
        boolean pointers = a instanceof BtfType.Pointer && b instanceof BtfType.Pointer;
        boolean unsigned = a instanceof BtfType.Int x && b instanceof BtfType.Int y && !x.signed() && !y.signed();
        long bytesA = local.bytes(ours.type()).orElse(0L);
        long bytesB = target.bytes(theirs.type()).orElse(0L);
        if (bytesA == bytesB || !(a instanceof BtfType.Int || a instanceof BtfType.Pointer)) {
            return 0;
        }
        return pointers || unsigned ? (int) bytesB : -1;
    }

    private static boolean isSigned(Btf btf, int type) {
        BtfType resolved = btf.resolve(type);
        return resolved instanceof BtfType.Int i && i.signed() || resolved instanceof BtfType.Enum e && e.signed();
    }

    /** libbpf's rule: the same kind is enough, and an enum may be an integer. */
    private boolean compatible(int ours, int theirs, int depth) {
        BtfType a = local.resolve(ours);
        BtfType b = target.resolve(theirs);
        if (a instanceof BtfType.Struct && b instanceof BtfType.Struct) {
            return true;
        }
        if (a instanceof BtfType.Array x && b instanceof BtfType.Array y) {
            return depth > 8 || compatible(x.elementType(), y.elementType(), depth + 1);
        }
        return number(a) && number(b)
                || a instanceof BtfType.Pointer && b instanceof BtfType.Pointer
                || a instanceof BtfType.Float && b instanceof BtfType.Float
                || a instanceof BtfType.Forward && b instanceof BtfType.Struct;
    }

    private static boolean number(BtfType type) {
        return type instanceof BtfType.Int || type instanceof BtfType.Enum;
    }

    /**
     * Writes an answer into an instruction.
     *
     * @throws IllegalArgumentException if the instruction cannot carry it
     */
    public static Instruction apply(Instruction insn, Answer answer) {
        int opcode = insn.opcode();
        long value = answer.value();
        switch (Opcode.classOf(opcode)) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                if (Opcode.registerSource(opcode) || value != (int) value) {
                    throw cannot(insn, value);
                }
                return insn.withImmediate(value);
            case Opcode.CLASS_LDX:
            case Opcode.CLASS_ST:
            case Opcode.CLASS_STX:
                if (value < 0 || value > Short.MAX_VALUE) {
                    throw cannot(insn, value);
                }
                return resized(insn.withOffset((int) value), answer.loadBytes());
            case Opcode.CLASS_LD:
                if (opcode == Opcode.LD_IMM64) {
                    return insn.withImmediate(value);
                }
                throw cannot(insn, value);
            default:
                throw cannot(insn, value);
        }
    }

    private static Instruction resized(Instruction insn, int bytes) {
        if (bytes == 0) {
            return insn;
        }
        if (bytes < 0 || bytes > 8 || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException(
                    "the field has another size here and is signed: read it with BPF_CORE_READ_BITFIELD or as u64");
        }
        return insn.withOpcode(insn.opcode() & ~0x18 | Opcode.sizeBits(bytes));
    }

    private static IllegalArgumentException cannot(Instruction insn, long value) {
        return new IllegalArgumentException("instruction '" + insn + "' cannot take the value " + value);
    }
}
