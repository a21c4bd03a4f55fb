package org.bpfsim.bpf.core;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/**
 * A way from a type to a field of it: what a CO-RE access string ({@code 0:3:1}) spells in one program's BTF, and its
 * counterpart in the kernel's.
 *
 * @param root the type that it starts from
 * @param steps from there to the field
 * @param bitOffset of the field from the start of the root
 * @param type of the field
 * @param bitfieldWidth 0 for an ordinary field
 */
record AccessPath(int root, List<Step> steps, long bitOffset, int type, int bitfieldWidth) {
    /** libbpf follows a way through so many members and elements, members without a name included (BPF_CORE_SPEC_MAX_LEN). */
    private static final int MAX_STEPS = 64;

    /** A message names as many members of a struct; some have a hundred, which nobody reads. */
    private static final int LISTED = 12;

    AccessPath {
        steps = List.copyOf(steps);
    }

    /**
     * One step: into a member by name, or to an array element by index (then the name is empty).
     *
     * @param type of the member or element
     */
    record Step(String member, int index, int type) {}

    /** A way that does not exist, said in words. */
    static final class NoPath extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean isError;

        NoPath(String reason) {
            this(reason, false);
        }

        private NoPath(String reason, boolean isError) {
            super(reason);
            this.isError = isError;
        }

        /** What no kernel can mend: the program cannot be loaded, even if the instruction is never reached. */
        static NoPath error(String reason) {
            return new NoPath(reason, true);
        }

