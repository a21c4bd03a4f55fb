package org.bpfsim.bpf.inspect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/**
 * BTF types as C, as {@code bpftool btf dump … format c} writes them: each type behind those that it needs, structs that are only
 * pointed to declared first. Packed structs and explicit padding are not marked.
 */
public final class CTypes {
    private static final String HEAD = """
            #ifndef __VMLINUX_H__
            #define __VMLINUX_H__

            #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
            #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
            #endif

            """;
    private static final String TAIL = """
            #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
            #pragma clang attribute pop
            #endif

            #endif /* __VMLINUX_H__ */
            """;

    private final Btf btf;
    private final StringBuilder out = new StringBuilder();
    private final Set<Integer> defined = new HashSet<>();
    private final Set<Integer> declared = new HashSet<>();

    private CTypes(Btf btf) {
        this.btf = btf;
    }

    /** A header with all types that have names. */
    public static String header(Btf btf) {
        CTypes types = new CTypes(btf);
        for (int id = 1; id < btf.types().size(); id++) {
            BtfType type = btf.type(id);
            boolean anonymous = type.name().isEmpty() && !(type instanceof BtfType.Enum);
            if (!anonymous) {
                types.define(id);
            }
        }
        return HEAD + types.out + TAIL;
    }

    /** A function's declaration as {@code bpftool prog dump} heads its instructions: {@code int f(struct s * a)}. */
    public static String prototype(Btf btf, BtfType.Func function) {
        CTypes types = new CTypes(btf);
        BtfType.Prototype prototype = (BtfType.Prototype) btf.type(function.prototype());
        List<String> parameters = new ArrayList<>();
        for (BtfType.Parameter p : prototype.parameters()) {
            parameters.add(types.declaration(p.type(), p.name(), true));
        }
        String head = function.name() + "(" + (parameters.isEmpty() ? "void" : String.join(", ", parameters)) + ")";
        return types.declaration(prototype.returnType(), head, true);
    }

    private void define(int id) {
        BtfType type = btf.type(id);
        boolean definable = type instanceof BtfType.Struct
                || type instanceof BtfType.Enum
                || type instanceof BtfType.Typedef
                || type instanceof BtfType.Forward;
        if (!definable || !defined.add(id)) {
            return;
        }
        need(type, id);
        if (type instanceof BtfType.Struct t) {
            out.append(body(t, 0)).append(";\n\n");
        } else if (type instanceof BtfType.Enum t) {
            out.append(body(t, 0)).append(";\n\n");
        } else if (type instanceof BtfType.Typedef t) {
            out.append("typedef ")
                    .append(declaration(t.type(), t.name(), false))
                    .append(";\n\n");
        } else if (declared.add(id)) {
            out.append(base(id)).append(";\n\n");
        }
    }

    /** Defines or declares what a type is made of. */
    private void need(BtfType type, int within) {
        if (type instanceof BtfType.Struct t) {
            t.members().forEach(m -> use(m.type(), within, false));
        } else if (type instanceof BtfType.Typedef t) {
            use(t.type(), within, false);
        }
    }

    private void use(int id, int within, boolean pointedTo) {
        BtfType type = btf.type(id);
        if (type instanceof BtfType.Pointer t) {
            use(t.type(), within, true);
        } else if (type instanceof BtfType.Array t) {
            use(t.elementType(), within, pointedTo);
        } else if (type instanceof BtfType.Modifier t) {
            use(t.type(), within, pointedTo);
        } else if (type instanceof BtfType.Prototype t) {
            use(t.returnType(), within, true);
            t.parameters().forEach(p -> use(p.type(), within, true));
        } else if (type instanceof BtfType.Struct t && t.name().isEmpty()) {
            need(type, within);
        } else if (type instanceof BtfType.Struct && pointedTo) {
            if (id != within && !defined.contains(id) && declared.add(id)) {
                out.append(base(id)).append(";\n\n");
            }
        } else if (!type.name().isEmpty()) {
            define(id);
        }
    }

