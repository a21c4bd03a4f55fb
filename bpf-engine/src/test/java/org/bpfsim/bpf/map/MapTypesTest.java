package org.bpfsim.bpf.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.SpecialField;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Map types beyond arrays and hashes, each against a plain Java model and the errors that the kernel's documents name. */
class MapTypesTest {
    private static final long NO_PREALLOC = 1;

    private static MapDefinition definition(MapType type, int key, int value, int entries, long flags) {
        return new MapDefinition("m", type, key, value, entries, flags, 0, 0, Optional.empty(), false);
    }

    private static MapDefinition withExtras(MapDefinition d, long mapExtra, MapDefinition inner) {
        return new MapDefinition(
                d.name(),
                d.type(),
                d.keyBytes(),
                d.valueBytes(),
                d.maxEntries(),
                d.flags(),
                0,
                0,
                Optional.empty(),
                false,
                new MapDefinition.Extras(mapExtra, List.of(), Optional.ofNullable(inner), Map.of()));
    }

    private static MapInstance map(MapType type, int key, int value, int entries, long flags) {
        MapDefinition d = definition(type, key, value, entries, flags);
        assertThat(Maps.problem(d)).isEmpty();
        return Maps.create(d, 0, 1);
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[4];
        LittleEndian.put(bytes, 0, 4, value);
        return bytes;
    }

    private static int number(byte[] value) {
        return LittleEndian.s32(value, 0);
    }

    /** docs.kernel.org/bpf/map_lpm_trie.html. */
    @Nested
    class LpmTrie {
        private byte[] key(int prefix, int bits) {
            byte[] key = new byte[7];
            LittleEndian.put(key, 0, 4, prefix);
            key[4] = (byte) (bits >> 16);
            key[5] = (byte) (bits >> 8);
            key[6] = (byte) bits;
            return key;
        }

        private int masked(int prefix, int bits) {
            return prefix == 0 ? 0 : bits & (-1 << 24 - prefix) & 0xff_ffff;
        }

        @Test
        void findsTheLongestPrefixUnderRandomUse() {
            for (long seed = 1; seed <= 20; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                MapInstance map = map(MapType.LPM_TRIE, 7, 4, 60, NO_PREALLOC);
                Map<Long, Integer> model = new LinkedHashMap<>();
                for (int i = 0; i < 4000; i++) {
                    int prefix = random.nextInt(25);
                    // Few distinct bits, so that prefixes cover each other.
                    int bits = random.nextInt(64) * 0x4_1041 & 0xff_ffff;
                    long name = (long) prefix << 32 | masked(prefix, bits);
                    switch (random.nextInt(3)) {
                        case 0:
                            long flags = random.nextInt(3);
                            boolean there = model.containsKey(name);
                            int expected = flags == 1 && there
                                    ? -Errno.EEXIST
                                    : flags == 2 && !there
                                            ? -Errno.ENOENT
                                            : !there && model.size() == 60 ? -Errno.ENOSPC : 0;
                            assertThat(map.update(key(prefix, bits), bytes(i), flags))
                                    .as("seed %d step %d", seed, i)
                                    .isEqualTo(expected);
                            if (expected == 0) {
                                model.put(name, i);
                            }
                            break;
                        case 1:
                            assertThat(map.delete(key(prefix, bits)))
                                    .isEqualTo(model.remove(name) == null ? -Errno.ENOENT : 0);
                            break;
                        default:
                            Integer best = null;
                            for (int p = prefix; p >= 0 && best == null; p--) {
                                best = model.get((long) p << 32 | masked(p, bits));
                            }
                            byte[] found = map.lookup(key(prefix, bits));
                            assertThat(found == null ? null : number(found))
                                    .as("seed %d step %d", seed, i)
                                    .isEqualTo(best);
                    }
                }
                assertThat(map.keys()).hasSize(model.size());
            }
        }

        @Test
        void refusesPrefixesLongerThanTheKey() {
            MapInstance map = map(MapType.LPM_TRIE, 7, 4, 4, NO_PREALLOC);

            assertThat(map.update(key(25, 0), bytes(1), 0)).isEqualTo(-Errno.EINVAL);
            assertThat(map.delete(key(25, 0))).isEqualTo(-Errno.EINVAL);
            assertThat(map.lookup(key(25, 0))).isNull();
            assertThat(map.update(key(24, 0), bytes(1), 3)).isEqualTo(-Errno.EINVAL);
        }