        boolean isError() {
            return isError;
        }
    }

    /** Reads an access string. Members without a name are walked through but not part of the steps. */
    static AccessPath parse(Btf btf, int root, String access) throws NoPath {
        String[] indexes = access.split(":", -1);
        if (indexes.length > MAX_STEPS) {
            throw NoPath.error("its access string '" + access + "' is too long");
        }
        List<Step> steps = new ArrayList<>();
        int first = number(access, indexes[0]);
        int at = root;
        long bits = 8L * first * btf.bytes(root).orElse(0L);
        int width = 0;
        steps.add(new Step("", first, root));
        for (int i = 1; i < indexes.length; i++) {
            int index = number(access, indexes[i]);
            BtfType type = btf.resolve(at);
            width = 0;
            if (type instanceof BtfType.Struct struct
                    && index < struct.members().size()) {
                BtfType.Member member = struct.members().get(index);
                bits += member.bitOffset();
                width = member.bitfieldWidth();
                at = member.type();
                if (!member.name().isEmpty()) {
                    steps.add(new Step(member.name(), index, member.type()));
                }
            } else if (type instanceof BtfType.Array array) {
                at = array.elementType();
                bits += 8L * index * btf.bytes(at).orElse(0L);
                steps.add(new Step("", index, at));
            } else {
                throw NoPath.error("its access string " + access + " does not fit its own types");
            }
        }
        return new AccessPath(root, steps, bits, at, width);
    }

    private static int number(String access, String text) throws NoPath {
        try {
            int value = Integer.parseInt(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw NoPath.error("its access string '" + access + "' is not a list of numbers");
        }
        throw NoPath.error("its access string '" + access + "' has a negative number");
    }

    /**
     * Walks the same way by name from a type of another BTF.
     *
     * @param rules of these types and those
     */
    AccessPath in(Btf target, int targetRoot, TypeRules rules) throws NoPath {
        List<Step> walked = new ArrayList<>();
        int first = steps.get(0).index();
        Walk walk = new Walk(target, rules);
        walk.bits = 8L * first * target.bytes(targetRoot).orElse(0L);
        walk.at = targetRoot;
        walk.path = CoreRelocator.essentialName(target.type(targetRoot).name());
        walked.add(new Step("", first, targetRoot));
        for (Step step : steps.subList(1, steps.size())) {
            if (step.member().isEmpty()) {
                walk.toElement(step.index());
            } else {
                walk.toMember(step);
            }
            walked.add(new Step(step.member(), step.index(), walk.at));
        }
        return new AccessPath(targetRoot, walked, walk.bits, walk.at, walk.width);
    }

    /** Where a way has led so far. */
    private static final class Walk {
        private final Btf btf;
        private final TypeRules rules;
        private int at;
        private long bits;
        private int width;
        private int length = 1;
        /** The member that the last step went into; null if it went elsewhere. */
        private BtfType.Member last;

        private boolean lastOfItsStruct;
        private String path;

        Walk(Btf btf, TypeRules rules) {
            this.btf = btf;
            this.rules = rules;
        }

        private void lengthen() throws NoPath {
            if (++length > MAX_STEPS) {
                throw NoPath.error(path + " is too deep in structs without names");
            }
        }

        void toElement(int index) throws NoPath {
            if (!(btf.resolve(at) instanceof BtfType.Array array)) {
                throw new NoPath(path + " is not an array here");
            }
            // An array of no elements at the end of a struct stands for any number of them.
            boolean flexible = last != null && lastOfItsStruct && array.count() == 0;
            if (index >= array.count() && !flexible) {
                throw new NoPath(path + " has " + array.count() + " elements, and element " + index + " is asked for");
            }
            lengthen();
            at = array.elementType();
            bits += 8L * index * btf.bytes(at).orElse(0L);
            path += "[" + index + "]";
            width = 0;
            last = null;
        }

        void toMember(Step step) throws NoPath {
            if (!(btf.resolve(at) instanceof BtfType.Struct struct)) {
                throw new NoPath(path + " is not a struct here");
            }
            if (!find(struct, step, bits, length)) {
                throw new NoPath((struct.name().isEmpty() ? path : struct.name()) + "." + step.member()
                        + " is not modelled; " + listing(btf, struct, path));
            }
            at = last.type();
            width = last.bitfieldWidth();
            path += "." + step.member();
        }

        /** Finds a member by name, also within anonymous structs and unions. */
        private boolean find(BtfType.Struct struct, Step step, long from, int depth) throws NoPath {
            if (depth >= MAX_STEPS) {
                throw NoPath.error(path + " is too deep in structs without names");
            }
            for (int i = 0; i < struct.members().size(); i++) {
                BtfType.Member member = struct.members().get(i);
                long offset = from + member.bitOffset();
                if (member.name().isEmpty()) {
                    if (btf.resolve(member.type()) instanceof BtfType.Struct inner
                            && find(inner, step, offset, depth + 1)) {
                        return true;
                    }
                } else if (member.name().equals(step.member())) {
                    if (!rules.fieldsAreCompatible(step.type(), member.type())) {
                        return false;
                    }
                    length = depth + 1;
                    bits = offset;
                    last = member;
                    lastOfItsStruct = i == struct.members().size() - 1;
                    return true;
                }
            }
            return false;
        }
    }

    private static String listing(Btf btf, BtfType.Struct struct, String path) {
        List<String> names = new ArrayList<>();
        collect(btf, struct, names, 0);
        String more = names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "";
        return (struct.name().isEmpty() ? path : "struct " + struct.name()) + " has "
                + (names.isEmpty()
                        ? "no fields"
                        : String.join(", ", names.subList(0, Math.min(LISTED, names.size()))) + more);
    }

    private static void collect(Btf btf, BtfType.Struct struct, List<String> names, int depth) {
        for (BtfType.Member member : struct.members()) {
            if (!member.name().isEmpty()) {
                names.add(member.name());
            } else if (depth < 16 && btf.resolve(member.type()) instanceof BtfType.Struct inner) {
                collect(btf, inner, names, depth + 1);
            }
        }
    }

    /** {@code struct.member[3].member}, for messages and listings. */
    String text(Btf btf) {
        StringBuilder text =
                new StringBuilder(CoreRelocator.essentialName(btf.type(root).name()));
        for (Step step : steps.subList(1, steps.size())) {
            text.append(step.member().isEmpty() ? "[" + step.index() + "]" : "." + step.member());
        }
        return text.toString();
    }
}
