package org.bpfsim.bpf.inspect;

import java.util.List;
import java.util.Locale;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;

/**
 * A map's contents as {@code bpftool map dump} prints them (bpftool-map(8)): typed by BTF where the object says what keys and
 * values are, in hexadecimal where it does not. Reading leaves no trace in the map.
 */
public final class MapDump {
    /** Longest key or value that stands on its name's line. */
    private static final int LINE_BYTES = 16;

    private MapDump() {}

    /**
     * The text, with a final line end.
     *
     * @param btf of the object that declares the map
     */
    public static String text(BpfMap map, Btf btf) {
        MapDefinition definition = ((MapInstance) map).definition();
        return hasTypes(definition, btf) ? typed(map, btf, new PrettyJson()) : untyped(map, perCpu(definition.type()));
    }

    private static int valueType(MapDefinition definition, Btf btf) {
        return definition.isGlobalData()
                ? btf.find(BtfType.DataSection.class, definition.name()).orElse(0)
                : definition.valueType();
    }

    private static boolean hasTypes(MapDefinition definition, Btf btf) {
        return valueType(definition, btf) != 0 && typed(definition.type());
    }

    /**
     * The contents as JSON whatever the object says: as {@link #text} with hexadecimal numbers in quotes, or keys and values as
     * bytes (bpftool map dump -j).
     */
    public static String json(BpfMap map, Btf btf) {
        MapDefinition definition = ((MapInstance) map).definition();
        PrettyJson json = new PrettyJson(true);
        if (hasTypes(definition, btf)) {
            return typed(map, btf, json);
        }
        boolean perCpu = perCpu(definition.type());
        json.beginArray();
        for (byte[] key : map.keys()) {
            byte[] value = map.lookup(key);
            if (value == null) {
                continue;
            }
            json.beginObject().name("key");
            bytes(json, key);
            if (perCpu) {
                List<byte[]> values = map.lookupAll(key);
                json.name("values").beginArray();
                for (int cpu = 0; cpu < values.size(); cpu++) {
                    json.beginObject().name("cpu").raw(Integer.toString(cpu)).name("value");
                    bytes(json, values.get(cpu));
                    json.endObject();
                }
                json.endArray();
            } else {
                json.name("value");
                bytes(json, value);
            }
            json.endObject();
        }
        return json.endArray() + "\n";
    }

    private static void bytes(PrettyJson json, byte[] bytes) {
        json.beginArray();
        for (byte b : bytes) {
            json.string(String.format(Locale.ROOT, "0x%02x", b));
        }
        json.endArray();
    }

    private static boolean perCpu(MapType type) {
        return type == MapType.PERCPU_ARRAY || type == MapType.PERCPU_HASH || type == MapType.LRU_PERCPU_HASH;
    }

    /** Linux does not keep the types of these (Linux 6.12: bpf_object__create_map() in tools/lib/bpf/libbpf.c). */
    private static boolean typed(MapType type) {
        switch (type) {
            case PERF_EVENT_ARRAY:
            case PROG_ARRAY:
            case ARRAY_OF_MAPS:
            case HASH_OF_MAPS:
            case QUEUE:
            case STACK:
            case RINGBUF:
                return false;
            default:
                return true;
        }
    }

    private static String typed(BpfMap map, Btf btf, PrettyJson json) {
        MapDefinition definition = ((MapInstance) map).definition();
        int keyType = definition.isGlobalData() ? 0 : definition.keyType();
        int valueType = valueType(definition, btf);
        boolean perCpu = perCpu(definition.type());
        json.beginArray();
        for (byte[] key : map.keys()) {
            List<byte[]> values = map.lookupAll(key);
            if (values.isEmpty()) {
                // A socket whose cookie has no room in the value.
                continue;
            }
            json.beginObject();
            if (keyType != 0) {
                json.name("key");
                new ValueText(btf, key, json).write(keyType, 0);
            }
            if (perCpu) {
                json.name("values").beginArray();
                for (int cpu = 0; cpu < values.size(); cpu++) {
                    json.beginObject().name("cpu").raw(Integer.toString(cpu)).name("value");
                    new ValueText(btf, values.get(cpu), json).write(valueType, 0);
                    json.endObject();
                }
                json.endArray();
            } else {
                json.name("value");
                new ValueText(btf, values.get(0), json).write(valueType, 0);
            }
            json.endObject();
        }
        return json.endArray() + "\n";
    }

    private static String untyped(BpfMap map, boolean perCpu) {
        StringBuilder text = new StringBuilder();
        int found = 0;
        for (byte[] key : map.keys()) {
            byte[] value = map.lookup(key);
            if (value == null) {
                continue;
            }
            found++;
            if (perCpu) {
                text.append("key:\n").append(ValueText.hex(key)).append('\n');
                List<byte[]> values = map.lookupAll(key);
                for (int cpu = 0; cpu < values.size(); cpu++) {
                    text.append(String.format(Locale.ROOT, "value (CPU %02d):", cpu))
                            .append(value.length > LINE_BYTES ? '\n' : ' ')
                            .append(ValueText.hex(values.get(cpu)))
                            .append('\n');
                }
            } else {
                boolean breaks = key.length > LINE_BYTES || value.length > LINE_BYTES;
                boolean oneLine = !breaks && key.length + value.length <= 24;
                text.append("key:").append(breaks ? '\n' : ' ').append(ValueText.hex(key));
                text.append(oneLine ? "  " : "\n");
                text.append("value:").append(breaks ? '\n' : ' ').append(ValueText.hex(value));
                text.append('\n');
            }
        }
        return text.append("Found ")
                .append(found)
                .append(found == 1 ? " element\n" : " elements\n")
                .toString();
    }
}
