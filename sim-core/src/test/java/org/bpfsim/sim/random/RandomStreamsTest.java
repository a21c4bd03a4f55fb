package org.bpfsim.sim.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import umontreal.ssj.rng.MRG32k3a;

class RandomStreamsTest {
    private final RandomStreams streams = new RandomStreams(7);

    private static double[] numbers(MRG32k3a stream, int count) {
        double[] numbers = new double[count];
        stream.nextArrayOfDouble(numbers, 0, count);
        return numbers;
    }

    @Test
    void sameIdentityGivesTheSameNumbersWhateverElseWasAsked() {
        double[] before = numbers(streams.stream("arrivals/host-17", 3), 100);
        numbers(streams.stream("sizes", 3), 10);
        assertThat(numbers(new RandomStreams(7).stream("arrivals/host-17", 3), 100))
                .isEqualTo(before);
    }

    @Test
    void seedReplicationAndNameEachMakeAnotherStream() {
        double[] numbers = numbers(streams.stream("a", 0), 10);
        assertThat(numbers(streams.stream("b", 0), 10)).isNotEqualTo(numbers);
        assertThat(numbers(streams.stream("a", 1), 10)).isNotEqualTo(numbers);
        assertThat(numbers(new RandomStreams(8).stream("a", 0), 10)).isNotEqualTo(numbers);
        assertThat(numbers(streams.stream("", 0), 10)).isNotEqualTo(numbers);
    }

    /** Results depend on these numbers: they must be the same on every JDK and for ever. Computed apart, in Python. */
    @Test
    void numbersAreTheSameForEver() {
        MRG32k3a stream = new RandomStreams(1).stream("arrivals/host-17", 0);
        assertThat(stream.getState())
                .containsExactly(3517812702L, 507090771L, 1961042011L, 1711179228L, 1874761416L, 2086893060L);
        assertThat(stream.nextInt(0, 1_000_000)).isEqualTo(846979);
    }

    @Test
    void threadsThatAskAtOnceGetWhatOneThreadGets() throws Exception {
        int count = 200;
        List<long[]> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            expected.add(streams.stream("s" + i, i).getState());
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 20; round++) {
                List<Future<long[]>> states = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    int number = i;
                    states.add(threads.submit(
                            () -> streams.stream("s" + number, number).getState()));
                }
                for (int i = 0; i < count; i++) {
                    assertThat(states.get(i).get()).isEqualTo(expected.get(i));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void streamsDoNotShareState() {
        MRG32k3a first = streams.stream("a", 0);
        MRG32k3a second = streams.stream("a", 0);
        numbers(first, 1000);
        first.resetNextSubstream();
        assertThat(second.getState()).isEqualTo(streams.stream("a", 0).getState());
    }

    @Test
    void ssjsOwnStreamsAreAsIfNoneHadBeenMadeHere() {
        streams.stream("a", 0);
        MRG32k3a own = new MRG32k3a();
        streams.stream("b", 0);
        MRG32k3a next = new MRG32k3a();
        own.resetStartStream();
        // SSJ spaces its streams 2^127 apart from a default seed of six times 12345.
        assertThat(own.getState()).containsOnly(12345L);
        assertThat(next.getState()).doesNotContain(12345L);
        MRG32k3a.setPackageSeed(new long[] {12345, 12345, 12345, 12345, 12345, 12345});
    }

    @Test
    void everyHashGivesAValidSeed() {
        byte[] zeros = new byte[32];
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) -1);
        for (byte[] hash : List.of(zeros, ones)) {
            long[] seed = RandomStreams.validSeed(hash);
            new MRG32k3a().setSeed(seed); // refuses what is not valid
            MRG32k3a.setPackageSeed(new long[] {12345, 12345, 12345, 12345, 12345, 12345});
        }
    }

    @Test
    void streamsWithNeighbouringNamesAreUncorrelatedAndUniform() {
        int count = 20_000;
        double[] first = numbers(streams.stream("host-1", 0), count);
        double[] second = numbers(streams.stream("host-2", 0), count);
        double sum = 0;
        double product = 0;
        for (int i = 0; i < count; i++) {
            sum += first[i];
            product += (first[i] - 0.5) * (second[i] - 0.5);
        }
        assertThat(sum / count).isCloseTo(0.5, within(4 * Math.sqrt(1.0 / 12 / count)));
        assertThat(product / count).isCloseTo(0, within(4.0 / 12 / Math.sqrt(count)));
    }

    @Test
    void manyNamesGiveDistinctStarts() {
        Set<List<Long>> starts = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            starts.add(Arrays.stream(streams.startOf("flow-" + i, 0)).boxed().toList());
        }
        assertThat(starts).hasSize(10_000);
    }
}
