package org.bpfsim.bpf.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StructLayoutTest {
    private static final class Inner {
        private int x = 0x11223344;
    }

    private static final class Thing {
        private int a = 0x55;
        private long wide = 0x1122334455667788L;
        private int bits3 = 5;
        private int bits7 = 0x55;
        private int signed = -3;
        private int port = 80;
        private final byte[] priv = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        private final Inner inner = new Inner();
        private final int[] words = {7, 8, 9};
    }

    private static final StructType<Inner> INNER = StructType.builder("inner", Inner.class)
            .u32("x", i -> i.x, (i, v) -> i.x = (int) v)
            .build();

    private static final StructType<Thing> THING = StructType.builder("thing", Thing.class)
            .u8("a", t -> t.a)
            .u64("wide", t -> t.wide, (t, v) -> t.wide = v)
            .bits("bits3", ScalarType.U16, 3, t -> t.bits3, (t, v) -> t.bits3 = (int) v)
            .bits("bits7", ScalarType.U16, 7, t -> t.bits7, (t, v) -> t.bits7 = (int) v)
            .bits("bits8", ScalarType.U16, 8, t -> 0xee)
            .scalar("signed", ScalarType.S16, t -> t.signed, (t, v) -> t.signed = (int) v)
            .scalar("port", ScalarType.BE16, t -> t.port, (t, v) -> t.port = (int) v)
            .memory("priv", 16, t -> t.priv)
            .embed("inner", INNER, t -> t.inner)
            .union(u -> u.u32("first", t -> t.words[0])
                    .array("words", ScalarType.U32, 3, (t, i) -> t.words[i], (t, i, v) -> t.words[i] = (int) v))
            .build();

    private final Thing thing = new Thing();
    private final StructLayout layout = THING.layout();

    private static int offset(String field) {
        return THING.layout().leaves().stream()
                .filter(l -> l.path().equals(field))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    private boolean[] all() {
        boolean[] rights = new boolean[layout.leaves().size()];
        layout.leaves().forEach(l -> rights[l.index()] = l.hasSetter());
        return rights;
    }

    private long load(int offset, int size) {
        return layout.load(thing, offset, size, null);
    }

    @Test
    void membersLieAsInC() {
        assertThat(offset("thing.a")).isZero();
        assertThat(offset("thing.wide")).isEqualTo(8);
        assertThat(offset("thing.bits3")).isEqualTo(16);
        assertThat(offset("thing.bits8"))
                .as("would cross its unit, so it starts the next")
                .isEqualTo(18);
        assertThat(offset("thing.signed")).isEqualTo(20);
        assertThat(offset("thing.priv")).isEqualTo(24);
        assertThat(offset("inner.x")).isEqualTo(40);
        assertThat(offset("thing.first")).isEqualTo(44);
        assertThat(offset("thing.words[2]")).isEqualTo(52);
        assertThat(THING.bytes()).isEqualTo(56);
    }

    @Test
    void partsOfANumberAreItsBytes() {
        assertThat(load(8, 8)).isEqualTo(0x1122334455667788L);
        assertThat(load(8, 4)).isEqualTo(0x55667788L);
        assertThat(load(12, 2)).isEqualTo(0x3344);
        assertThat(load(15, 1)).isEqualTo(0x11);
    }

    @Test
    void storageUnitOfBitfieldsIsPutTogether() {
        assertThat(load(16, 2)).isEqualTo(0x55 << 3 | 5);
        assertThat(load(17, 1)).isEqualTo(0x55 >> 5);
    }

    @Test
    void storesIntoAStorageUnitReachEachBitfield() {
        layout.store(thing, 16, 2, 0x2a << 3 | 2, all());

        assertThat(thing.bits3).isEqualTo(2);
        assertThat(thing.bits7).isEqualTo(0x2a);
    }

    @Test
    void storeOfAPartLeavesTheRest() {
        layout.store(thing, 10, 1, 0, all());

        assertThat(thing.wide).isEqualTo(0x1122334455007788L);
    }

    @Test
    void signsAndByteOrderAreTheFields() {
        assertThat(load(20, 2)).isEqualTo(0xfffd);
        layout.store(thing, 20, 2, 0xffff, all());
        assertThat(thing.signed).isEqualTo(-1);
        assertThat(load(22, 2)).as("port 80 in network order").isEqualTo(0x5000);
        layout.store(thing, 22, 2, 0xbb01, all());
        assertThat(thing.port).isEqualTo(443);
    }

    @Test
    void memoryIsReadAtAnyWidthAndOffset() {
        assertThat(load(25, 4)).isEqualTo(0x05040302);
        layout.store(thing, 31, 8, -1, all());
        assertThat(thing.priv).containsExactly(1, 2, 3, 4, 5, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1, 16);
        assertThatThrownBy(() -> layout.store(thing, 36, 8, 0, new boolean[all().length]))
                .isInstanceOf(AccessViolation.class);
    }

    @Test
    void embeddedStructsLiveInTheirOwnObject() {
        layout.store(thing, 40, 4, 9, all());

        assertThat(thing.inner.x).isEqualTo(9);
        assertThat(layout.part(thing, 40, INNER)).isSameAs(thing.inner);
        assertThat(layout.part(thing, 0, THING)).isSameAs(thing);
        assertThat(layout.part(thing, 8, INNER)).isNull();
    }

    @Test
    void membersOfAUnionShareTheirPlaceAndTheFirstThatCanIsWritten() {
        assertThat(load(44, 4)).isEqualTo(7);
        layout.store(thing, 44, 4, 70, all());
        assertThat(thing.words[0]).isEqualTo(70);
        assertThat(load(44, 8)).isEqualTo(8L << 32 | 70);
    }

    @Test
    void whatIsNotModelledOrMayNotBeWrittenIsNamed() {
        assertThatThrownBy(() -> load(1, 1)).hasMessage("no field is modelled at byte 1 of struct thing");
        assertThatThrownBy(() -> load(56, 1)).hasMessageContaining("offset 56 of struct thing, which is 56 bytes long");
        assertThatThrownBy(() -> load(-8, 8)).hasMessageContaining("offset -8 of struct thing");
        assertThatThrownBy(() -> layout.store(thing, 0, 1, 1, all()))
                .hasMessageContaining("thing.a may not be written");
        assertThatThrownBy(() -> layout.store(thing, 8, 8, 1, null))
                .hasMessageContaining("thing.wide may not be written");
    }
}
