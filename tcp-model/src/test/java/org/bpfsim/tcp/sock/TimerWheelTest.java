package org.bpfsim.tcp.sock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux 6.12, kernel/time/timer.c: level n takes delays below 63 * 8^(n+1) ticks in steps of 8^n ticks. */
class TimerWheelTest {
    @ParameterizedTest(name = "at tick {0}, set to {1}: fires at {2}")
    @CsvSource({
        "1000, 1000, 1001", // the past and the present: with the next tick
        "1000, 1001, 1002",
        "1000, 1050, 1051", // 50 ticks: exact to a tick
        "1000, 1063, 1064",
        "1000, 1064, 1072", // 64 ticks: steps of 8
        "1000, 1250, 1256", // one second at HZ=250
        "1000, 1504, 1512",
        "1000, 1505, 1536", // 505 ticks: steps of 64
        "1000, 16000, 16384", // a minute: steps of 512
    })
    void firesAtTheNextStepOfItsLevel(long now, long expires, long fires) {
        assertThat(TimerWheel.firingTick(now, expires)).isEqualTo(fires);
    }
}
