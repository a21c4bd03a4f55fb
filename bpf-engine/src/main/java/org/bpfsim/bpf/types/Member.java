package org.bpfsim.bpf.types;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A member of a kernel struct as the embedder declared it: its C shape, and how it is read and written in Java.
 *
 * @param <T> the Java class that the struct is bound to
 */
public sealed interface Member<T> {
    /** The C name; empty for an anonymous struct or union. */
    String name();

    /** Offset in bytes from the start of the enclosing struct (for bitfields: of the storage unit). */
    int offset();

    /** Bytes that the member occupies. */
    int bytes();

    /** One integer. A null setter means that nobody may write it. */
    record Scalar<T>(String name, int offset, ScalarType type, Getter<T> getter, Optional<Setter<T>> setter)
            implements Member<T> {
        @Override
        public int bytes() {
            return type.bytes();
        }
    }

    /** A bitfield of {@code width} bits starting {@code bit} bits above the start of its storage unit. */
    record Bits<T>(
            String name, int offset, int bit, int width, ScalarType type, Getter<T> getter, Optional<Setter<T>> setter)
            implements Member<T> {
        @Override
        public int bytes() {
            return type.bytes();
        }
    }

    /** An array of integers. */
    record Array<T>(
            String name,
            int offset,
            ScalarType type,
            int count,
            ElementGetter<T> getter,
            Optional<ElementSetter<T>> setter)
            implements Member<T> {
        @Override
        public int bytes() {
            return type.bytes() * count;
        }
    }

    /** Raw memory that lives in a Java array of at least {@code bytes} bytes. */
    record Memory<T>(String name, int offset, int bytes, Function<T, byte[]> array) implements Member<T> {}

    /**
     * A pointer; without a target it is opaque to BTF ({@code void *}).
     *
     * @param bytes 8; or 4 for the UAPI's {@code __u32 data}, whose load nevertheless gives a whole address
     */
    record Pointer<T>(
            String name, int offset, int bytes, Optional<Supplier<StructType<?>>> target, AddressGetter<T> getter)
            implements Member<T> {}

    /** A struct within this one. Without a path it is bound to the same Java object. */
    record Embedded<T, U>(String name, int offset, StructType<U> type, Optional<Function<T, U>> path)
            implements Member<T> {
        @Override
        public int bytes() {
            return type.bytes();
        }
    }

    /** An anonymous struct or union: its members are named as if they were the outer struct's own. */
    record Group<T>(int offset, int bytes, boolean union, List<Member<T>> members) implements Member<T> {
        public Group {
            members = List.copyOf(members);
        }

        @Override
        public String name() {
            return "";
        }
    }
}
