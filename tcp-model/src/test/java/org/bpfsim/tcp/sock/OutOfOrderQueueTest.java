package org.bpfsim.tcp.sock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfOrderQueueTest {
    @Test
    void mergesWhatTouches() {
        OutOfOrderQueue queue = new OutOfOrderQueue();
        queue.add(10, 20, 1);
        queue.add(30, 40, 1);
        queue.add(20, 30, 1);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.start(0)).isEqualTo(10);
        assertThat(queue.end(0)).isEqualTo(40);
        assertThat(queue.truesize(0)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE - 500, -500})
    void holdsTheSameBytesAsASet(int origin) {
        Random random = new Random(origin);
        for (int round = 0; round < 200; round++) {
            OutOfOrderQueue queue = new OutOfOrderQueue();
            BitSet expected = new BitSet();
            for (int i = 0; i < 40; i++) {
                int start = random.nextInt(1000);
                int end = start + 1 + random.nextInt(30);
                queue.add(origin + start, origin + end, 1);
                expected.set(start, end);
            }
            BitSet actual = new BitSet();
            for (int i = 0; i < queue.size(); i++) {
                actual.set(queue.start(i) - origin, queue.end(i) - origin);
                assertThat(i == 0 || queue.start(i) - queue.end(i - 1) > 0).isTrue();
            }
            assertThat(actual).isEqualTo(expected);
        }
    }
}
