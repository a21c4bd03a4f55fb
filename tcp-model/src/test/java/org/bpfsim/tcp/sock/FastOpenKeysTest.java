package org.bpfsim.tcp.sock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bpfsim.tcp.segment.FastOpenCookie;
import org.bpfsim.tcp.segment.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cookies as Linux makes them: each was seen from a real one (6.18) with the same key and addresses. */
class FastOpenKeysTest {
    private static final IpAddress CLIENT = IpAddress.v4(0xc0000201); // 192.0.2.1
    private static final IpAddress SERVER = IpAddress.v4(0xc0a80001); // 192.168.0.1

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4, FO 3021b9d889017eeb",
        "00112233-44556677-8899aabb-ccddeeff, FO 0b3ad0ec99a15273",
    })
    void cookieOfIpv4Addresses(String key, String cookie) {
        assertThat(FastOpenKeys.parse(key).cookie(CLIENT, SERVER, false)).hasToString(cookie);
    }

    @Test
    void cookieOfIpv6Addresses() {
        IpAddress client = IpAddress.v6(0xfd3d_fa7b_d17d_0000L, 1);
        IpAddress server = IpAddress.v6(0xfd3d_0a0b_17d6_0000L, 1);
        FastOpenKeys keys = FastOpenKeys.parse("a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4");
        assertThat(keys.cookie(client, server, true)).hasToString("FOEXP c1d1e9742a47a9bc");
    }

    @Test
    void keyOfSocketOptionHasItsBytesInTheOrderOfMemory() {
        byte[] bytes = new byte[FastOpenKeys.KEY_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        assertThat(FastOpenKeys.of(bytes)).hasToString("03020100-07060504-0b0a0908-0f0e0d0c");
    }

    @Test
    void backupKeyMakesTheCookieOfTheKeyBefore() {
        FastOpenKeys old = FastOpenKeys.parse("1-2-3-4");
        FastOpenKeys both = FastOpenKeys.parse("5-6-7-8,1-2-3-4");
        assertThat(both.backupCookie(CLIENT, SERVER, false)).isEqualTo(old.cookie(CLIENT, SERVER, false));
        assertThat(both).hasToString("00000005-00000006-00000007-00000008,00000001-00000002-00000003-00000004");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(
            strings = {"", "1-2-3", "1-2-3-4-5", "1-2-3-x", "1-2-3-4,", "1-2-3-4,1-2-3-4,1-2-3-4", "123456789-0-0-0"})
    void refusesWhatIsNoKey(String text) {
        assertThatThrownBy(() -> FastOpenKeys.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no Fast Open key, write four numbers");
    }

    @ParameterizedTest(name = "{0} bytes: {1}")
    @CsvSource({"0, FO", "2, ", "3, ", "4, FO 00000000", "5, ", "16, FO 00000000000000000000000000000000", "18, "})
    void rfc7413_4_1_1_takesCookiesOf4To16BytesOfEvenLength(int bytes, String expected) {
        FastOpenCookie cookie = FastOpenCookie.of(new byte[bytes], false);
        assertThat(cookie == null ? null : cookie.toString()).isEqualTo(expected);
    }
}
