package org.bpfsim.tcp.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameStreamTest {
    @Test
    void descriptorIsThatOfTheKernelsSelftest() {
        FrameStream stream = new FrameStream();
        long bytes = stream.add(100, 150, 1, 2, 3);
        byte[] begin = new byte[8];
        stream.copyTo(0, 8, begin, 0);
        assertThat(bytes).isEqualTo(258); // the document's: "Set rcvlowat: expected: 258"
        assertThat(HexFormat.of().formatHex(begin)).isEqualTo("6400000096000000");
    }

    @Test
    void anyCutOfTheStreamShowsTheSameBytes() {
        Random random = new Random(4);
        FrameStream stream = new FrameStream();
        for (int i = 0; i < 40; i++) {
            stream.add(24 + random.nextInt(10), random.nextInt(60), random.nextLong(), random.nextLong(), i);
        }
        int length = (int) stream.endOffset();
        byte[] whole = new byte[length];
        stream.copyTo(0, length, whole, 0);
        for (int i = 0; i < 2000; i++) {
            int from = random.nextInt(length);
            int part = random.nextInt(length - from) + 1;
            byte[] cut = new byte[part + 2];
            stream.copyTo(from, part, cut, 1);
            assertThat(Arrays.copyOfRange(cut, 1, part + 1)).isEqualTo(Arrays.copyOfRange(whole, from, from + part));
        }
    }

    @Test
    void forgetsOnlyWholeFramesAndStaysSmall() {
        FrameStream stream = new FrameStream();
        for (int i = 0; i < 10_000; i++) {
            long bytes = stream.add(24, 10, i, 0, 0);
            byte[] frame = new byte[RpcFraming.MEANING_BYTES];
            long start = stream.endOffset() - bytes;
            stream.forget(start + 5);
            stream.copyTo(start, frame.length, frame, 0);
            assertThat(RpcFraming.id(frame, 0)).isEqualTo(i);
            assertThat(stream.frames()).isEqualTo(1);
        }
    }

    @Test
    void headerTooSmallForItsMeaningIsRefused() {
        assertThatThrownBy(() -> new FrameStream().add(8, 0, 1, 1, 1)).hasMessageContaining("at least 24");
    }
}
