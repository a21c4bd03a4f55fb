package org.bpfsim.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.report.stats.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1",
        "2e-3, 0.002",
        "123456789012, 123456789000",
        "1e22, 10000000000000000000000",
        "-0.3333333333333, -0.333333333",
        "NaN, ''",
        "-0.0, 0"
    })
    void csvHasNineDigitsAndNoExponent(double value, String expected) {
        assertThat(Numbers.csv(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1234567  | NANOSECONDS     | 1.23 ms",
                "999.7    | NANOSECONDS     | 1.00 µs",
                "12       | NANOSECONDS     | 12.0 ns",
                "65000    | BYTES           | 65.0 KB",
                "9.8e9    | BITS_PER_SECOND | 9.80 Gbit/s",
                "0.0312   | SHARE           | 3.12%",
                "0.00035  | SHARE           | 0.035%",
                "0        | SHARE           | 0%",
                "12345.6  | NUMBER          | 12,300",
                "NaN      | NUMBER          | –"
            })
    void quantitiesAreScaledForReaders(double value, Unit unit, String expected) {
        assertThat(Quantities.format(value, unit)).isEqualTo(expected);
    }

    @Test
    void differencesHaveASignAndSharesPoints() {
        assertThat(Quantities.difference(0.121, Unit.SHARE)).isEqualTo("+12.1 pp");
        assertThat(Quantities.difference(-4e6, Unit.NANOSECONDS)).isEqualTo("\u22124.00 ms");
        assertThat(Quantities.relative(-0.1234)).isEqualTo("\u221212.3%");
    }
}
