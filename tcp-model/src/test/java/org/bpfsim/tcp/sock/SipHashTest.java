package org.bpfsim.tcp.sock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of Aumasson and Bernstein, "SipHash: a fast short-input PRF", appendix A, and of its reference code. */
class SipHashTest {
    @ParameterizedTest(name = "{0} bytes")
    @CsvSource({"0, 726fdb47dd0e0e31", "1, 74f839c593dc67fd", "8, 93f5f5799a932462", "15, a129ca6149be45e5"})
    void referenceVectors(int length, String expected) {
        byte[] input = new byte[length];
        for (int i = 0; i < length; i++) {
            input[i] = (byte) i;
        }
        assertThat(SipHash.hash(input, 0x0706050403020100L, 0x0f0e0d0c0b0a0908L))
                .isEqualTo(Long.parseUnsignedLong(expected, 16));
    }
}