        @Test
        void replacesAValueOfAFullTrie() {
            MapInstance map = map(MapType.LPM_TRIE, 7, 4, 1, NO_PREALLOC);
            map.update(key(8, 0x0a0000), bytes(1), 0);

            assertThat(map.update(key(8, 0x0a0101), bytes(2), 0)).isZero();
            assertThat(map.update(key(9, 0x0a0000), bytes(3), 0)).isEqualTo(-Errno.ENOSPC);
            assertThat(number(map.lookup(key(24, 0x0affff)))).isEqualTo(2);
        }

        @Test
        void needsNoPreallocAndAPrefixLength() {
            assertThat(Maps.problem(definition(MapType.LPM_TRIE, 8, 4, 1, 0))).isPresent();
            assertThat(Maps.problem(definition(MapType.LPM_TRIE, 4, 4, 1, NO_PREALLOC)))
                    .isPresent();
        }
    }

    /** docs.kernel.org/bpf/map_queue_stack.html. */
    @Nested
    class QueueAndStack {
        @Test
        void giveWhatWasPushedFirstOrLastUnderRandomUse() {
            for (MapType type : List.of(MapType.QUEUE, MapType.STACK)) {
                SplittableRandom random = new SplittableRandom(7);
                MapInstance map = map(type, 0, 4, 10, 0);
                ArrayDeque<Integer> model = new ArrayDeque<>();
                byte[] out = new byte[4];
                for (int i = 0; i < 5000; i++) {
                    Integer next = type == MapType.QUEUE ? model.peekFirst() : model.peekLast();
                    switch (random.nextInt(4)) {
                        case 0:
                        case 1:
                            boolean replace = random.nextInt(4) == 0;
                            int error = map.push(bytes(i), replace ? 2 : 0);
                            assertThat(error).isEqualTo(model.size() == 10 && !replace ? -Errno.E2BIG : 0);
                            if (error == 0) {
                                if (model.size() == 10) {
                                    model.removeFirst();
                                }
                                model.addLast(i);
                            }
                            break;
                        case 2:
                            assertThat(map.peek(out)).isEqualTo(next == null ? -Errno.ENOENT : 0);
                            assertThat(number(out)).isEqualTo(next == null ? 0 : next);
                            break;
                        default:
                            assertThat(map.pop(out)).isEqualTo(next == null ? -Errno.ENOENT : 0);
                            assertThat(number(out)).as("%s %d", type, i).isEqualTo(next == null ? 0 : next);
                            if (next != null && type == MapType.QUEUE) {
                                model.removeFirst();
                            } else if (next != null) {
                                model.removeLast();
                            }
                    }
                }
            }
        }

        @Test
        void hostUpdatesPushLooksPeekAndTakesPop() {
            MapInstance map = map(MapType.QUEUE, 0, 4, 2, 0);
            map.update(new byte[0], bytes(1), 0);
            map.update(new byte[0], bytes(2), 0);

            assertThat(number(map.lookup(new byte[0]))).isEqualTo(1);
            assertThat(number(map.take(new byte[0]))).isEqualTo(1);
            assertThat(number(map.take(new byte[0]))).isEqualTo(2);
            assertThat(map.take(new byte[0])).isNull();
        }

        @Test
        void haveNoKeysAndKnowNoOtherFlags() {
            MapInstance map = map(MapType.STACK, 0, 4, 2, 0);

            assertThat(map.push(bytes(1), 1)).isEqualTo(-Errno.EINVAL);
            assertThat(map.push(bytes(1), 3)).isEqualTo(-Errno.EINVAL);
            assertThat(map.delete(new byte[0])).isEqualTo(-Errno.EINVAL);
            assertThat(Maps.problem(definition(MapType.STACK, 4, 4, 2, 0))).isPresent();
            assertThat(Maps.problem(definition(MapType.QUEUE, 0, 4, 2, NO_PREALLOC)))
                    .isPresent();
        }
    }

    /** docs.kernel.org/bpf/map_bloom_filter.html. */
    @Nested
    class BloomFilter {
        @Test
        void knowsWhatWasPushedAndRarelyMore() {
            MapInstance map = map(MapType.BLOOM_FILTER, 0, 4, 1000, 0);
            Set<Integer> pushed = new LinkedHashSet<>();
            SplittableRandom random = new SplittableRandom(3);
            while (pushed.size() < 1000) {
                int value = random.nextInt();
                pushed.add(value);
                assertThat(map.push(bytes(value), 0)).isZero();
            }
            int mistaken = 0;
            for (int i = 0; i < 10_000; i++) {
                int value = random.nextInt();
                mistaken += !pushed.contains(value) && map.peek(bytes(value)) == 0 ? 1 : 0;
            }

            pushed.forEach(v -> assertThat(map.peek(bytes(v))).isZero());
            assertThat(mistaken).isLessThan(600);
        }