    private static String tabs(int depth) {
        return "\t".repeat(depth);
    }

    private String body(BtfType.Struct type, int depth) {
        StringBuilder text = new StringBuilder(type.union() ? "union" : "struct");
        text.append(type.name().isEmpty() ? "" : " " + type.name()).append(" {");
        for (BtfType.Member m : type.members()) {
            text.append('\n')
                    .append(tabs(depth + 1))
                    .append(member(m, depth + 1))
                    .append(';');
        }
        return text.append(type.members().isEmpty() ? "" : "\n" + tabs(depth))
                .append('}')
                .toString();
    }

    private String member(BtfType.Member member, int depth) {
        String name = member.name() + (member.bitfieldWidth() > 0 ? ": " + member.bitfieldWidth() : "");
        return declaration(member.type(), name, false, depth);
    }

    private static String body(BtfType.Enum type, int depth) {
        StringBuilder text = new StringBuilder("enum");
        text.append(type.name().isEmpty() ? "" : " " + type.name()).append(" {");
        for (BtfType.Enumerator e : type.values()) {
            text.append('\n').append(tabs(depth + 1)).append(e.name()).append(" = ");
            text.append(BtfDump.value(type, e)).append(',');
        }
        return text.append('\n').append(tabs(depth)).append('}').toString();
    }

    private String declaration(int id, String name, boolean loose) {
        return declaration(id, name, loose, 0);
    }

    /**
     * A declaration of a name, from the inside out as C has it.
     *
     * @param loose with a space behind each star
     */
    private String declaration(int id, String name, boolean loose, int depth) {
        BtfType type = btf.type(id);
        if (type instanceof BtfType.Pointer t) {
            BtfType target = btf.type(t.type());
            boolean grouped = target instanceof BtfType.Array || target instanceof BtfType.Prototype;
            String star = "*" + (loose && !name.isEmpty() ? " " : "") + name;
            return declaration(t.type(), grouped ? "(" + star + ")" : star, loose, depth);
        } else if (type instanceof BtfType.Array t) {
            return declaration(t.elementType(), name + "[" + Integer.toUnsignedString(t.count()) + "]", loose, depth);
        } else if (type instanceof BtfType.Prototype t) {
            List<String> parameters = new ArrayList<>();
            for (int i = 0; i < t.parameters().size(); i++) {
                BtfType.Parameter p = t.parameters().get(i);
                // The last parameter of type void stands for any number more.
                parameters.add(p.type() == 0 ? "..." : declaration(p.type(), p.name(), loose, depth));
            }
            String list = parameters.isEmpty() ? "void" : String.join(", ", parameters);
            return declaration(t.returnType(), name + "(" + list + ")", loose, depth);
        } else if (type instanceof BtfType.Modifier t) {
            String word = t.qualifier() == BtfType.Modifier.Qualifier.TYPE_TAG
                    ? ""
                    : t.qualifier().name().toLowerCase(Locale.ROOT) + " ";
            return btf.type(t.type()) instanceof BtfType.Pointer
                    ? declaration(t.type(), (" " + word + name).stripTrailing(), loose, depth)
                    : word + declaration(t.type(), name, loose, depth);
        }
        String base = type.name().isEmpty() && type instanceof BtfType.Struct s
                ? body(s, depth)
                : type.name().isEmpty() && type instanceof BtfType.Enum e ? body(e, depth) : base(id);
        return name.isEmpty() ? base : base + " " + name;
    }

    private String base(int id) {
        BtfType type = btf.type(id);
        if (type instanceof BtfType.Struct t) {
            return (t.union() ? "union " : "struct ") + t.name();
        } else if (type instanceof BtfType.Forward t) {
            return (t.union() ? "union " : "struct ") + t.name();
        } else if (type instanceof BtfType.Enum t) {
            return "enum " + t.name();
        }
        return type.name();
    }
}
