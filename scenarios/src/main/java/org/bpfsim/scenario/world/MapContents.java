package org.bpfsim.scenario.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.ValueBytes;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.scenario.model.AttachSpec;
import org.bpfsim.scenario.model.AttachSpec.MapEntry;

/** What the maps of an attached object hold from the beginning, as bytes; the same for every host and run. */
final class MapContents {
    /** One update. */
    private record Update(String map, int index, byte[] key, byte[] value) {}

    private final List<Update> updates = new ArrayList<>();

    /** Maps as the object has them. */
    static final MapContents NONE = new MapContents();

    private MapContents() {}

    /**
     * Makes bytes of what the scenario says.
     *
     * @param problem takes what is wrong: the path within the attachment, and a sentence
     */
    static MapContents of(AttachSpec attach, LoadedObject object, BiConsumer<String, String> problem) {
        MapContents contents = new MapContents();
        attach.maps().forEach((map, entries) -> {
            Optional<MapDefinition> definition = find(object, map);
            if (definition.isEmpty()) {
                problem.accept("maps." + map, missing(object, map));
                return;
            }
            for (int i = 0; i < entries.size(); i++) {
                contents.add(object.object().btf(), definition.get(), i, entries.get(i), problem);
            }
        });
        for (int i = 0; i < attach.dump().size(); i++) {
            String map = attach.dump().get(i);
            if (find(object, map).isEmpty()) {
                problem.accept("dump[" + i + "]", missing(object, map));
            }
        }
        return contents;
    }

    private static Optional<MapDefinition> find(LoadedObject object, String map) {
        return object.maps().stream().filter(m -> m.name().equals(map)).findFirst();
    }

    private static String missing(LoadedObject object, String map) {
        String names = String.join(
                ", ", object.maps().stream().map(MapDefinition::name).toList());
        return object.name() + " has no map " + map + "; it has " + (names.isEmpty() ? "none" : names) + ".";
    }

    private void add(Btf btf, MapDefinition definition, int index, MapEntry entry, BiConsumer<String, String> problem) {
        String path = "maps." + definition.name() + "[" + index + "]";
        if (definition.isGlobalData()) {
            problem.accept(path, definition.name() + " holds global variables: set them under `variables`.");
            return;
        }
        try {
            path += ".key";
            boolean wantsKey = definition.keyBytes() > 0;
            if (wantsKey != entry.key().isPresent()) {
                throw new IllegalArgumentException("map " + definition.name() + " has "
                        + (wantsKey ? "keys: add `key`" : "no keys: leave `key` out"));
            }
            byte[] key = entry.key()
                    .map(k -> ValueBytes.of(btf, definition.keyType(), definition.keyBytes(), k))
                    .orElseGet(() -> new byte[0]);
            path = path.replaceFirst("key$", "value");
            byte[] value = ValueBytes.of(btf, definition.valueType(), definition.valueBytes(), entry.value());
            updates.add(new Update(definition.name(), index, key, value));
        } catch (IllegalArgumentException e) {
            problem.accept(path, definition.name() + ": " + e.getMessage() + ".");
        }
    }

    /**
     * Puts the contents into the maps of one host.
     *
     * @param problem takes what a map refuses: the path within the attachment, and a sentence
     */
    void fill(BpfInstance instance, BiConsumer<String, String> problem) {
        for (Update update : updates) {
            BpfMap map = instance.map(update.map()).orElseThrow();
            int error = map.update(update.key(), update.value(), 0);
            if (error != 0) {
                problem.accept(
                        "maps." + update.map() + "[" + update.index() + "]",
                        "map " + update.map() + " (" + map.type() + ", max_entries "
                                + Integer.toUnsignedString(map.maxEntries()) + ") does not take the entry: "
                                + Errno.nameOf(-error) + ".");
            }
        }
    }
}
