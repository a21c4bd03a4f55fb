package org.bpfsim.bpf.types;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The kernel types that an embedder models: what a program's CO-RE relocations are resolved against. Immutable.
 *
 * <p>A struct that is registered brings with it the structs that it embeds or points to.
 */
public final class KernelTypes {
    private final Map<String, StructType<?>> structs;
    private final Map<String, Map<String, Long>> enums;

    private KernelTypes(Map<String, StructType<?>> structs, Map<String, Map<String, Long>> enums) {
        this.structs = structs;
        this.enums = enums;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that already has these types. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        structs.values().forEach(builder::struct);
        enums.forEach(builder::enumeration);
        return builder;
    }

    /** No kernel types at all: programs without CO-RE run on it. */
    public static KernelTypes none() {
        return builder().build();
    }

    /** The struct of this C name, if it is modelled. */
    public Optional<StructType<?>> struct(String name) {
        return Optional.ofNullable(structs.get(name));
    }

    /** All structs by C name, in order of registration. */
    public Map<String, StructType<?>> structs() {
        return structs;
    }

    /** All enums by C name: their enumerators and values. */
    public Map<String, Map<String, Long>> enums() {
        return enums;
    }

    /** Collects types; two different types of one name are a mistake. */
    public static final class Builder {
        private final Map<String, StructType<?>> structs = new LinkedHashMap<>();
        private final Map<String, Map<String, Long>> enums = new LinkedHashMap<>();

        private Builder() {}

        /** Registers a struct and all that it embeds or points to. */
        public Builder struct(StructType<?> type) {
            StructType<?> known = structs.putIfAbsent(type.name(), type);
            if (known == null) {
                members(type);
            } else if (known != type) {
                throw new IllegalArgumentException("two descriptions of struct " + type.name());
            }
            return this;
        }

        private <T> void members(StructType<T> type) {
            type.members().forEach(this::member);
        }

        private <T> void member(Member<T> member) {
            if (member instanceof Member.Embedded<T, ?> embedded) {
                struct(embedded.type());
            } else if (member instanceof Member.Pointer<T> pointer) {
                pointer.target().ifPresent(target -> struct(Objects.requireNonNull(target.get())));
            } else if (member instanceof Member.Group<T> group) {
                group.members().forEach(this::member);
            }
        }

        /** Registers an enum with the values that this kernel gives its enumerators. */
        public Builder enumeration(String name, Map<String, Long> values) {
            if (enums.putIfAbsent(name, Collections.unmodifiableMap(new LinkedHashMap<>(values))) != null) {
                throw new IllegalArgumentException("two descriptions of enum " + name);
            }
            return this;
        }

        public KernelTypes build() {
            return new KernelTypes(
                    Collections.unmodifiableMap(new LinkedHashMap<>(structs)),
                    Collections.unmodifiableMap(new LinkedHashMap<>(enums)));
        }
    }
}
