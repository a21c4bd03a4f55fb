package org.bpfsim.bpf.verifier;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.SpecialField;
import org.bpfsim.bpf.object.MapDefinition;

/** Parts of a map's value that programs must not touch as plain memory: locks, timers, kernel pointers. Looked up once a map. */
final class MapFields {
    /** One such part. */
    record Field(String kind, int offset, int bytes, BtfRef type) {}

    private final Map<MapSpec, List<Field>> known = new IdentityHashMap<>();

    List<Field> of(MapSpec map) {
        return known.computeIfAbsent(
                map, m -> fields(m.btf(), MapDefinition.fieldsOf(m.type(), m.flags(), m.btf(), m.valueType())));
    }

    /** The same for an object that a program allocates. */
    static List<Field> of(Btf btf, int type) {
        return fields(btf, SpecialField.of(btf, type));
    }

    private static List<Field> fields(Btf btf, List<SpecialField> fields) {
        return fields.stream()
                .map(f -> new Field(
                        word(f.kind()), f.offset(), f.bytes(), f.kind().isPointer() ? new BtfRef(btf, f.type()) : null))
                .toList();
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

    private static String word(SpecialField.Kind kind) {
        return switch (kind) {
            case WORKQUEUE -> "workqueue";
            default -> kind.linuxName().replaceFirst("^bpf_", "");
        };
    }
}
