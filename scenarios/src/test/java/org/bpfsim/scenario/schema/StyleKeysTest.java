package org.bpfsim.scenario.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.tcp.sock.SockOptions;
import org.junit.jupiter.api.Test;

class StyleKeysTest {
    /** Applications go on without an option that is refused, so a name that nobody knows would do nothing, silently. */
    @Test
    void everyOptionThatHasANameIsModelled() {
        assertThat(StyleKeys.optionNames()).hasSizeGreaterThan(5).allSatisfy((name, number) -> {
            int level = name.startsWith("TCP_") ? SockOptions.SOL_TCP : SockOptions.SOL_SOCKET;
            assertThat(SockOptions.isModelled(level, number)).as(name).isTrue();
        });
    }
}
