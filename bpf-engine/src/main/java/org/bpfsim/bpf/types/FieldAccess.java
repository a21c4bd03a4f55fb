package org.bpfsim.bpf.types;

import java.util.function.Function;

/**
 * How one field of a kernel object is read and written in Java. The implementations are records: HotSpot takes the fields of a
 * constant record for constants, so that an access through one becomes a plain field access.
 *
 * <p>Hot path: no allocation.
 */
public sealed interface FieldAccess {
    /** The field's number; of a pointer, the address. */
    long get(Object object, Addresses addresses);

    /** Writes the field: a number extended from its width. */
    void set(Object object, long value);

    /** The object that a path leads to. */
    private static Object follow(Function<Object, Object> path, Object object) {
        return path == null ? object : path.apply(object);
    }

    /** Programs read memory as little-endian numbers; a field in network order looks swapped to them. */
    private static long toMemoryOrder(int swapped, long value) {
        if (swapped == 0) {
            return value;
        }
        return swapped == 2
                ? Short.toUnsignedLong(Short.reverseBytes((short) value))
                : Integer.toUnsignedLong(Integer.reverseBytes((int) value));
    }

    /**
     * One integer.
     *
     * @param path null where it leads nowhere else
     * @param swapped bytes of the field if it is in network order, otherwise 0
     */
    record Scalar(Function<Object, Object> path, Getter<Object> getter, Setter<Object> setter, int swapped)
            implements FieldAccess {
        @Override
        public long get(Object object, Addresses addresses) {
            return toMemoryOrder(swapped, getter.get(follow(path, object)));
        }

        @Override
        public void set(Object object, long value) {
            setter.set(follow(path, object), toMemoryOrder(swapped, value));
        }
    }

    /** One element of an array of integers; {@code swapped} as for a {@link Scalar}. */
    record Element(
            Function<Object, Object> path,
            ElementGetter<Object> getter,
            ElementSetter<Object> setter,
            int swapped,
            int index)
            implements FieldAccess {
        @Override
        public long get(Object object, Addresses addresses) {
            return toMemoryOrder(swapped, getter.get(follow(path, object), index));
        }

        @Override
        public void set(Object object, long value) {
            setter.set(follow(path, object), index, toMemoryOrder(swapped, value));
        }
    }

    /** A bitfield. */
    record Bits(Function<Object, Object> path, Getter<Object> getter, Setter<Object> setter) implements FieldAccess {
        @Override
        public long get(Object object, Addresses addresses) {
            return getter.get(follow(path, object));
        }

        @Override
        public void set(Object object, long value) {
            setter.set(follow(path, object), value);
        }
    }

    /** A pointer. */
    record Pointer(Function<Object, Object> path, AddressGetter<Object> getter) implements FieldAccess {
        @Override
        public long get(Object object, Addresses addresses) {
            return getter.get(follow(path, object), addresses);
        }

        @Override
        public void set(Object object, long value) {
            throw new AssertionError("a pointer field has no setter");
        }
    }

    /** Memory that programs lay out as they like. */
    record Memory(Function<Object, Object> path, Function<Object, byte[]> array) implements FieldAccess {
        @Override
        public long get(Object object, Addresses addresses) {
            throw new AssertionError("memory is not a number");
        }

        @Override
        public void set(Object object, long value) {
            throw new AssertionError("memory is not a number");
        }

        public byte[] bytes(Object object) {
            return array.apply(follow(path, object));
        }
    }
}
