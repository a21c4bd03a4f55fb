package org.bpfsim.tcp.sock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SysctlsTest {
    private final Sysctls sysctls = new Sysctls();

    @Test
    void hasTheDefaultsOfLinux612() {
        assertThat(sysctls.get("net.ipv4.tcp_congestion_control")).isEqualTo("cubic");
        assertThat(sysctls.get("net.ipv4.tcp_ecn")).isEqualTo("2");
        assertThat(sysctls.get("net.ipv4.tcp_rmem")).isEqualTo("4096\t131072\t6291456");
        assertThat(sysctls.get("net.ipv4.tcp_wmem")).isEqualTo("4096\t16384\t4194304");
        assertThat(sysctls.get("net.ipv4.tcp_syn_linear_timeouts")).isEqualTo("4");
        assertThat(sysctls.get("net.ipv4.tcp_rto_min_us")).isEqualTo("200000");
    }

    @Test
    void setsAVector() {
        sysctls.set("net.ipv4.tcp_rmem", "4096 65536 1000000");
        assertThat(sysctls.tcp_rmem).containsExactly(4096, 65_536, 1_000_000);
    }

    @Test
    void refusesWhatIsNotModelledAndSaysWhatIs() {
        assertThatThrownBy(() -> sysctls.set("net.ipv4.tcp_plb_enabled", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("net.ipv4.tcp_plb_enabled is not modelled")
                .hasMessageContaining("net.ipv4.tcp_ecn");
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThatThrownBy(() -> sysctls.set("net.ipv4.tcp_ecn", "9")).hasMessageContaining("use 0 to 2");
        assertThatThrownBy(() -> sysctls.set("net.ipv4.tcp_ecn", "on")).hasMessageContaining("whole number");
        assertThatThrownBy(() -> sysctls.set("net.ipv4.tcp_rmem", "1 2")).hasMessageContaining("write 3");
    }
}
