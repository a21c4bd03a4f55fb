package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A UAPI struct that programs see: its fields and how each may be read.
 *
 * @param bytes its size
 */
record ContextLayout(String name, int bytes, List<Field> fields) {
    private static final Map<String, ContextLayout> LAYOUTS = read();

    /**
     * One field.
     *
     * @param kind as contexts.txt explains
     */
    record Field(String name, int offset, int bytes, String kind) {}

    static ContextLayout of(String name) {
        ContextLayout layout = LAYOUTS.get(name);
        if (layout == null) {
            throw new AssertionError("no context " + name);
        }
        return layout;
    }

    static Map<String, ContextLayout> all() {
        return LAYOUTS;
    }

    /** The field that a byte belongs to, or null. */
    Field at(int offset) {
        for (Field f : fields) {
            if (offset >= f.offset && offset < f.offset + f.bytes) {
                return f;
            }
        }
        return null;
    }

    /** Whether a load of so many bytes is well-formed for the field (Linux: {@code bpf_ctx_narrow_access_ok()}). */
    static boolean readable(Field f, int offset, int size) {
        switch (f.kind) {
            case "narrow":
                // Arrays of words are read by word; an element of at most the field's own width.
                int unit = Math.min(f.bytes, f.bytes == 16 || f.bytes == 20 ? 4 : f.bytes);
                return size <= unit && (offset - f.offset) % unit + size <= unit
                        || f.name.equals("dst_port") && offset == f.offset && size == 4;
            case "start":
                return offset == f.offset && size <= f.bytes;
            case "half":
                return size >= 2 && (offset - f.offset) + size <= f.bytes;
            case "whole":
                int word = f.bytes == 16 || f.bytes == 12 ? 4 : f.bytes;
                return size == word && (offset - f.offset) % word == 0;
            case "bytes":
                return offset + size <= f.offset + f.bytes;
            case "words":
                return size == 8;
            case "any":
            case "syscall":
                return offset + size <= f.offset + f.bytes;
            default:
                return offset == f.offset && size == f.bytes;
        }
    }

    private static Map<String, ContextLayout> read() {
        Map<String, ContextLayout> layouts = new LinkedHashMap<>();
        String name = null;
        int bytes = 0;
        List<Field> fields = new ArrayList<>();
        for (String line : HelperTable.lines("contexts.txt")) {
            String[] parts = line.strip().split(" +");
            if (parts[0].equals("context")) {
                if (name != null) {
                    layouts.put(name, new ContextLayout(name, bytes, List.copyOf(fields)));
                }
                name = parts[1];
                bytes = Integer.parseInt(parts[2]);
                fields.clear();
            } else {
                fields.add(new Field(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), parts[3]));
            }
        }
        layouts.put(name, new ContextLayout(name, bytes, List.copyOf(fields)));
        return Collections.unmodifiableMap(layouts);
    }
}
