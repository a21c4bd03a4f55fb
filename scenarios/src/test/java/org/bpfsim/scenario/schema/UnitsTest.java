package org.bpfsim.scenario.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.bpfsim.scenario.model.QueueDepth;
import org.bpfsim.scenario.schema.ScalarType.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "25Gbps, 25000000000",
        "25 Gbps, 25000000000",
        "25gbit, 25000000000",
        "100Mbit/s, 100000000",
        "1.5Tbps, 1500000000000",
        "64kbps, 64000",
        "9600bps, 9600",
        "1_000Mbps, 1000000000"
    })
    void ratesAreBitsPerSecond(String text, long bitsPerSec) throws Rejected {
        assertThat(Units.bitRate().parse(text, "rate")).isEqualTo(bitsPerSec);
    }

    @ParameterizedTest
    @CsvSource({
        "1us, 1000000",
        "1µs, 1000000",
        "200ms, 200000000000",
        "2s, 2000000000000",
        "1.5ns, 1500",
        "1min, 60000000000000",
        "7ps, 7",
        "0, 0"
    })
    void timesArePicoseconds(String text, long ps) throws Rejected {
        assertThat(Units.duration().parse(text, "delay")).isEqualTo(ps);
    }

    @ParameterizedTest
    @CsvSource({
        "450KB, 450000",
        "450kB, 450000",
        "1KiB, 1024",
        "16MB, 16000000",
        "2GiB, 2147483648",
        "1.5KB, 1500",
        "9B, 9"
    })
    void sizesAreBytes(String text, long bytes) throws Rejected {
        assertThat(Units.size().parse(text, "size")).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"10%, 100000000", "0.1, 100000000", "12.5%, 125000000", "1, 1000000000", "0.0000001%, 1"})
    void sharesAreExact(String text, long partsPerBillion) throws Rejected {
        assertThat(Units.fraction(0, 100).parse(text, "share").partsPerBillion())
                .isEqualTo(partsPerBillion);
    }

    @ParameterizedTest
    @CsvSource({"65 packets, 65, PACKETS", "65p, 65, PACKETS", "1 packet, 1, PACKETS", "100KB, 100000, BYTES"})
    void queuesAreBytesOrPackets(String text, long amount, QueueDepth.Unit unit) throws Rejected {
        assertThat(Units.queueDepth().parse(text, "limit")).isEqualTo(new QueueDepth(amount, unit));
    }

    @Test
    void aNumberAloneIsAnsweredWithUnits() {
        Rejected rejected =
                catchThrowableOfType(Rejected.class, () -> Units.bitRate().parse("40", "rate"));
        assertThat(rejected).hasMessage("rate \"40\" has no unit.");
        assertThat(rejected.remedy()).isEqualTo("Write 40Gbps or 40Mbps.");
    }

    @ParameterizedTest
    @CsvSource({"9223373TB", "99999999999999999999999GB"})
    void whatDoesNotFitIsRefused(String text) {
        assertThat(catchThrowableOfType(Rejected.class, () -> Units.size().parse(text, "size")))
                .hasMessage("size \"" + text + "\" is too large.");
    }
}
