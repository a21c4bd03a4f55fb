package org.bpfsim.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static String of(long... values) {
        Fingerprint fingerprint = new Fingerprint();
        for (long value : values) {
            fingerprint.mix(value);
        }
        return fingerprint.toString();
    }

    /** Stored results carry fingerprints, so the function must never change unnoticed. */
    @Test
    void valuesAreTheSameForEver() {
        Fingerprint fingerprint = new Fingerprint();
        assertThat(fingerprint.toString()).isEqualTo("e220a8397b1dcdaf");
        for (int i = 0; i < 1_000; i++) {
            fingerprint.mixArrival(i * 1_201_600L, i % 7, i * 31L);
        }
        assertThat(fingerprint.toString()).isEqualTo("82e56ffd37d2aa8c");
    }

    @Test
    void orderAndEveryValueCount() {
        assertThat(of(1, 2)).isNotEqualTo(of(2, 1)).isNotEqualTo(of(1, 3)).isNotEqualTo(of(1, 2, 0));
        assertThat(of(0)).isNotEqualTo(of());
    }

    @Test
    void neighbouringTracesDoNotCollide() {
        Set<Long> seen = new HashSet<>();
        for (int time = 0; time < 100; time++) {
            for (int port = 0; port < 30; port++) {
                for (int hash = 0; hash < 30; hash++) {
                    Fingerprint fingerprint = new Fingerprint();
                    fingerprint.mixArrival(time, port, hash);
                    seen.add(fingerprint.value());
                }
            }
        }
        assertThat(seen).hasSize(100 * 30 * 30);
    }
}
