package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/** Parts of a map's value that programs must not touch as plain memory: locks, timers, kernel pointers. Looked up once a map. */
final class MapFields {
    /** One such part. */
    record Field(String kind, int offset, int bytes, BtfRef type) {}

    private final Map<MapSpec, List<Field>> known = new IdentityHashMap<>();

    List<Field> of(MapSpec map) {
        return known.computeIfAbsent(
                map, m -> m.btf() == null || m.valueType() == 0 ? List.of() : of(m.btf(), m.valueType()));
    }

    /** The same for an object that a program allocates. */
    static List<Field> of(Btf btf, int type) {
        List<Field> fields = new ArrayList<>();
        collect(btf, type, 0, fields, 0);
        return fields;
    }

    /** Null if there is none. */
    Field find(MapSpec map, String kind) {
        for (Field field : of(map)) {
            if (field.kind.equals(kind)) {
                return field;
            }
        }
        return null;
    }

    private static void collect(Btf btf, int id, int offset, List<Field> fields, int depth) {
        int at = btf.skipModifiers(id);
        if (depth > 8) {
            return;
        }
        BtfType type = btf.type(at);
        if (type instanceof BtfType.DataSection section) {
            for (BtfType.Entry e : section.entries()) {
                if (btf.type(e.variable()) instanceof BtfType.Variable variable) {
                    collect(btf, variable.type(), offset + e.offset(), fields, depth + 1);
                }
            }
            return;
        }
        if (type instanceof BtfType.Array a && a.count() > 0 && a.count() <= 64) {
            long bytes = btf.bytes(a.elementType()).orElse(0L);
            for (int i = 0; i < a.count(); i++) {
                collect(btf, a.elementType(), offset + (int) (i * bytes), fields, depth + 1);
            }
            return;
        }
        if (!(type instanceof BtfType.Struct s)) {
            return;
        }
        String kind = switch (s.name()) {
            case "bpf_spin_lock" -> "spin_lock";
            case "bpf_timer" -> "timer";
            case "bpf_wq" -> "workqueue";
            case "bpf_list_head" -> "list_head";
            case "bpf_rb_root" -> "rb_root";
            case "bpf_refcount" -> "refcount";
            default -> "";
        };
        if (!kind.isEmpty()) {
            fields.add(new Field(kind, offset, s.bytes(), null));
            return;
        }
        for (BtfType.Member m : s.members()) {
            String tag = kptr(btf, m.type());
            int start = offset + m.bitOffset() / 8;
            if (tag.isEmpty()) {
                collect(btf, m.type(), start, fields, depth + 1);
            } else {
                BtfType.Pointer p = (BtfType.Pointer) btf.resolve(m.type());
                fields.add(new Field(tag, start, 8, new BtfRef(btf, btf.skipModifiers(p.type()))));
            }
        }
    }

    private static String kptr(Btf btf, int id) {
        if (btf.resolve(id) instanceof BtfType.Pointer p
                && btf.type(p.type()) instanceof BtfType.Modifier m
                && m.qualifier() == BtfType.Modifier.Qualifier.TYPE_TAG) {
            switch (m.name()) {
                case "kptr_untrusted":
                    return "kptr_untrusted";
                case "kptr":
                    return "kptr";
                case "percpu_kptr":
                    return "percpu_kptr";
                default:
                    return "";
            }
        }
        return "";
    }
}
