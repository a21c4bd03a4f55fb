package org.bpfsim.bpf.types;

/** The integer types of kernel fields, with the names that BTF gives them. */
public enum ScalarType {
    U8("u8", 1, false, false),
    U16("u16", 2, false, false),
    U32("u32", 4, false, false),
    U64("u64", 8, false, false),
    S8("s8", 1, true, false),
    S16("s16", 2, true, false),
    S32("s32", 4, true, false),
    S64("s64", 8, true, false),
    BOOL("bool", 1, false, false),
    /** Stored in network byte order; accessors see host order. */
    BE16("__be16", 2, false, true),
    BE32("__be32", 4, false, true);

    private final String typeName;
    private final int bytes;
    private final boolean signed;
    private final boolean networkOrder;

    ScalarType(String typeName, int bytes, boolean signed, boolean networkOrder) {
        this.typeName = typeName;
        this.bytes = bytes;
        this.signed = signed;
        this.networkOrder = networkOrder;
    }

    public String typeName() {
        return typeName;
    }

    public int bytes() {
        return bytes;
    }

    public boolean signed() {
        return signed;
    }

    public boolean networkOrder() {
        return networkOrder;
    }
}
