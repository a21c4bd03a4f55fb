package org.bpfsim.bpf.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Describes a struct member by member. Members follow each other by C's rules for x86-64 (natural alignment); a struct
 * whose layout is part of the UAPI places its members with {@link #at}. Members may overlap: a read takes the first
 * declared member that fits, a write the first that fits and can be written.
 */
public final class StructTypeBuilder<T> {
    private final String name;
    private final Class<T> javaClass;
    private final int base;
    private final boolean union;
    private final List<Member<T>> members = new ArrayList<>();
    private int end;
    private int alignment = 1;
    private int nextOffset = -1;
    private int minimumBytes;
    /** The next free bit, counted from the start of the struct, while bitfields are being packed; otherwise -1. */
    private int nextBit = -1;

    StructTypeBuilder(String name, Class<T> javaClass) {
        this(name, javaClass, 0, false);
    }

    private StructTypeBuilder(String name, Class<T> javaClass, int base, boolean union) {
        this.name = Objects.requireNonNull(name);
        this.javaClass = Objects.requireNonNull(javaClass);
        this.base = base;
        this.union = union;
    }

    /** Places the next member at this byte offset. */
    public StructTypeBuilder<T> at(int offset) {
        nextOffset = offset;
        nextBit = -1;
        return this;
    }

    /** Gives the struct at least this size (UAPI structs with members that are not modelled). */
    public StructTypeBuilder<T> size(int bytes) {
        minimumBytes = bytes;
        return this;
    }

    public StructTypeBuilder<T> u8(String field, Getter<T> getter) {
        return scalar(field, ScalarType.U8, getter);
    }

    public StructTypeBuilder<T> u8(String field, Getter<T> getter, Setter<T> setter) {
        return scalar(field, ScalarType.U8, getter, setter);
    }

    public StructTypeBuilder<T> u16(String field, Getter<T> getter) {
        return scalar(field, ScalarType.U16, getter);
    }

    public StructTypeBuilder<T> u16(String field, Getter<T> getter, Setter<T> setter) {
        return scalar(field, ScalarType.U16, getter, setter);
    }

    public StructTypeBuilder<T> u32(String field, Getter<T> getter) {
        return scalar(field, ScalarType.U32, getter);
    }

    public StructTypeBuilder<T> u32(String field, Getter<T> getter, Setter<T> setter) {
        return scalar(field, ScalarType.U32, getter, setter);
    }

    public StructTypeBuilder<T> u64(String field, Getter<T> getter) {
        return scalar(field, ScalarType.U64, getter);
    }

    public StructTypeBuilder<T> u64(String field, Getter<T> getter, Setter<T> setter) {
        return scalar(field, ScalarType.U64, getter, setter);
    }

    public StructTypeBuilder<T> s32(String field, Getter<T> getter) {
        return scalar(field, ScalarType.S32, getter);
    }

    public StructTypeBuilder<T> s32(String field, Getter<T> getter, Setter<T> setter) {
        return scalar(field, ScalarType.S32, getter, setter);
    }

    public StructTypeBuilder<T> s64(String field, Getter<T> getter) {
        return scalar(field, ScalarType.S64, getter);
    }

    public StructTypeBuilder<T> s64(String field, Getter<T> getter, Setter<T> setter) {
        return scalar(field, ScalarType.S64, getter, setter);
    }

    /** A field that programs may only read. */
    public StructTypeBuilder<T> scalar(String field, ScalarType type, Getter<T> getter) {
        return add(new Member.Scalar<>(field, place(type.bytes(), type.bytes()), type, getter, Optional.empty()));
    }

    /** A field that a program may write if its family grants it. */
    public StructTypeBuilder<T> scalar(String field, ScalarType type, Getter<T> getter, Setter<T> setter) {
        return add(new Member.Scalar<>(field, place(type.bytes(), type.bytes()), type, getter, Optional.of(setter)));
    }

    /** A bitfield {@code type field : width}, packed after the bitfield before it as C does. Read only. */
    public StructTypeBuilder<T> bits(String field, ScalarType type, int width, Getter<T> getter) {
        return bits(field, type, width, getter, Optional.empty());
    }

    /** A bitfield that a program may write if its family grants it. */
    public StructTypeBuilder<T> bits(String field, ScalarType type, int width, Getter<T> getter, Setter<T> setter) {
        return bits(field, type, width, getter, Optional.of(setter));
    }

    private StructTypeBuilder<T> bits(
            String field, ScalarType type, int width, Getter<T> getter, Optional<Setter<T>> setter) {
        int unitBits = type.bytes() * 8;
        if (width < 1 || width > unitBits) {
            throw new IllegalArgumentException(name + "." + field + ": a bitfield of " + width + " bits in " + type);
        }
        // A bitfield that would cross a boundary of its own type starts the next unit (System V ABI, AMD64, 3.1.2).
        int start = nextBit >= 0 && !union ? nextBit : free() * 8;
        if (start / unitBits != (start + width - 1) / unitBits) {
            start = (start / unitBits + 1) * unitBits;
        }
        int unit = start / unitBits * type.bytes();
        alignment = Math.max(alignment, type.bytes());
        nextOffset = -1;
        nextBit = start + width;
        end = Math.max(end, (nextBit + 7) / 8);
        members.add(new Member.Bits<>(field, base + unit, start - unit * 8, width, type, getter, setter));
        return this;
    }

    /** An array of integers that programs may only read. */
    public StructTypeBuilder<T> array(String field, ScalarType type, int count, ElementGetter<T> getter) {
        int offset = place(type.bytes() * count, type.bytes());
        return add(new Member.Array<>(field, offset, type, count, getter, Optional.empty()));
    }

    /** An array of integers that a program may write if its family grants it. */
    public StructTypeBuilder<T> array(
            String field, ScalarType type, int count, ElementGetter<T> getter, ElementSetter<T> setter) {
        int offset = place(type.bytes() * count, type.bytes());
        return add(new Member.Array<>(field, offset, type, count, getter, Optional.of(setter)));
    }

    /**
     * Memory that programs lay out as they like, such as {@code icsk_ca_priv}; aligned to 8 bytes. Writable if the
     * family grants it.
     */
    public StructTypeBuilder<T> memory(String field, int bytes, Function<T, byte[]> array) {
        return add(new Member.Memory<>(field, place(bytes, 8), bytes, array));
    }

    /** A pointer to another modelled struct; the getter answers the object or null. */
    public <U> StructTypeBuilder<T> pointer(String field, Supplier<StructType<U>> target, Function<T, U> getter) {
        AddressGetter<T> address = (object, addresses) -> {
            U value = getter.apply(object);
            return value == null ? 0 : addresses.ofObject(value, target.get());
        };
        return add(new Member.Pointer<>(field, place(8, 8), 8, Optional.of(target::get), address));
    }

    /** A pointer whose address the embedder makes itself ({@code data}, {@code optval}): {@code void *} to BTF. */
    public StructTypeBuilder<T> address(String field, AddressGetter<T> getter) {
        return add(new Member.Pointer<>(field, place(8, 8), 8, Optional.empty(), getter));
    }

    /**
     * A UAPI context's {@code __u32} that stands for a pointer ({@code data}, {@code data_end}): a load of its 4 bytes gives
     * the address.
     */
    public StructTypeBuilder<T> address32(String field, AddressGetter<T> getter) {
        return add(new Member.Pointer<>(field, place(4, 4), 4, Optional.empty(), getter));
    }

    /** A struct within this one that is bound to the same Java object. */
    @SuppressWarnings("unchecked")
    public StructTypeBuilder<T> embed(String field, StructType<? super T> type) {
        return add(new Member.Embedded<>(
                field, place(type.bytes(), type.alignment()), (StructType<Object>) type, Optional.empty()));
    }

    /** A struct within this one that lives in another Java object. */
    public <U> StructTypeBuilder<T> embed(String field, StructType<U> type, Function<T, U> path) {
        return add(new Member.Embedded<>(field, place(type.bytes(), type.alignment()), type, Optional.of(path)));
    }

    /** An anonymous union: all members at one offset. */
    public StructTypeBuilder<T> union(Consumer<StructTypeBuilder<T>> description) {
        return group(true, description);
    }

    /** An anonymous struct, useful within a union. */
    public StructTypeBuilder<T> struct(Consumer<StructTypeBuilder<T>> description) {
        return group(false, description);
    }

    private StructTypeBuilder<T> group(boolean asUnion, Consumer<StructTypeBuilder<T>> description) {
        // Its alignment is known only when its members are: describe it once to measure, then in place.
        StructTypeBuilder<T> measured = new StructTypeBuilder<>(name, javaClass, 0, asUnion);
        description.accept(measured);
        int offset = place(measured.paddedBytes(), measured.alignment);
        StructTypeBuilder<T> placed = new StructTypeBuilder<>(name, javaClass, offset, asUnion);
        description.accept(placed);
        return add(new Member.Group<>(offset, placed.paddedBytes(), asUnion, placed.members));
    }

    /** Finishes the description. */
    public StructType<T> build() {
        return new StructType<>(name, javaClass, members, paddedBytes(), alignment);
    }

    private int paddedBytes() {
        return Math.max(align(end, alignment), minimumBytes);
    }

    private int free() {
        return nextOffset >= 0 ? nextOffset : union ? 0 : end;
    }

    /** Reserves room for a member and answers its offset from the start of the outermost struct. */
    private int place(int bytes, int align) {
        int offset = nextOffset >= 0 ? nextOffset : align(free(), align);
        nextOffset = -1;
        nextBit = -1;
        alignment = Math.max(alignment, align);
        end = Math.max(end, offset + bytes);
        return base + offset;
    }

    private StructTypeBuilder<T> add(Member<T> member) {
        members.add(member);
        return this;
    }

    private static int align(int offset, int alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }
}