        @Test
        void cannotForget() {
            MapInstance map = map(MapType.BLOOM_FILTER, 0, 4, 10, 0);

            assertThat(map.peek(bytes(1))).isEqualTo(-Errno.ENOENT);
            assertThat(map.push(bytes(1), 1)).isEqualTo(-Errno.EINVAL);
            assertThat(map.pop(bytes(1))).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(map.delete(new byte[0])).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(Maps.problem(withExtras(definition(MapType.BLOOM_FILTER, 0, 4, 10, 0), 16, null)))
                    .isPresent();
        }
    }

    /** docs.kernel.org/bpf/map_of_maps.html. */
    @Nested
    class MapsOfMaps {
        private final MapDefinition prototype = definition(MapType.HASH, 4, 8, 3, 0);
        private final List<MapInstance> maps = new ArrayList<>();
        private final Handles handles = new Handles() {
            @Override
            public MapInstance map(int id) {
                return id >= 1 && id <= maps.size() ? maps.get(id - 1) : null;
            }

            @Override
            public Object program(int id) {
                return id == 7 ? "program" : null;
            }
        };

        private MapInstance add(MapDefinition d) {
            maps.add(Maps.create(d, maps.size(), 1, handles));
            return maps.get(maps.size() - 1);
        }

        private MapInstance outer(MapType type) {
            MapDefinition d = withExtras(definition(type, 4, 4, 2, 0), 0, prototype);
            assertThat(Maps.problem(d)).isEmpty();
            return add(d);
        }

        @Test
        void programsFindTheMapBehindAKey() {
            for (MapType type : List.of(MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS)) {
                MapInstance outer = outer(type);
                MapInstance inner = add(definition(MapType.HASH, 4, 8, 100, 0));

                assertThat(outer.address(bytes(1), 0)).isZero();
                assertThat(outer.update(bytes(1), bytes(inner.id()), 0)).isZero();
                assertThat(outer.address(bytes(1), 0)).isEqualTo(inner.selfAddress());
                assertThat(number(outer.lookup(bytes(1)))).isEqualTo(inner.id());
                assertThat(outer.delete(bytes(1))).isZero();
                assertThat(outer.address(bytes(1), 0)).isZero();
                assertThat(outer.delete(bytes(1))).isEqualTo(-Errno.ENOENT);
            }
        }

        @Test
        void mapsMustLookLikeThePrototype() {
            MapInstance outer = outer(MapType.ARRAY_OF_MAPS);

            for (MapDefinition other : List.of(
                    definition(MapType.LRU_HASH, 4, 8, 3, 0),
                    definition(MapType.HASH, 8, 8, 3, 0),
                    definition(MapType.HASH, 4, 4, 3, 0),
                    definition(MapType.HASH, 4, 8, 3, NO_PREALLOC))) {
                assertThat(outer.update(bytes(0), bytes(add(other).id()), 0)).isEqualTo(-Errno.EINVAL);
            }
            assertThat(outer.update(bytes(0), bytes(99), 0)).isEqualTo(-Errno.EBADF);
        }

        @Test
        void arraysKnowTheirSizeHashesTheirFlags() {
            MapInstance array = outer(MapType.ARRAY_OF_MAPS);
            MapInstance hash = outer(MapType.HASH_OF_MAPS);
            byte[] inner = bytes(add(prototype).id());

            assertThat(array.update(bytes(2), inner, 0)).isEqualTo(-Errno.E2BIG);
            assertThat(array.update(bytes(0), inner, 1)).isEqualTo(-Errno.EINVAL);
            assertThat(hash.update(bytes(9), inner, 2)).isEqualTo(-Errno.ENOENT);
            assertThat(hash.update(bytes(9), inner, 1)).isZero();
            assertThat(hash.update(bytes(9), inner, 1)).isEqualTo(-Errno.EEXIST);
        }

        @Test
        void progArrayHoldsPrograms() {
            HandleMap programs = (HandleMap) add(definition(MapType.PROG_ARRAY, 4, 4, 2, 0));

            assertThat(programs.update(bytes(1), bytes(7), 0)).isZero();
            assertThat(programs.update(bytes(1), bytes(8), 0)).isEqualTo(-Errno.EBADF);
            assertThat(programs.update(bytes(2), bytes(7), 0)).isEqualTo(-Errno.E2BIG);
            assertThat(programs.program(1)).isEqualTo("program");
            assertThat(programs.program(0)).isNull();
            assertThat(programs.program(2)).isNull();
            assertThat(programs.address(bytes(1), 0)).isZero();
        }

