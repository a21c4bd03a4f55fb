package org.bpfsim.tcp.sock;

import java.util.Collections;
import java.util.Set;
import java.util.TreeMap;

/**
 * A host's sysctls under their Linux names, with the defaults and ranges of 6.12 (net/ipv4/sysctl_net_ipv4.c,
 * {@code tcp_sk_init()} in net/ipv4/tcp_ipv4.c, Documentation/networking/ip-sysctl.rst). Those that are not modelled
 * are refused by name. The stack reads the fields; everybody else goes through {@link #set} and {@link #get}.
 */
public final class Sysctls {
    /** Bits of {@link #tcp_fastopen} (6.12, include/net/tcp.h). */
    public static final int TFO_CLIENT_ENABLE = 1;

    public static final int TFO_SERVER_ENABLE = 2;
    /** Data in a SYN without a cookie. */
    public static final int TFO_CLIENT_NO_COOKIE = 4;
    /** Takes data of a SYN without a cookie. */
    public static final int TFO_SERVER_COOKIE_NOT_REQD = 0x200;
    /** Every listener opens fast, without a socket option. */
    public static final int TFO_SERVER_WO_SOCKOPT1 = 0x400;

    private static final int MIN_BUFFER = 1;

    public String tcp_congestion_control = "cubic";
    public int tcp_ecn = 2;
    public int tcp_ecn_fallback = 1;
    public int tcp_sack = 1;
    public int tcp_dsack = 1;
    public int tcp_timestamps = 1;
    public int tcp_window_scaling = 1;
    public int tcp_slow_start_after_idle = 1;
    public int tcp_reordering = 3;
    public int tcp_max_reordering = 300;
    public int tcp_recovery = 1;
    public int tcp_early_retrans = 3;
    public int tcp_min_rtt_wlen = 300;
    public int tcp_frto = 2;
    public int tcp_retries1 = 3;
    public int tcp_retries2 = 15;
    public int tcp_syn_retries = 6;
    public int tcp_syn_linear_timeouts = 4;
    public int tcp_synack_retries = 5;
    public int tcp_orphan_retries = 0;
    /** 0: no cookies, 1: when the backlog is full, 2: always. */
    public int tcp_syncookies = 1;
    /** 0: no connection takes the place of one in TIME_WAIT, 1: with time stamps, 2: on loopback only. */
    public int tcp_tw_reuse = 2;

    /** 0: off, 1: when large segments seem to be swallowed, 2: always. */
    public int tcp_mtu_probing = 0;

    public int tcp_base_mss = 1024;
    public int tcp_mtu_probe_floor = 48;
    public int tcp_min_snd_mss = 48;
    /** Bytes of a range that is not searched further, and seconds until it is searched anew. */
    public int tcp_probe_threshold = 8;

    public int tcp_probe_interval = 600;
    /** As on a host with 524,288 buckets for connections. */
    public int tcp_max_syn_backlog = 4096;

    public int tcp_abort_on_overflow = 0;
    /** In seconds. */
    public int tcp_fin_timeout = 60;

    /** In seconds. */
    public int tcp_keepalive_time = 7200;

    public int tcp_keepalive_intvl = 75;
    public int tcp_keepalive_probes = 9;
    /** Least MTU that is learnt from a message, and for how many seconds it is remembered. */
    public int route_min_pmtu = 552;

    public int route_mtu_expires = 600;

    public int tcp_moderate_rcvbuf = 1;
    public int tcp_shrink_window = 0;
    public int tcp_workaround_signed_windows = 0;
    public int tcp_rto_min_us = 200_000;
    public int tcp_pacing_ss_ratio = 200;
    public int tcp_pacing_ca_ratio = 120;
    public int tcp_min_tso_segs = 2;
    public int tcp_tso_win_divisor = 3;
    public int tcp_tso_rtt_log = 9;
    public int tcp_autocorking = 1;
    public int tcp_limit_output_bytes = 1_048_576;
    public int tcp_retrans_collapse = 1;
    /** In bytes, unsigned. */
    public int tcp_notsent_lowat = -1;

    /** In milliseconds. */
    public int tcp_invalid_ratelimit = 500;

    public int tcp_comp_sack_delay_ns = 1_000_000;
    public int tcp_comp_sack_slack_ns = 100_000;
    public int tcp_comp_sack_nr = 44;
    /** Least, default and largest receive buffer in bytes. */
    public final int[] tcp_rmem = {4096, 131_072, 6_291_456};

    /** Least, default and largest send buffer in bytes. */
    public final int[] tcp_wmem = {4096, 16_384, 4_194_304};

