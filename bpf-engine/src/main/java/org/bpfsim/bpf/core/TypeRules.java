package org.bpfsim.bpf.core;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/**
 * When a type of a program stands for a type of the kernel: libbpf's rules (Linux 6.12 tools/lib/bpf/relo_core.c,
 * bpf_core_fields_are_compat(), bpf_core_types_are_compat() and bpf_core_types_match()). For one relocation.
 */
final class TypeRules {
    /** Types that refer to each other deeper than this are taken for a loop, as by libbpf. */
    private static final int MAX_DEPTH = 32;

    /** Nobody's types take so many comparisons; damaged ones could take for ever. */
    private static final int MAX_COMPARISONS = 1 << 18;

    private final Btf local;
    private final Btf target;
    private int comparisons;

    TypeRules(Btf local, Btf target) {
        this.local = local;
        this.target = target;
    }

    private static boolean sameName(String a, String b) {
        return CoreRelocator.essentialName(a).equals(CoreRelocator.essentialName(b));
    }

    /** Structs are no unions; an enum is one however wide its values are. */
    static boolean sameKind(BtfType a, BtfType b) {
        return a.getClass() == b.getClass()
                && !(a instanceof BtfType.Struct s && s.union() != ((BtfType.Struct) b).union());
    }

    /** Whether a field may be read as one of another type. */
    boolean fieldsAreCompatible(int ours, int theirs) {
        int localId = ours;
        int targetId = theirs;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            BtfType a = local.resolve(localId);
            BtfType b = target.resolve(targetId);
            if (a instanceof BtfType.Struct && b instanceof BtfType.Struct) {
                return true;
            } else if (!sameKind(a, b)) {
                return false;
            } else if (!(a instanceof BtfType.Array array)) {
                return compatible(a, b);
            } else {
                localId = array.elementType();
                targetId = ((BtfType.Array) b).elementType();
            }
        }
        return false;
    }

    private static boolean compatible(BtfType a, BtfType b) {
        if (a instanceof BtfType.Int x) {
            return x.bitOffset() == 0 && ((BtfType.Int) b).bitOffset() == 0;
        } else if (a instanceof BtfType.Enum || a instanceof BtfType.Forward) {
            return a.name().isEmpty() || b.name().isEmpty() || sameName(a.name(), b.name());
        }
        return a instanceof BtfType.Pointer || a instanceof BtfType.Float;
    }

    /** Whether a type is there, whatever it is made of ({@code bpf_core_type_exists()}). */
    boolean areCompatible(int ours, int theirs) {
        return sameKind(local.type(ours), target.type(theirs)) && areCompatible(ours, theirs, 0);
    }

    private boolean areCompatible(int ours, int theirs, int depth) {
        BtfType a = local.resolve(ours);
        BtfType b = target.resolve(theirs);
        if (isTooMuch(depth) || !sameKind(a, b)) {
            return false;
        } else if (a instanceof BtfType.Int x) {
            return x.bitOffset() == 0 && ((BtfType.Int) b).bitOffset() == 0;
        } else if (a instanceof BtfType.Pointer x) {
            return areCompatible(x.type(), ((BtfType.Pointer) b).type(), depth + 1);
        } else if (a instanceof BtfType.Array x) {
            return areCompatible(x.elementType(), ((BtfType.Array) b).elementType(), depth + 1);
        } else if (a instanceof BtfType.Prototype x) {
            BtfType.Prototype y = (BtfType.Prototype) b;
            return x.parameters().size() == y.parameters().size()
                    && all(
                            x.parameters().size(),
                            i -> areCompatible(
                                    x.parameters().get(i).type(),
                                    y.parameters().get(i).type(),
                                    depth + 1))
                    && areCompatible(x.returnType(), y.returnType(), depth + 1);
        }
        return a instanceof BtfType.Void
                || a instanceof BtfType.Struct
                || a instanceof BtfType.Enum
                || a instanceof BtfType.Forward;
    }

    /** Whether a type has all that ours has ({@code bpf_core_type_matches()}). */
    boolean match(int ours, int theirs) {
        return match(ours, theirs, false, 0);
    }

    private boolean match(int ours, int theirs, boolean behindPointer, int depth) {
        BtfType a = local.resolve(ours);
        BtfType b = target.resolve(theirs);
        if (isTooMuch(depth) || !sameName(a.name(), b.name())) {
            return false;
        } else if (a instanceof BtfType.Struct x) {
            return matchStruct(x, b, behindPointer, depth);
        } else if (a instanceof BtfType.Forward x) {
            return matchForward(x, b, behindPointer);
        } else if (!sameKind(a, b)) {
            return false;
        } else if (a instanceof BtfType.Enum x) {
            return matchEnum(x, (BtfType.Enum) b);
        } else if (a instanceof BtfType.Int x) {
            return x.signed() == ((BtfType.Int) b).signed();
        } else if (a instanceof BtfType.Pointer x) {
            return match(x.type(), ((BtfType.Pointer) b).type(), true, depth + 1);
        } else if (a instanceof BtfType.Array x) {
            BtfType.Array y = (BtfType.Array) b;
            return x.count() == y.count() && match(x.elementType(), y.elementType(), behindPointer, depth + 1);
        } else if (a instanceof BtfType.Prototype x) {
            BtfType.Prototype y = (BtfType.Prototype) b;
            return x.parameters().size() == y.parameters().size()
                    && all(
                            x.parameters().size(),
                            i -> match(
                                    x.parameters().get(i).type(),
                                    y.parameters().get(i).type(),
                                    behindPointer,
                                    depth + 1))
                    && match(x.returnType(), y.returnType(), behindPointer, depth + 1);
        }
        return a instanceof BtfType.Void;
    }

    /** Behind a pointer the keyword is enough: what a struct that is only pointed to is made of need not be known. */
    private boolean matchStruct(BtfType.Struct ours, BtfType theirs, boolean behindPointer, int depth) {
        if (behindPointer && theirs instanceof BtfType.Forward forward) {
            return ours.union() == forward.union();
        } else if (!sameKind(ours, theirs)) {
            return false;
        }
        List<BtfType.Member> members = ((BtfType.Struct) theirs).members();
        return behindPointer
                || ours.members().size() <= members.size()
                        && all(ours.members().size(), i -> {
                            BtfType.Member member = ours.members().get(i);
                            return members.stream()
                                    .anyMatch(m -> sameName(member.name(), m.name())
                                            && match(member.type(), m.type(), false, depth + 1));
                        });
    }

    private static boolean matchForward(BtfType.Forward ours, BtfType theirs, boolean behindPointer) {
        if (theirs instanceof BtfType.Forward forward) {
            return ours.union() == forward.union();
        }
        return behindPointer && theirs instanceof BtfType.Struct struct && ours.union() == struct.union();
    }

    private static boolean matchEnum(BtfType.Enum ours, BtfType.Enum theirs) {
        return ours.values().size() <= theirs.values().size()
                && ours.values().stream()
                        .allMatch(v -> theirs.values().stream().anyMatch(w -> sameName(v.name(), w.name())));
    }

    private boolean isTooMuch(int depth) {
        return depth > MAX_DEPTH || ++comparisons > MAX_COMPARISONS;
    }

    private static boolean all(int count, IntPredicate holds) {
        return IntStream.range(0, count).allMatch(holds);
    }
}
