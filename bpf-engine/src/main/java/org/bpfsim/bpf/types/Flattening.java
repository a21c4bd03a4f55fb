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
            if (member instanceof Member.Scalar<T> m) {
                add(new Scalar<>(this, name, offset, m, path(path, same)));
            } else if (member instanceof Member.Bits<T> m) {
                add(new Bits<>(this, name, offset, m, path(path, same)));
            } else if (member instanceof Member.Array<T> m) {
                for (int i = 0; i < m.count(); i++) {
                    add(new Element<>(this, name + "[" + i + "]", offset, m, i, path(path, same)));
                }
            } else if (member instanceof Member.Memory<T> m) {
                add(new Memory<>(this, name, offset, m, path(path, same)));
            } else if (member instanceof Member.Pointer<T> m) {
                add(new Pointer<>(this, name, offset, m, path(path, same)));
            } else if (member instanceof Member.Group<T> m) {
                members(struct, m.members(), base, path, same);
            } else if (member instanceof Member.Embedded<T, ?> m) {
                embedded(m, offset, path, same);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private <U> void embedded(Member.Embedded<?, U> m, int offset, Function<Object, Object> path, boolean same) {
        Optional<Function<Object, Object>> step =
                m.path().map(p -> object -> ((Function<Object, Object>) (Function<?, ?>) p).apply(object));
        Function<Object, Object> whole = step.map(path::andThen).orElse(path);
        parts.add(new Part(offset, m.type(), whole));
        members(m.type().name(), m.type().members(), offset, whole, same && step.isEmpty());
    }

    private static Optional<Function<Object, Object>> path(Function<Object, Object> path, boolean same) {
        return same ? Optional.empty() : Optional.of(path);
    }

    private void add(Leaf leaf) {
        leaves.add(leaf);
    }

    /** A leaf bound to an object of class T that is the outermost object or reached from it. */
    private abstract static class Bound<T> extends Leaf {
        private final Function<Object, Object> path;

        Bound(
                Flattening f,
                Kind kind,
                String name,
                int offset,
                int bytes,
                int bit,
                int width,
                boolean signed,
                boolean hasSetter,
                Optional<Function<Object, Object>> path) {
            super(kind, name, f.leaves.size(), offset, bytes, bit, width, signed, hasSetter);
            this.path = path.orElse(null);
        }

        @SuppressWarnings("unchecked")
        final T target(Object object) {
            return (T) (path == null ? object : path.apply(object));
        }
    }

    private static final class Scalar<T> extends Bound<T> {
        private final Getter<T> getter;
        private final Setter<T> setter;
        private final ScalarType type;

        Scalar(Flattening f, String name, int offset, Member.Scalar<T> m, Optional<Function<Object, Object>> path) {
            super(
                    f,
                    Kind.VALUE,
                    name,
                    offset,
                    m.bytes(),
                    0,
                    8 * m.bytes(),
                    m.type().signed(),
                    m.setter().isPresent(),
                    path);
            this.getter = m.getter();
            this.setter = m.setter().orElse(null);
            this.type = m.type();
        }

        @Override
        long get(Object object, Addresses addresses) {
            return toMemoryOrder(type, getter.get(target(object)));
        }

        @Override
        void set(Object object, long value) {
            setter.set(target(object), toMemoryOrder(type, value));
        }
    }

    private static final class Element<T> extends Bound<T> {
        private final ElementGetter<T> getter;
        private final ElementSetter<T> setter;
        private final ScalarType type;
        private final int element;

        Element(
                Flattening f,
                String name,
                int offset,
                Member.Array<T> m,
                int element,
                Optional<Function<Object, Object>> path) {
            super(
                    f,
                    Kind.VALUE,
                    name,
                    offset + element * m.type().bytes(),
                    m.type().bytes(),
                    0,
                    8 * m.type().bytes(),
                    m.type().signed(),
                    m.setter().isPresent(),
                    path);
            this.getter = m.getter();
            this.setter = m.setter().orElse(null);
            this.type = m.type();
            this.element = element;
        }

        @Override
        long get(Object object, Addresses addresses) {
            return toMemoryOrder(type, getter.get(target(object), element));
        }

        @Override
        void set(Object object, long value) {
            setter.set(target(object), element, toMemoryOrder(type, value));
        }
    }

    private static final class Bits<T> extends Bound<T> {
        private final Getter<T> getter;
        private final Setter<T> setter;

        Bits(Flattening f, String name, int offset, Member.Bits<T> m, Optional<Function<Object, Object>> path) {
            super(
                    f,
                    Kind.BITS,
                    name,
                    offset,
                    m.bytes(),
                    m.bit(),
                    m.width(),
                    m.type().signed(),
                    m.setter().isPresent(),
                    path);
            this.getter = m.getter();
            this.setter = m.setter().orElse(null);
        }

        @Override
        long get(Object object, Addresses addresses) {
            return getter.get(target(object));
        }

        @Override
        void set(Object object, long value) {
            setter.set(target(object), value);
        }
    }

    private static final class Memory<T> extends Bound<T> {
        private final Function<T, byte[]> array;

        Memory(Flattening f, String name, int offset, Member.Memory<T> m, Optional<Function<Object, Object>> path) {
            super(f, Kind.MEMORY, name, offset, m.bytes(), 0, 0, false, true, path);
            this.array = m.array();
        }

        @Override
        long get(Object object, Addresses addresses) {
            throw new AssertionError(path() + " is memory, not a value");
        }

        @Override
        void set(Object object, long value) {
            throw new AssertionError(path() + " is memory, not a value");
        }

        @Override
        byte[] array(Object object) {
            return array.apply(target(object));
        }
    }

    private static final class Pointer<T> extends Bound<T> {
        private final AddressGetter<T> getter;

        Pointer(Flattening f, String name, int offset, Member.Pointer<T> m, Optional<Function<Object, Object>> path) {
            super(f, Kind.VALUE, name, offset, m.bytes(), 0, 64, false, false, path);
            this.getter = m.getter();
        }

        @Override
        long get(Object object, Addresses addresses) {
            return getter.get(target(object), addresses);
        }

        @Override
        void set(Object object, long value) {
            throw new AssertionError(path() + " has no setter");
        }
    }

    /** Programs read memory as little-endian numbers; a field in network order looks swapped to them. */
    private static long toMemoryOrder(ScalarType type, long value) {
        if (!type.networkOrder()) {
            return value;
        }
        return type.bytes() == 2
                ? Short.toUnsignedLong(Short.reverseBytes((short) value))
                : Integer.toUnsignedLong(Integer.reverseBytes((int) value));
    }
}