    public final int[] ip_local_port_range = {32_768, 60_999};
    /** Bits of Fast Open, see {@code TFO_*}. */
    public int tcp_fastopen = TFO_CLIENT_ENABLE;

    public int tcp_fastopen_blackhole_timeout_sec = 0;
    /** Keys of Fast Open's cookies; null until a listener needs some or somebody sets them. */
    public FastOpenKeys tcp_fastopen_key;

    /** Largest backlog that listen() gives. */
    public int somaxconn = 4096;

    public int rmem_max = 212_992;
    public int wmem_max = 212_992;

    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final TreeMap<String, Runnable> listeners = new TreeMap<>();

    public Sysctls() {
        number("net.ipv4.tcp_ecn", 0, 2, () -> tcp_ecn, v -> tcp_ecn = v);
        number("net.ipv4.tcp_ecn_fallback", 0, 1, () -> tcp_ecn_fallback, v -> tcp_ecn_fallback = v);
        number("net.ipv4.tcp_sack", 0, 1, () -> tcp_sack, v -> tcp_sack = v);
        number("net.ipv4.tcp_dsack", 0, 1, () -> tcp_dsack, v -> tcp_dsack = v);
        number("net.ipv4.tcp_timestamps", 0, 2, () -> tcp_timestamps, v -> tcp_timestamps = v);
        number("net.ipv4.tcp_window_scaling", 0, 1, () -> tcp_window_scaling, v -> tcp_window_scaling = v);
        number(
                "net.ipv4.tcp_slow_start_after_idle",
                0,
                1,
                () -> tcp_slow_start_after_idle,
                v -> tcp_slow_start_after_idle = v);
        number("net.ipv4.tcp_reordering", 1, 127, () -> tcp_reordering, v -> tcp_reordering = v);
        number(
                "net.ipv4.tcp_max_reordering",
                1,
                Integer.MAX_VALUE,
                () -> tcp_max_reordering,
                v -> tcp_max_reordering = v);
        number("net.ipv4.tcp_recovery", 0, 7, () -> tcp_recovery, v -> tcp_recovery = v);
        number("net.ipv4.tcp_early_retrans", 0, 4, () -> tcp_early_retrans, v -> tcp_early_retrans = v);
        number("net.ipv4.tcp_min_rtt_wlen", 0, 86_400, () -> tcp_min_rtt_wlen, v -> tcp_min_rtt_wlen = v);
        number("net.ipv4.tcp_frto", 0, 255, () -> tcp_frto, v -> tcp_frto = v);
        number("net.ipv4.tcp_retries1", 0, 255, () -> tcp_retries1, v -> tcp_retries1 = v);
        number("net.ipv4.tcp_retries2", 0, 255, () -> tcp_retries2, v -> tcp_retries2 = v);
        number("net.ipv4.tcp_syn_retries", 1, 127, () -> tcp_syn_retries, v -> tcp_syn_retries = v);
        number(
                "net.ipv4.tcp_syn_linear_timeouts",
                0,
                127,
                () -> tcp_syn_linear_timeouts,
                v -> tcp_syn_linear_timeouts = v);
        number("net.ipv4.tcp_synack_retries", 0, 255, () -> tcp_synack_retries, v -> tcp_synack_retries = v);
        number("net.ipv4.tcp_orphan_retries", 0, 255, () -> tcp_orphan_retries, v -> tcp_orphan_retries = v);
        number("net.ipv4.tcp_mtu_probing", 0, 255, () -> tcp_mtu_probing, v -> tcp_mtu_probing = v);
        number("net.ipv4.tcp_base_mss", 48, 65_535, () -> tcp_base_mss, v -> tcp_base_mss = v);
        number("net.ipv4.tcp_mtu_probe_floor", 48, 65_535, () -> tcp_mtu_probe_floor, v -> tcp_mtu_probe_floor = v);
        number("net.ipv4.tcp_min_snd_mss", 48, 65_535, () -> tcp_min_snd_mss, v -> tcp_min_snd_mss = v);
        number("net.ipv4.tcp_probe_threshold", 0, 65_535, () -> tcp_probe_threshold, v -> tcp_probe_threshold = v);
        number("net.ipv4.tcp_probe_interval", 0, 86_400, () -> tcp_probe_interval, v -> tcp_probe_interval = v);
        number("net.ipv4.tcp_tw_reuse", 0, 2, () -> tcp_tw_reuse, v -> tcp_tw_reuse = v);
        number("net.ipv4.tcp_syncookies", 0, 2, () -> tcp_syncookies, v -> tcp_syncookies = v);
        number(
                "net.ipv4.tcp_max_syn_backlog",
                0,
                Integer.MAX_VALUE,
                () -> tcp_max_syn_backlog,
                v -> tcp_max_syn_backlog = v);
        number("net.ipv4.tcp_abort_on_overflow", 0, 1, () -> tcp_abort_on_overflow, v -> tcp_abort_on_overflow = v);
        number("net.ipv4.tcp_fin_timeout", 0, 1_000_000, () -> tcp_fin_timeout, v -> tcp_fin_timeout = v);
        number("net.ipv4.tcp_keepalive_time", 1, 32_767, () -> tcp_keepalive_time, v -> tcp_keepalive_time = v);
        number("net.ipv4.tcp_keepalive_intvl", 1, 32_767, () -> tcp_keepalive_intvl, v -> tcp_keepalive_intvl = v);
        number("net.ipv4.tcp_keepalive_probes", 1, 127, () -> tcp_keepalive_probes, v -> tcp_keepalive_probes = v);
        number("net.ipv4.route.min_pmtu", 68, 65_535, () -> route_min_pmtu, v -> route_min_pmtu = v);
        number("net.ipv4.route.mtu_expires", 1, Integer.MAX_VALUE, () -> route_mtu_expires, v -> route_mtu_expires = v);
        number("net.ipv4.tcp_moderate_rcvbuf", 0, 1, () -> tcp_moderate_rcvbuf, v -> tcp_moderate_rcvbuf = v);
        number("net.ipv4.tcp_shrink_window", 0, 1, () -> tcp_shrink_window, v -> tcp_shrink_window = v);
        number(
                "net.ipv4.tcp_workaround_signed_windows",
                0,
                1,
                () -> tcp_workaround_signed_windows,
                v -> tcp_workaround_signed_windows = v);
        number("net.ipv4.tcp_rto_min_us", 1, Integer.MAX_VALUE, () -> tcp_rto_min_us, v -> tcp_rto_min_us = v);
        number("net.ipv4.tcp_pacing_ss_ratio", 0, 1000, () -> tcp_pacing_ss_ratio, v -> tcp_pacing_ss_ratio = v);
        number("net.ipv4.tcp_pacing_ca_ratio", 0, 1000, () -> tcp_pacing_ca_ratio, v -> tcp_pacing_ca_ratio = v);
        number("net.ipv4.tcp_min_tso_segs", 1, 255, () -> tcp_min_tso_segs, v -> tcp_min_tso_segs = v);
        number("net.ipv4.tcp_tso_win_divisor", 0, 255, () -> tcp_tso_win_divisor, v -> tcp_tso_win_divisor = v);
        number("net.ipv4.tcp_tso_rtt_log", 0, 31, () -> tcp_tso_rtt_log, v -> tcp_tso_rtt_log = v);
        number("net.ipv4.tcp_autocorking", 0, 1, () -> tcp_autocorking, v -> tcp_autocorking = v);
        number(
                "net.ipv4.tcp_limit_output_bytes",
                0,
                Integer.MAX_VALUE,
                () -> tcp_limit_output_bytes,
                v -> tcp_limit_output_bytes = v);
        entries.put(
                "net.ipv4.tcp_notsent_lowat",
                new Unsigned("net.ipv4.tcp_notsent_lowat", () -> tcp_notsent_lowat, v -> tcp_notsent_lowat = v));
        number("net.ipv4.tcp_retrans_collapse", 0, 255, () -> tcp_retrans_collapse, v -> tcp_retrans_collapse = v);
        number(
                "net.ipv4.tcp_invalid_ratelimit",
                0,
                Integer.MAX_VALUE,
                () -> tcp_invalid_ratelimit,
                v -> tcp_invalid_ratelimit = v);
        number(
                "net.ipv4.tcp_comp_sack_delay_ns",
                0,
                Integer.MAX_VALUE,
                () -> tcp_comp_sack_delay_ns,
                v -> tcp_comp_sack_delay_ns = v);
        number(
                "net.ipv4.tcp_comp_sack_slack_ns",
                0,
                Integer.MAX_VALUE,
                () -> tcp_comp_sack_slack_ns,
                v -> tcp_comp_sack_slack_ns = v);
        number("net.ipv4.tcp_comp_sack_nr", 0, 255, () -> tcp_comp_sack_nr, v -> tcp_comp_sack_nr = v);
        number("net.ipv4.tcp_fastopen", 0, Integer.MAX_VALUE, () -> tcp_fastopen, v -> tcp_fastopen = v);
        number(
                "net.ipv4.tcp_fastopen_blackhole_timeout_sec",
                0,
                Integer.MAX_VALUE,
                () -> tcp_fastopen_blackhole_timeout_sec,
                v -> tcp_fastopen_blackhole_timeout_sec = v);
        number("net.core.somaxconn", 0, 65_535, () -> somaxconn, v -> somaxconn = v);
        number("net.core.rmem_max", 2304, Integer.MAX_VALUE, () -> rmem_max, v -> rmem_max = v);
        number("net.core.wmem_max", 4608, Integer.MAX_VALUE, () -> wmem_max, v -> wmem_max = v);
        vector("net.ipv4.tcp_rmem", MIN_BUFFER, Integer.MAX_VALUE, tcp_rmem);
        vector("net.ipv4.tcp_wmem", MIN_BUFFER, Integer.MAX_VALUE, tcp_wmem);
        vector("net.ipv4.ip_local_port_range", 1, 65_535, ip_local_port_range);
        entries.put("net.ipv4.tcp_congestion_control", new Name());
        entries.put("net.ipv4.tcp_fastopen_key", new FastOpenKey());
    }

