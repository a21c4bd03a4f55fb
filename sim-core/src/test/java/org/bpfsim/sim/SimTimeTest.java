package org.bpfsim.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimTimeTest {
    @ParameterizedTest(name = "{1} bytes at {0} bit/s take {2} ps")
    @CsvSource({
        "25000000000, 1500, 480000",
        "25000000000, 1, 320",
        "100000000000, 1500, 120000",
        "100000000000, 1538, 123040",
        "10000000000, 1502, 1201600",
        "400000000000, 64, 1280",
        "1, 1, 8000000000000",
        "3, 1, 2666666666667",
        "25000000000, 0, 0",
        "10000000000, 2000000000, 1600000000000",
    })
    void transmissionTimesAreExactOrRoundedUp(long rateBitsPerSec, int bytes, long expectedPs) {
        assertThat(SimTime.txTimePs(bytes, rateBitsPerSec)).isEqualTo(expectedPs);
    }

    @Test
    void transmissionTimeIsTheCeilingOfTheTrueQuotient() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            int bytes = random.nextInt(1 << (1 + random.nextInt(30)));
            long rate = 1 + (random.nextLong() >>> (16 + random.nextInt(30)));
            BigInteger bitsPs = BigInteger.valueOf(bytes).multiply(BigInteger.valueOf(8_000_000_000_000L));
            BigInteger ceiling = bitsPs.add(BigInteger.valueOf(rate - 1)).divide(BigInteger.valueOf(rate));
            if (ceiling.bitLength() < Long.SIZE) {
                assertThat(SimTime.txTimePs(bytes, rate))
                        .as("%d bytes at %d bit/s", bytes, rate)
                        .isEqualTo(ceiling.longValueExact());
            }
        }
    }

    @Test
    void timesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> SimTime.fromSeconds(10_000_000)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> SimTime.txTimePs(Integer.MAX_VALUE, 1)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> SimTime.txTimePs(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void conversionsRoundDown() {
        assertThat(SimTime.toMicros(SimTime.fromMicros(7) - 1)).isEqualTo(6);
        assertThat(SimTime.toNanos(1_999)).isEqualTo(1);
        assertThat(SimTime.toMillis(SimTime.fromMillis(3))).isEqualTo(3);
        assertThat(SimTime.toSeconds(SimTime.PS_PER_S / 2)).isEqualTo(0.5);
    }
}
