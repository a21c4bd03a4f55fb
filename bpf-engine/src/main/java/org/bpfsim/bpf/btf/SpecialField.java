package org.bpfsim.bpf.btf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A part of a map's value, or of an object that a program allocates, that is the kernel's: programs must not touch it as plain memory,
 * and updates of the value leave it alone (Linux 6.12: btf_parse_fields() in kernel/bpf/btf.c).
 *
 * @param offset in the value
 * @param type what a kernel pointer points to, an id of the same BTF; else 0
 */
public record SpecialField(Kind kind, int offset, int bytes, int type) {
    /** What it is. */
    public enum Kind {
        SPIN_LOCK("bpf_spin_lock", 4),
        TIMER("bpf_timer", 8),
        WORKQUEUE("bpf_wq", 8),
        LIST_HEAD("bpf_list_head", 8),
        RB_ROOT("bpf_rb_root", 8),
        REFCOUNT("bpf_refcount", 4),
        KPTR_UNTRUSTED("kptr_untrusted", 8),
        KPTR("kptr", 8),
        PERCPU_KPTR("percpu_kptr", 8);

        private final String linuxName;
        private final int alignment;

        Kind(String linuxName, int alignment) {
            this.linuxName = linuxName;
            this.alignment = alignment;
        }

        /** The struct, or the type tag of a pointer. */
        public String linuxName() {
            return linuxName;
        }

        /** Whether it is a pointer to an object of the kernel's or of a program's. */
        public boolean isPointer() {
            return this == KPTR || this == KPTR_UNTRUSTED || this == PERCPU_KPTR;
        }

        /** Whether a value can have one at most (Linux 6.12: btf_get_field_type()). */
        boolean isSingle() {
            return this == SPIN_LOCK || this == TIMER || this == WORKQUEUE || this == REFCOUNT;
        }
    }

    private static final int MAX_DEPTH = 8;
    private static final int MAX_ELEMENTS = 64;
    private static final int POINTER_BYTES = 8;

    /**
     * All of a type, by their offsets; none at all where there are two of which only one may be, or one lies where it must not: Linux then takes note of
     * none, and all of the value is plain memory.
     */
    public static List<SpecialField> of(Btf btf, int type) {
        List<SpecialField> fields = new ArrayList<>();
        collect(btf, type, 0, fields, 0);
        for (SpecialField field : fields) {
            if (field.offset % field.kind.alignment != 0) {
                return List.of();
            }
        }
        for (Kind kind : Kind.values()) {
            if (kind.isSingle() && fields.stream().filter(f -> f.kind == kind).count() > 1) {
                return List.of();
            }
        }
        fields.sort(Comparator.comparingInt(SpecialField::offset));
        return isSound(fields, btf.bytes(type).orElse(0L)) ? List.copyOf(fields) : List.of();
    }

    /** Types that are damaged may place fields upon each other, or beyond the end. */
    private static boolean isSound(List<SpecialField> fields, long end) {
        long free = 0;
        for (SpecialField field : fields) {
            if (field.offset < free) {
                return false;
            }
            free = field.offset + (long) field.bytes;
        }
        return free <= end;
    }

    private static void collect(Btf btf, int id, int offset, List<SpecialField> fields, int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        BtfType type = btf.type(btf.skipModifiers(id));
        if (type instanceof BtfType.Pointer p) {
            pointer(btf, p, offset, fields);
        } else if (type instanceof BtfType.DataSection section) {
            for (BtfType.Entry e : section.entries()) {
                if (btf.type(e.variable()) instanceof BtfType.Variable variable) {
                    collect(btf, variable.type(), offset + e.offset(), fields, depth + 1);
                }
            }
        } else if (type instanceof BtfType.Array a && a.count() > 0 && a.count() <= MAX_ELEMENTS) {
            long bytes = btf.bytes(a.elementType()).orElse(0L);
            for (int i = 0; i < a.count(); i++) {
                collect(btf, a.elementType(), offset + (int) (i * bytes), fields, depth + 1);
            }
        } else if (type instanceof BtfType.Struct s) {
            for (Kind kind : Kind.values()) {
                if (!kind.isPointer() && kind.linuxName.equals(s.name())) {
                    fields.add(new SpecialField(kind, offset, s.bytes(), 0));
                    return;
                }
            }
            for (BtfType.Member m : s.members()) {
                collect(btf, m.type(), offset + m.bitOffset() / 8, fields, depth + 1);
            }
        }
    }

    private static void pointer(Btf btf, BtfType.Pointer p, int offset, List<SpecialField> fields) {
        if (btf.type(p.type()) instanceof BtfType.Modifier tag
                && tag.qualifier() == BtfType.Modifier.Qualifier.TYPE_TAG) {
            for (Kind kind : Kind.values()) {
                if (kind.isPointer() && kind.linuxName.equals(tag.name())) {
                    fields.add(new SpecialField(kind, offset, POINTER_BYTES, btf.skipModifiers(p.type())));
                    return;
                }
            }
        }
    }
}