    /** The names that are modelled, in alphabetical order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /**
     * Sets one, written as for {@code sysctl -w}: numbers of a vector separated by blanks.
     *
     * @throws IllegalArgumentException if the name is not modelled or the value is out of its range, with the remedy
     */
    public void set(String name, String value) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "sysctl " + name + " is not modelled. Modelled are: " + String.join(", ", entries.keySet()));
        }
        entry.set(value.trim());
        Runnable listener = listeners.get(name);
        if (listener != null) {
            listener.run();
        }
    }

    /** Calls {@code listener} each time that a sysctl is set, even if its value stays. */
    void onSet(String name, Runnable listener) {
        listeners.put(name, listener);
    }

    /**
     * Reads one, written as {@code sysctl -n} does.
     *
     * @throws IllegalArgumentException if the name is not modelled
     */
    public String get(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "sysctl " + name + " is not modelled. Modelled are: " + String.join(", ", entries.keySet()));
        }
        return entry.get();
    }

    private void number(String name, int min, int max, IntGet get, IntSet set) {
        entries.put(name, new Number(name, min, max, get, set));
    }

    private void vector(String name, int min, int max, int[] values) {
        entries.put(name, new Vector(name, min, max, values));
    }

    private static int parse(String name, String text, long min, long max) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("sysctl " + name + ": \"" + text + "\" is not a whole number", e);
        }
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "sysctl " + name + ": " + value + " is out of range, use " + min + " to " + max);
        }
        return (int) value;
    }

    private interface IntGet {
        int get();
    }

    private interface IntSet {
        void set(int value);
    }

    private interface Entry {
        void set(String text);

        String get();
    }

    private record Number(String name, int min, int max, IntGet getter, IntSet setter) implements Entry {
        @Override
        public void set(String text) {
            setter.set(parse(name, text, min, max));
        }

        @Override
        public String get() {
            return Integer.toString(getter.get());
        }
    }

    /** All 32-bit numbers without sign. */
    private record Unsigned(String name, IntGet getter, IntSet setter) implements Entry {
        @Override
        public void set(String text) {
            setter.set(parse(name, text, 0, 0xffff_ffffL));
        }

        @Override
        public String get() {
            return Integer.toUnsignedString(getter.get());
        }
    }

    private record Vector(String name, int min, int max, int[] values) implements Entry {
        @Override
        public void set(String text) {
            String[] parts = text.split("\\s+", -1);
            if (parts.length != values.length) {
                throw new IllegalArgumentException("sysctl " + name + ": \"" + text + "\" has " + parts.length
                        + " numbers, write " + values.length + " separated by blanks");
            }
            int[] parsed = new int[values.length];
            for (int i = 0; i < parsed.length; i++) {
                parsed[i] = parse(name, parts[i], min, max);
            }
            System.arraycopy(parsed, 0, values, 0, parsed.length);
        }

        @Override
        public String get() {
            StringBuilder text = new StringBuilder();
            for (int value : values) {
                text.append(text.length() == 0 ? "" : "\t").append(value);
            }
            return text.toString();
        }
    }

    private final class FastOpenKey implements Entry {
        @Override
        public void set(String text) {
            try {
                tcp_fastopen_key = FastOpenKeys.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("sysctl net.ipv4.tcp_fastopen_key: " + e.getMessage(), e);
            }
        }

        @Override
        public String get() {
            return (tcp_fastopen_key == null ? new FastOpenKeys(0, 0, false, 0, 0) : tcp_fastopen_key).toString();
        }
    }

    /** The default congestion control; the host checks that it is registered when a socket is made. */
    private final class Name implements Entry {
        @Override
        public void set(String text) {
            tcp_congestion_control = text;
        }

        @Override
        public String get() {
            return tcp_congestion_control;
        }
    }
}
