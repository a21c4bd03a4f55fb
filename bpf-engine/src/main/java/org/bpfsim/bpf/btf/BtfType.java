package org.bpfsim.bpf.btf;

import java.util.List;

/** A BTF type (docs.kernel.org/bpf/btf.html, section 2). Types refer to each other by id; id 0 is {@code void}. */
public sealed interface BtfType {
    /** The C name; empty for anonymous types and for kinds without names. */
    String name();

    record Void() implements BtfType {
        @Override
        public String name() {
            return "void";
        }
    }

    /** @param bits used bits, usually 8 × {@code bytes} */
    record Int(String name, int bytes, int bits, int bitOffset, boolean signed, boolean character, boolean bool)
            implements BtfType {}

    record Float(String name, int bytes) implements BtfType {}

    record Pointer(int type) implements BtfType {
        @Override
        public String name() {
            return "";
        }
    }

    record Array(int elementType, int indexType, int count) implements BtfType {
        @Override
        public String name() {
            return "";
        }
    }

    /** A struct or union. */
    record Struct(String name, boolean union, int bytes, List<Member> members) implements BtfType {
        public Struct {
            members = List.copyOf(members);
        }
    }

    /**
     * @param bitOffset from the start of the struct
     * @param bitfieldWidth 0 for an ordinary member
     */
    record Member(String name, int type, int bitOffset, int bitfieldWidth) {}

    /** Both BTF_KIND_ENUM and BTF_KIND_ENUM64. */
    record Enum(String name, int bytes, boolean signed, List<Enumerator> values) implements BtfType {
        public Enum {
            values = List.copyOf(values);
        }
    }

    record Enumerator(String name, long value) {}

    /** A declaration without definition. */
    record Forward(String name, boolean union) implements BtfType {}

    record Typedef(String name, int type) implements BtfType {}

    /** {@code const}, {@code volatile}, {@code restrict} and type tags: what changes nothing about a layout. */
    record Modifier(Qualifier qualifier, String name, int type) implements BtfType {
        /** Which one; a tag's text is the name. */
        public enum Qualifier {
            CONST,
            VOLATILE,
            RESTRICT,
            TYPE_TAG
        }
    }

    record Func(String name, int prototype, Linkage linkage) implements BtfType {}

    record Prototype(int returnType, List<Parameter> parameters) implements BtfType {
        public Prototype {
            parameters = List.copyOf(parameters);
        }

        @Override
        public String name() {
            return "";
        }
    }

    record Parameter(String name, int type) {}

    record Variable(String name, int type, Linkage linkage) implements BtfType {}

    /** A data section and where its variables lie. */
    record DataSection(String name, int bytes, List<Entry> entries) implements BtfType {
        public DataSection {
            entries = List.copyOf(entries);
        }
    }

    record Entry(int variable, int offset, int bytes) {}

    /** @param component member or parameter that the tag is for; -1 for the type itself */
    record DeclarationTag(String name, int type, int component) implements BtfType {}

    /** Linkage of functions and variables. */
    enum Linkage {
        STATIC,
        GLOBAL,
        EXTERN
    }
}
