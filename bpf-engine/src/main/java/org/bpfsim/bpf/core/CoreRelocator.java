package org.bpfsim.bpf.core;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfExt.CoreRelocation;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Compile once, run everywhere: answers a program's questions about kernel types and writes the answers into its
 * instructions, by libbpf's rules (docs.kernel.org/bpf/llvm_reloc.html, "CO-RE Relocations"; Linux 6.12
 * tools/lib/bpf/relo_core.c). Of several types of the kernel that a type of the program may stand for, those that do not fit one
 * relocation are out for the next: one relocator is for one object, and for one thread.
 */
public final class CoreRelocator {
    /** Questions to which 0 is the answer when there is no such type. */
    private static final Set<CoreRelocation.Kind> NOTHING_IS_ZERO = EnumSet.of(
            CoreRelocation.Kind.FIELD_EXISTS,
            CoreRelocation.Kind.TYPE_ID_TARGET,
            CoreRelocation.Kind.TYPE_EXISTS,
            CoreRelocation.Kind.TYPE_SIZE,
            CoreRelocation.Kind.TYPE_MATCHES,
            CoreRelocation.Kind.ENUMVAL_EXISTS);

    private final Btf local;
    private final Btf target;
    /** By a type of the program, the kernel's types that it may still stand for. */
    private final Map<Integer, List<Integer>> candidates = new HashMap<>();

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
     * @param isError whether, because of it, the program cannot be loaded at all
     * @param loadBytes size that a load or store must have in the kernel's layout; 0 where it stays, -1 if none fits
     */
    public record Answer(long value, Optional<String> refusal, boolean isError, int loadBytes) {
        static Answer of(long value) {
            return new Answer(value, Optional.empty(), false, 0);
        }

        static Answer refused(String why) {
            return new Answer(0, Optional.of(why), false, 0);
        }

