package org.bpfsim.bpf.inspect;

import java.util.List;
import java.util.Locale;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/**
 * BTF types by id as {@code bpftool btf dump} lists them (bpftool-btf(8)). Data sections have the sizes and offsets that symbols give them,
 * where bpftool shows the zeros that clang leaves.
 */
public final class BtfDump {
    private final Btf btf;
    private final StringBuilder out = new StringBuilder();

    private BtfDump(Btf btf) {
        this.btf = btf;
    }

    /** One line per type, members and parameters indented below. */
    public static String raw(Btf btf) {
        BtfDump dump = new BtfDump(btf);
        for (int id = 1; id < btf.types().size(); id++) {
            dump.type(id, btf.type(id));
        }
        return dump.out.toString();
    }

    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }

    private static String quoted(String name) {
        return "'" + (name.isEmpty() ? "(anon)" : name) + "'";
    }

    private void type(int id, BtfType type) {
        line("[%d] %s %s", id, kind(type), quoted(type.name()));
        if (type instanceof BtfType.Int t) {
            line(
                    " size=%d bits_offset=%d nr_bits=%d encoding=%s",
                    t.bytes(),
                    t.bitOffset(),
                    t.bits(),
                    t.signed() ? "SIGNED" : t.character() ? "CHAR" : t.bool() ? "BOOL" : "(none)");
        } else if (type instanceof BtfType.Float t) {
            line(" size=%d", t.bytes());
        } else if (type instanceof BtfType.Pointer t) {
            line(" type_id=%d", t.type());
        } else if (type instanceof BtfType.Typedef t) {
            line(" type_id=%d", t.type());
        } else if (type instanceof BtfType.Modifier t) {
            line(" type_id=%d", t.type());
        } else if (type instanceof BtfType.Array t) {
            line(" type_id=%d index_type_id=%d nr_elems=%d", t.elementType(), t.indexType(), t.count());
        } else if (type instanceof BtfType.Forward t) {
            line(" fwd_kind=%s", t.union() ? "union" : "struct");
        } else if (type instanceof BtfType.Func t) {
            line(" type_id=%d linkage=%s", t.prototype(), word(t.linkage()));
        } else if (type instanceof BtfType.Variable t) {
            line(" type_id=%d, linkage=%s", t.type(), word(t.linkage()));
        } else if (type instanceof BtfType.DeclarationTag t) {
            line(" type_id=%d component_idx=%d", t.type(), t.component());
        }
        parts(type);
        out.append('\n');
    }

    private static String word(BtfType.Linkage linkage) {
        return linkage.name().toLowerCase(Locale.ROOT);
    }

    private void parts(BtfType type) {
        if (type instanceof BtfType.Struct t) {
            line(" size=%d vlen=%d", t.bytes(), t.members().size());
            for (BtfType.Member m : t.members()) {
                line("\n\t%s type_id=%d bits_offset=%d", quoted(m.name()), m.type(), m.bitOffset());
                if (m.bitfieldWidth() > 0) {
                    line(" bitfield_size=%d", m.bitfieldWidth());
                }
            }
        } else if (type instanceof BtfType.Enum t) {
            line(
                    " encoding=%s size=%d vlen=%d",
                    t.signed() ? "SIGNED" : "UNSIGNED", t.bytes(), t.values().size());
            for (BtfType.Enumerator e : t.values()) {
                line("\n\t%s val=%s", quoted(e.name()), value(t, e));
            }
        } else if (type instanceof BtfType.Prototype t) {
            line(" ret_type_id=%d vlen=%d", t.returnType(), t.parameters().size());
            for (BtfType.Parameter p : t.parameters()) {
                line("\n\t%s type_id=%d", quoted(p.name()), p.type());
            }
        } else if (type instanceof BtfType.DataSection t) {
            List<BtfType.Entry> entries = t.entries();
            line(" size=%d vlen=%d", t.bytes(), entries.size());
            for (BtfType.Entry e : entries) {
                BtfType variable = btf.type(e.variable());
                line(
                        "\n\ttype_id=%d offset=%d size=%d (%s %s)",
                        e.variable(), e.offset(), e.bytes(), kind(variable), quoted(variable.name()));
            }
        }
    }

    /** An enumerator's value, read with the sign that its enum has. */
    static String value(BtfType.Enum type, BtfType.Enumerator e) {
        if (type.signed()) {
            return Long.toString(type.bytes() == 8 ? e.value() : (int) e.value());
        }
        return type.bytes() == 8 ? Long.toUnsignedString(e.value()) : Integer.toUnsignedString((int) e.value());
    }

    private static String kind(BtfType type) {
        if (type instanceof BtfType.Struct t) {
            return t.union() ? "UNION" : "STRUCT";
        } else if (type instanceof BtfType.Enum t) {
            return t.bytes() == 8 ? "ENUM64" : "ENUM";
        } else if (type instanceof BtfType.Modifier t) {
            return t.qualifier().name();
        } else if (type instanceof BtfType.Int) {
            return "INT";
        } else if (type instanceof BtfType.Float) {
            return "FLOAT";
        } else if (type instanceof BtfType.Pointer) {
            return "PTR";
        } else if (type instanceof BtfType.Typedef) {
            return "TYPEDEF";
        } else if (type instanceof BtfType.Array) {
            return "ARRAY";
        } else if (type instanceof BtfType.Forward) {
            return "FWD";
        } else if (type instanceof BtfType.Func) {
            return "FUNC";
        } else if (type instanceof BtfType.Prototype) {
            return "FUNC_PROTO";
        } else if (type instanceof BtfType.Variable) {
            return "VAR";
        } else if (type instanceof BtfType.DataSection) {
            return "DATASEC";
        }
        return type instanceof BtfType.DeclarationTag ? "DECL_TAG" : "VOID";
    }
}
