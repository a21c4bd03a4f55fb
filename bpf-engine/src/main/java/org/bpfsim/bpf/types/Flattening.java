package org.bpfsim.bpf.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Resolves embedded structs and arrays: turns a struct's members into leaves at absolute offsets. */
final class Flattening {
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();

    private Flattening() {}

    /**
     * A struct within the outermost one, or that itself.
     *
     * @param path from the outermost object to the part's
     */
    record Part(int offset, StructType<?> type, Function<Object, Object> path) {}

    static Flattening of(StructType<?> type) {
        Flattening flattening = new Flattening();
        flattening.parts.add(new Part(0, type, Function.identity()));
        flattening.members(type.name(), type.members(), 0, Function.identity(), true);
        return flattening;
    }

    List<Leaf> leaves() {
        return leaves;
    }

    List<Part> parts() {
        return parts;
    }

    /**
     * @param path from the outermost object to the one that the members are bound to
     * @param same whether that is the outermost object itself
     */
    private <T> void members(
            String struct, List<Member<T>> members, int base, Function<Object, Object> path, boolean same) {
        for (Member<T> member : members) {
            int offset = base + member.offset();
            String name = struct + "." + member.name();
            Function<Object, Object> here = same ? null : path;
            if (member instanceof Member.Scalar<T> m) {
                FieldAccess access = new FieldAccess.Scalar(
                        here, erased(m.getter()), erased(m.setter().orElse(null)), swapped(m.type()));
                value(name, offset, m.bytes(), m.type().signed(), m.setter().isPresent(), access);
            } else if (member instanceof Member.Bits<T> m) {
                add(new Leaf(
                        Leaf.Kind.BITS,
                        name,
                        leaves.size(),
                        offset,
                        m.bytes(),
                        m.bit(),
                        m.width(),
                        m.type().signed(),
                        m.setter().isPresent(),
                        new FieldAccess.Bits(
                                here, erased(m.getter()), erased(m.setter().orElse(null)))));
            } else if (member instanceof Member.Array<T> m) {
                for (int i = 0; i < m.count(); i++) {
                    FieldAccess access = new FieldAccess.Element(
                            here, erased(m.getter()), erased(m.setter().orElse(null)), swapped(m.type()), i);
                    value(
                            name + "[" + i + "]",
                            offset + i * m.type().bytes(),
                            m.type().bytes(),
                            m.type().signed(),
                            m.setter().isPresent(),
                            access);
                }
            } else if (member instanceof Member.Memory<T> m) {
                FieldAccess access = new FieldAccess.Memory(here, erased(m.array()));
                add(new Leaf(Leaf.Kind.MEMORY, name, leaves.size(), offset, m.bytes(), 0, 0, false, true, access));
            } else if (member instanceof Member.Pointer<T> m) {
                FieldAccess access = new FieldAccess.Pointer(here, erased(m.getter()));
                add(new Leaf(Leaf.Kind.VALUE, name, leaves.size(), offset, m.bytes(), 0, 64, false, false, access));
            } else if (member instanceof Member.Group<T> m) {
                members(struct, m.members(), base, path, same);
            } else if (member instanceof Member.Embedded<T, ?> m) {
                embedded(m, offset, path, same);
            }
        }
    }

    private static int swapped(ScalarType type) {
        return type.networkOrder() ? type.bytes() : 0;
    }

    @SuppressWarnings("unchecked")
    private <U> void embedded(Member.Embedded<?, U> m, int offset, Function<Object, Object> path, boolean same) {
        Optional<Function<Object, Object>> step =
                m.path().map(p -> object -> ((Function<Object, Object>) (Function<?, ?>) p).apply(object));
        Function<Object, Object> whole = step.map(path::andThen).orElse(path);
        parts.add(new Part(offset, m.type(), whole));
        members(m.type().name(), m.type().members(), offset, whole, same && step.isEmpty());
    }

    private void add(Leaf leaf) {
        leaves.add(leaf);
    }

    @SuppressWarnings("unchecked")
    private static <A, B> A erased(B typed) {
        return (A) typed;
    }

    private void value(String name, int offset, int bytes, boolean signed, boolean hasSetter, FieldAccess access) {
        add(new Leaf(Leaf.Kind.VALUE, name, leaves.size(), offset, bytes, 0, 8 * bytes, signed, hasSetter, access));
    }
}