        static Answer error(String why) {
            return new Answer(0, Optional.of(why), true, 0);
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

    /** Answers a relocation: from all types of the kernel that may be meant, which must agree. */
    public Answer resolve(CoreRelocation relocation) {
        CoreRelocation.Kind kind = relocation.kind();
        if (kind == CoreRelocation.Kind.TYPE_ID_LOCAL) {
            return Answer.of(relocation.type());
        } else if (local.type(relocation.type()).name().isEmpty()) {
            return Answer.error("it asks for a type without a name");
        }
        try {
            Question question = question(relocation);
            Optional<Match> match = Optional.empty();
            Optional<String> why = Optional.empty();
            List<Integer> matching = new ArrayList<>();
            for (int candidate : candidates.computeIfAbsent(relocation.type(), this::candidates)) {
                try {
                    Match another = question.in(candidate);
                    if (match.isPresent() && !match.get().agrees(another)) {
                        return Answer.error(
                                describe(local, relocation) + " is ambiguous: the kernel has several types of"
                                        + " this name, which answer differently");
                    }
                    match = match.or(() -> Optional.of(another));
                    matching.add(candidate);
                } catch (AccessPath.NoPath e) {
                    if (e.isError()) {
                        throw e;
                    }
                    why = why.or(() -> Optional.of(e.getMessage()));
                }
            }
            if (match.isPresent()) {
                candidates.put(relocation.type(), matching);
                return match.get().answer();
            }
            return NOTHING_IS_ZERO.contains(kind)
                    ? Answer.of(0)
                    : Answer.refused(why.orElseGet(() -> missing(relocation.type())));
        } catch (AccessPath.NoPath e) {
            return Answer.error(e.getMessage());
        }
    }

    /** What a relocation asks of one of the kernel's types. */
    private interface Question {
        /** @throws AccessPath.NoPath if this type is not meant */
        Match in(int candidate) throws AccessPath.NoPath;
    }

    /** @param bitOffset of the field, where one is asked for */
    private record Match(long bitOffset, Answer answer) {
        boolean agrees(Match o) {
            return bitOffset == o.bitOffset && answer.value() == o.answer.value();
        }
    }

    private Question question(CoreRelocation relocation) throws AccessPath.NoPath {
        switch (relocation.kind()) {
            case TYPE_ID_TARGET:
            case TYPE_EXISTS:
            case TYPE_SIZE:
            case TYPE_MATCHES:
                return id -> type(relocation, id);
            case ENUMVAL_EXISTS:
            case ENUMVAL_VALUE:
                BtfType.Enumerator wanted = enumerator(local, relocation);
                return id -> enumValue(relocation, wanted, id);
            default:
                AccessPath ours = AccessPath.parse(local, relocation.type(), relocation.access());
                return id -> field(relocation.kind(), ours, id);
        }
    }

    /** The kernel's types of the same kind and essential name. */
    private List<Integer> candidates(int localType) {
        BtfType wanted = local.type(localType);
        String name = essentialName(wanted.name());
        List<BtfType> types = target.types();
        return IntStream.range(1, types.size())
                .filter(id -> TypeRules.sameKind(wanted, types.get(id))
                        && essentialName(types.get(id).name()).equals(name))
                .boxed()
                .toList();
    }

    private Match type(CoreRelocation relocation, int candidate) throws AccessPath.NoPath {
        TypeRules rules = new TypeRules(local, target);
        boolean matches = relocation.kind() == CoreRelocation.Kind.TYPE_MATCHES
                ? rules.match(relocation.type(), candidate)
                : rules.areCompatible(relocation.type(), candidate);
        if (!matches) {
            throw new AccessPath.NoPath(describe(local, relocation) + " is another type here");
        }
        switch (relocation.kind()) {
            case TYPE_ID_TARGET:
                return new Match(0, Answer.of(candidate));
            case TYPE_SIZE:
                return new Match(
                        0,
                        Answer.of(target.bytes(candidate)
                                .orElseThrow(
                                        () -> AccessPath.NoPath.error(describe(local, relocation) + " has no size"))));
            default:
                return new Match(0, Answer.of(1));
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
            throw AccessPath.NoPath.error("its access string '" + relocation.access() + "' names no enumerator");
        }
        throw AccessPath.NoPath.error(btf.type(relocation.type()).name() + " is not an enum");
    }

    private Match enumValue(CoreRelocation relocation, BtfType.Enumerator wanted, int candidate)
            throws AccessPath.NoPath {
        String name = essentialName(wanted.name());
        if (!(target.resolve(candidate) instanceof BtfType.Enum theirs)) {
            throw new AccessPath.NoPath(
                    essentialName(local.type(relocation.type()).name()) + " is no enum here");
        }
        long value = theirs.values().stream()
                .filter(v -> essentialName(v.name()).equals(name))
                .findFirst()
                .orElseThrow(() -> new AccessPath.NoPath("enumerator " + name + " of "
                        + essentialName(local.type(relocation.type()).name()) + " is not modelled"))
                .value();
        return new Match(0, Answer.of(relocation.kind() == CoreRelocation.Kind.ENUMVAL_EXISTS ? 1 : value));
    }

    private Match field(CoreRelocation.Kind kind, AccessPath ours, int candidate) throws AccessPath.NoPath {
        AccessPath theirs = ours.in(target, candidate, new TypeRules(local, target));
        return new Match(
                theirs.bitOffset(),
                kind == CoreRelocation.Kind.FIELD_EXISTS ? Answer.of(1) : value(kind, ours, theirs));
    }

    private Answer value(CoreRelocation.Kind kind, AccessPath ours, AccessPath theirs) throws AccessPath.NoPath {
        Storage storage = Storage.of(target, theirs);
        switch (kind) {
            case FIELD_BYTE_OFFSET:
                return new Answer(storage.byteOffset(), Optional.empty(), false, loadBytes(ours, theirs));
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
                    btf.bytes(path.type()).orElseThrow(() -> AccessPath.NoPath.error(path.text(btf) + " has no size"));
            if (path.bitfieldWidth() == 0) {
                return new Storage(path.bitOffset() / 8, bytes, 8 * bytes);
            }
            long offset = path.bitOffset() / 8 / bytes * bytes;
            while (path.bitOffset() + path.bitfieldWidth() - 8 * offset > 8 * bytes) {
                if (bytes >= 8) {
                    throw AccessPath.NoPath.error(path.text(btf) + " is a bitfield wider than a load");
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
        if (bytesA == bytesB) {
            return 0;
        }
        return pointers || unsigned ? (int) bytesB : -1;
    }

    private static boolean isSigned(Btf btf, int type) {
        BtfType resolved = btf.resolve(type);
        return resolved instanceof BtfType.Int i && i.signed() || resolved instanceof BtfType.Enum e && e.signed();
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