        @Test
        void prototypesAreNeededAndOneLevelDeep() {
            MapDefinition bare = definition(MapType.ARRAY_OF_MAPS, 4, 4, 2, 0);

            assertThat(Maps.problem(bare)).isPresent();
            assertThat(Maps.problem(withExtras(bare, 0, bare))).isPresent();
            assertThat(Maps.problem(withExtras(bare, 0, definition(MapType.PROG_ARRAY, 4, 4, 1, 0))))
                    .isPresent();
        }
    }

    /** docs.kernel.org/bpf/ringbuf.html. */
    @Nested
    class RingBuffer {
        private RingBufferMap ring() {
            return (RingBufferMap) map(MapType.RINGBUF, 0, 0, 4096, 0);
        }

        @Test
        void recordsComeInOrderOfReservation() {
            RingBufferMap ring = ring();
            ring.reserve(8)[0] = 1;
            ring.reserved(100);
            ring.output(new byte[] {2}, 0);

            assertThat(ring.poll()).isNull();
            assertThat(ring.finish(100, true)).isTrue();
            assertThat(ring.poll()[0]).isEqualTo((byte) 1);
            assertThat(ring.poll()).containsExactly(2);
            assertThat(ring.finish(100, true)).isFalse();
        }

        @Test
        void fullRingRefusesUntilItIsRead() {
            RingBufferMap ring = ring();
            int records = 0;
            while (ring.output(new byte[100], 0) == 0) {
                records++;
            }

            // 100 bytes and a header of 8 take 112 bytes; one byte of the ring always stays free.
            assertThat(records).isEqualTo(36);
            assertThat(ring.output(new byte[100], 0)).isEqualTo(-Errno.EAGAIN);
            assertThat(ring.reserve(100)).isNull();
            assertThat(ring.query(RingBufferMap.AVAIL_DATA)).isEqualTo(36 * 112);
            ring.poll();
            assertThat(ring.output(new byte[100], 0)).isZero();
            assertThat(ring.query(RingBufferMap.CONS_POS)).isEqualTo(112);
            assertThat(ring.query(RingBufferMap.PROD_POS)).isEqualTo(37 * 112);
            assertThat(ring.query(RingBufferMap.RING_SIZE)).isEqualTo(4096);
            assertThat(ring.query(9)).isZero();
        }

        @Test
        void discardedRecordsAreSkipped() {
            RingBufferMap ring = ring();
            ring.reserve(8);
            ring.reserved(1);
            ring.finish(1, false);
            ring.output(new byte[] {5}, 0);

            assertThat(ring.poll()).containsExactly(5);
            assertThat(ring.output(new byte[1], 4)).isEqualTo(-Errno.EINVAL);
        }

        @Test
        void sizeIsAPowerOfTwoOfPages() {
            for (int bytes : new int[] {0, 1024, 4095, 12288}) {
                assertThat(Maps.problem(definition(MapType.RINGBUF, 0, 0, bytes, 0)))
                        .isPresent();
            }
            assertThat(Maps.problem(definition(MapType.RINGBUF, 4, 4, 4096, 0))).isPresent();
        }
    }

    @Test
    void lruMapsWantTheirFlagsOnly() {
        assertThat(Maps.problem(definition(MapType.LRU_HASH, 4, 4, 1, NO_PREALLOC)))
                .isPresent();
        assertThat(Maps.problem(definition(MapType.HASH, 4, 4, 1, 2))).isPresent();
        assertThat(Maps.problem(definition(MapType.LRU_HASH, 4, 4, 1, 2))).isEmpty();
    }

    @Test
    void updatesLeaveTheSpinLockAlone() {
        MapDefinition plain = definition(MapType.ARRAY, 4, 12, 1, 0);
        MapDefinition locked = new MapDefinition(
                "m",
                MapType.ARRAY,
                4,
                12,
                1,
                0,
                0,
                0,
                Optional.empty(),
                false,
                new MapDefinition.Extras(
                        0,
                        List.of(new SpecialField(SpecialField.Kind.SPIN_LOCK, 4, 4, 0)),
                        Optional.empty(),
                        Map.of()));
        MapInstance map = Maps.create(locked, 0, 1);
        byte[] ones = new byte[12];
        Arrays.fill(ones, (byte) 1);

        assertThat(map.update(bytes(0), ones, MapInstance.BPF_F_LOCK)).isZero();
        assertThat(map.lookup(bytes(0))).containsExactly(1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1);
        assertThat(Maps.create(plain, 0, 1).update(bytes(0), ones, MapInstance.BPF_F_LOCK))
                .isEqualTo(-Errno.EINVAL);
    }
}
