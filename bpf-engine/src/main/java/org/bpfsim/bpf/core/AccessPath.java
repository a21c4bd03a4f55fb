package org.bpfsim.bpf.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    /** A message names as many members of a struct; some have a hundred, which nobody reads. */
    private static final int LISTED = 12;

    AccessPath {
        steps = List.copyOf(steps);
    }

    /** One step: into a member by name, or to an array element by index (then the name is empty). */
    record Step(String member, int index) {}

    /** A way that does not exist, said in words. */
    static final class NoPath extends Exception {
        private static final long serialVersionUID = 1L;

        NoPath(String reason) {
            super(reason);
        }
    }

    /** Reads an access string. Members without a name are walked through but not part of the steps. */
    static AccessPath parse(Btf btf, int root, String access) throws NoPath {
        String[] indexes = access.split(":", -1);
        List<Step> steps = new ArrayList<>();
        int first = number(access, indexes[0]);
        int at = root;
        long bits = 8L * first * btf.bytes(root).orElse(0L);
        int width = 0;
        steps.add(new Step("", first));
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
                    steps.add(new Step(member.name(), index));
                }
            } else if (type instanceof BtfType.Array array) {
                at = array.elementType();
                bits += 8L * index * btf.bytes(at).orElse(0L);
                steps.add(new Step("", index));
            } else {
                throw new NoPath("its access string " + access + " does not fit its own types");
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
            throw new NoPath("its access string '" + access + "' is not a list of numbers");
        }
        throw new NoPath("its access string '" + access + "' has a negative number");
    }

    /** Walks the same way by name from a type of another BTF. */
    AccessPath in(Btf target, int targetRoot) throws NoPath {
        List<Step> walked = new ArrayList<>();
        int first = steps.get(0).index();
        int at = targetRoot;
        long bits = 8L * first * target.bytes(targetRoot).orElse(0L);
        int width = 0;
        walked.add(steps.get(0));
        String path = target.type(targetRoot).name();
        for (Step step : steps.subList(1, steps.size())) {
            BtfType type = target.resolve(at);
            if (step.member().isEmpty()) {
                if (!(type instanceof BtfType.Array array)) {
                    throw new NoPath(path + " is not an array here");
                }
                // An array of length 0 or 1 at the end of a struct may stand for any length.
                if (step.index() >= array.count() && array.count() > 1) {
                    throw new NoPath(path + " has " + array.count() + " elements, and element " + step.index()
                            + " is asked for");
                }
                at = array.elementType();
                bits += 8L * step.index() * target.bytes(at).orElse(0L);
                path += "[" + step.index() + "]";
                width = 0;
            } else {
                if (!(type instanceof BtfType.Struct struct)) {
                    throw new NoPath(path + " is not a struct here");
                }
                Optional<Found> found = find(target, struct, step.member(), 0);
                if (found.isEmpty()) {
                    throw new NoPath((struct.name().isEmpty() ? path : struct.name()) + "." + step.member()
                            + " is not modelled; " + listing(target, struct, path));
                }
                bits += found.get().bitOffset();
                width = found.get().member().bitfieldWidth();
                at = found.get().member().type();
                path += "." + step.member();
            }
            walked.add(step);
        }
        return new AccessPath(targetRoot, walked, bits, at, width);
    }

    private record Found(BtfType.Member member, long bitOffset) {}

    /** Finds a member by name, also within anonymous structs and unions. */
    private static Optional<Found> find(Btf btf, BtfType.Struct struct, String name, int depth) {
        for (BtfType.Member member : struct.members()) {
            if (member.name().equals(name)) {
                return Optional.of(new Found(member, member.bitOffset()));
            }
            if (member.name().isEmpty() && depth < 16 && btf.resolve(member.type()) instanceof BtfType.Struct inner) {
                Optional<Found> found = find(btf, inner, name, depth + 1);
                if (found.isPresent()) {
                    return found.map(f -> new Found(f.member(), f.bitOffset() + member.bitOffset()));
                }
            }
        }
        return Optional.empty();
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
