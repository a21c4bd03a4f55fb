package org.bpfsim.bpf.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.junit.jupiter.api.Test;

class MapTest {
    private static MapInstance map(MapType type, int keyBytes, int valueBytes, int entries, int cpus) {
        MapDefinition definition =
                new MapDefinition("m", type, keyBytes, valueBytes, entries, 0, 0, 0, Optional.empty(), false);
        assertThat(Maps.problem(definition)).isEmpty();
        return Maps.create(definition, 0, cpus);
    }

    private static byte[] bytes(int value, int length) {
        byte[] bytes = new byte[length];
        LittleEndian.put(bytes, 0, 4, value);
        return bytes;
    }

    private static int number(byte[] value) {
        return LittleEndian.s32(value, 0);
    }

    @Test
    void hashBehavesAsASimpleMapUnderRandomUse() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MapInstance map = map(MapType.HASH, 6, 5, 40, 1);
            Map<Integer, Integer> model = new LinkedHashMap<>();
            for (int i = 0; i < 5000; i++) {
                int key = random.nextInt(80);
                int value = random.nextInt();
                long flags = random.nextInt(3);
                switch (random.nextInt(3)) {
                    case 0:
                        int expected = flags == 1 && model.containsKey(key)
                                ? -Errno.EEXIST
                                : flags == 2 && !model.containsKey(key)
                                        ? -Errno.ENOENT
                                        : !model.containsKey(key) && model.size() == 40 ? -Errno.E2BIG : 0;
                        assertThat(map.update(bytes(key, 6), bytes(value, 5), flags))
                                .as("seed %d step %d", seed, i)
                                .isEqualTo(expected);
                        if (expected == 0) {
                            model.put(key, value);
                        }
                        break;
                    case 1:
                        assertThat(map.delete(bytes(key, 6))).isEqualTo(model.remove(key) == null ? -Errno.ENOENT : 0);
                        break;
                    default:
                        byte[] found = map.lookup(bytes(key, 6));
                        assertThat(found == null ? null : number(found)).isEqualTo(model.get(key));
                        break;
                }
            }
            List<Integer> keys = new ArrayList<>();
            map.keys().forEach(k -> keys.add(number(k)));
            assertThat(keys).containsExactlyInAnyOrderElementsOf(model.keySet());
        }
    }

    @Test
    void lruHashEvictsWhatWasUsedLongestAgo() {
        MapInstance map = map(MapType.LRU_HASH, 4, 4, 2, 1);
        map.update(bytes(1, 4), bytes(10, 4), 0);
        map.update(bytes(2, 4), bytes(20, 4), 0);
        map.find(bytes(1, 4));
        map.update(bytes(3, 4), bytes(30, 4), 0);

        assertThat(map.lookup(bytes(2, 4))).isNull();
        assertThat(number(map.lookup(bytes(1, 4)))).isEqualTo(10);
        assertThat(number(map.lookup(bytes(3, 4)))).isEqualTo(30);
    }

    @Test
    void lookingFromOutsideIsNoUse() {
        MapInstance map = map(MapType.LRU_HASH, 4, 4, 2, 1);
        map.update(bytes(1, 4), bytes(10, 4), 0);
        map.update(bytes(2, 4), bytes(20, 4), 0);
        map.lookup(bytes(1, 4));
        map.update(bytes(3, 4), bytes(30, 4), 0);

        assertThat(map.lookup(bytes(1, 4))).isNull();
    }

    @Test
    void lruHashIsAListInOrderOfUseUnderRandomUse() {
        for (long seed = 1; seed <= 10; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MapInstance map = map(MapType.LRU_HASH, 4, 4, 25, 1);
            LinkedHashMap<Integer, Integer> model = new LinkedHashMap<>(16, 0.75f, true);
            for (int i = 0; i < 5000; i++) {
                int key = random.nextInt(60);
                int action = random.nextInt(10);
                if (action < 5) {
                    assertThat(map.update(bytes(key, 4), bytes(i, 4), 0)).isZero();
                    if (!model.containsKey(key) && model.size() == 25) {
                        model.remove(model.keySet().iterator().next());
                    }
                    model.put(key, i);
                } else if (action < 9) {
                    boolean found = map.find(bytes(key, 4)) != MapInstance.NONE;
                    assertThat(found).as("seed %d step %d", seed, i).isEqualTo(model.get(key) != null);
                } else {
                    assertThat(map.delete(bytes(key, 4))).isEqualTo(model.remove(key) == null ? -Errno.ENOENT : 0);
                }
            }
            List<Integer> keys = new ArrayList<>();
            map.keys().forEach(k -> keys.add(number(k)));
            assertThat(keys).containsExactlyInAnyOrderElementsOf(model.keySet());
        }
    }

    @Test
    void perCpuMapsKeepCpusApart() {
        for (MapType type : List.of(MapType.PERCPU_ARRAY, MapType.PERCPU_HASH)) {
            MapInstance map = map(type, 4, 4, 2, 3);
            map.put(bytes(1, 4), bytes(7, 4), 0, 2);

            assertThat(map.find(bytes(1, 4), 2)).isNotEqualTo(map.find(bytes(1, 4), 0));
            assertThat(map.values().load(map.find(bytes(1, 4), 2), 4, null))
                    .as("%s", type)
                    .isEqualTo(7);
            assertThat(map.values().load(map.find(bytes(1, 4), 0), 4, null))
                    .as("%s", type)
                    .isZero();
        }
    }

    @Test
    void arrayExistsFromTheBeginning() {
        MapInstance map = map(MapType.ARRAY, 4, 12, 1_000_000, 1);

        assertThat(map.lookup(bytes(999_999, 4))).containsOnly(0).hasSize(12);
        assertThat(map.update(bytes(5, 4), bytes(1, 12), 1)).isEqualTo(-Errno.EEXIST);
        assertThat(map.update(bytes(5, 4), bytes(1, 12), 4)).isEqualTo(-Errno.EINVAL);
        assertThat(map.lookup(bytes(1_000_000, 4))).isNull();
    }

    @Test
    void wrongLengthIsTheHostsMistake() {
        MapInstance map = map(MapType.HASH, 4, 4, 2, 1);

        assertThatThrownBy(() -> map.update(new byte[3], new byte[4], 0))
                .hasMessage("a key of map m has 4 bytes, not 3");
        assertThatThrownBy(() -> map.lookup(new byte[5])).hasMessage("a key of map m has 4 bytes, not 5");
    }

    @Test
    void mapsThatLinuxWouldNotMakeAreNamed() {
        for (MapDefinition bad : List.of(
                new MapDefinition("a", MapType.ARRAY, 8, 4, 1, 0, 0, 0, Optional.empty(), false),
                new MapDefinition("b", MapType.HASH, 4, 4, 0, 0, 0, 0, Optional.empty(), false),
                new MapDefinition("c", MapType.SK_STORAGE, 4, 4, 0, 0, 0, 0, Optional.empty(), false),
                new MapDefinition("d", MapType.HASH, 4, 0x7000_0000, 100, 0, 0, 0, Optional.empty(), false),
                new MapDefinition("e", MapType.ARENA, 0, 0, 1, 0, 0, 0, Optional.empty(), false))) {
            assertThat(Maps.problem(bad)).as(bad.name()).isPresent();
        }
        assertThat(Arrays.asList(MapType.values()).indexOf(MapType.RINGBUF)).isEqualTo(27);
    }
}
