package org.bpfsim.tcp.packetdrill;

import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.tcp.host.HostOptions;
import org.bpfsim.tcp.segment.IpAddress;

/**
 * What the options of the command line and of a script choose; a script's win.
 *
 * @param hz ticks per second of the host (CONFIG_HZ)
 * @param toleranceUs how far a time may be off
 * @param tolerancePercent the same in parts of the time since the event before
 * @param tsTickUs microseconds per tick of time stamps if they are compared, or 0
 * @param tsEcrScaled whether echoes that no time stamp matches are computed
 * @param defines values of names (-D)
 */
public record Settings(
        int hz,
        long toleranceUs,
        double tolerancePercent,
        boolean ipv6,
        String localIp,
        String remoteIp,
        int mtu,
        int bindPort,
        int connectPort,
        int tsTickUs,
        boolean tsEcrScaled,
        boolean strictSegments,
        Map<String, String> defines) {
    /** The tool's defaults, and ticks of 1 ms. */
    public static final Settings DEFAULT =
            new Settings(1000, 4000, 12.5, false, "", "", 1500, 8080, 8080, 0, false, false, Map.of());

    public Settings {
        defines = Map.copyOf(defines);
        new HostOptions(hz, mtu, 0);
        if (toleranceUs < 0) {
            throw new IllegalArgumentException(
                    "--tolerance_usecs=" + toleranceUs + ": no time is closer than 0 to another");
        }
    }

    /**
     * These settings with some options.
     *
     * @throws IllegalArgumentException for an option that is unknown or whose value is wrong
     */
    public Settings with(Map<String, String> options) {
        Settings s = this;
        for (Map.Entry<String, String> e : new TreeMap<>(options).entrySet()) {
            s = s.with(e.getKey(), e.getValue());
        }
        return s;
    }

    /**
     * These settings with one option.
     *
     * @param name without the dashes
     * @throws IllegalArgumentException for an option that is unknown or whose value is wrong
     */
    public Settings with(String name, String value) {
        Draft draft = new Draft(this);
        switch (name) {
            case "hz" -> draft.hz = number(name, value);
            case "tolerance_usecs" -> draft.toleranceUs = number(name, value);
            case "tolerance_percent" -> draft.tolerancePercent = Double.parseDouble(value);
            case "ip_version" -> draft.ipv6 = isIpv6(value);
            case "local_ip" -> draft.localIp = value;
            case "remote_ip" -> draft.remoteIp = value;
            case "mtu" -> draft.mtu = number(name, value);
            case "bind_port" -> draft.bindPort = number(name, value);
            case "connect_port" -> draft.connectPort = number(name, value);
            case "tcp_ts_tick_usecs" -> draft.tsTickUs = number(name, value);
            case "tcp_ts_ecr_scaled" -> draft.tsEcrScaled = true;
            case "strict_segments" -> draft.strictSegments = true;
            case "define", "D" -> draft.defines = defined(value);
            // The simulated network has neither gateways nor a tun device, and segments have no GRO size.
            case "gateway_ip", "netmask_ip", "speed", "mss", "verbose", "v", "non_fatal", "send_omit_free" -> {}
            default -> throw new IllegalArgumentException("option --" + name + " is unknown or not modelled");
        }
        return draft.settings();
    }

    /** The host's address. */
    public IpAddress local() {
        return address("local_ip", localIp, ipv6 ? "fd3d:a0b:17d6::1" : "192.168.0.1");
    }

    /** The other end's address. */
    public IpAddress remote() {
        return address("remote_ip", remoteIp, ipv6 ? "fd3d:fa7b:d17d::1" : "192.0.2.1");
    }

    private Map<String, String> defined(String definition) {
        int equals = definition.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException("--define=" + definition + " is not NAME=VALUE");
        }
        Map<String, String> all = new TreeMap<>(defines);
        all.put(definition.substring(0, equals), definition.substring(equals + 1));
        return all;
    }

    private static boolean isIpv6(String value) {
        return switch (value) {
            case "ipv4" -> false;
            case "ipv6" -> true;
            default ->
                throw new IllegalArgumentException("--ip_version=" + value + " is not modelled, use ipv4 or ipv6");
        };
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + "=" + value + ": not a whole number", e);
        }
    }

    private IpAddress address(String option, String text, String otherwise) {
        String shown = text.isEmpty() ? otherwise : text;
        IpAddress address;
        try {
            address = IpAddress.parse(shown);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + option + "=" + shown + " is not an IP address", e);
        }
        if (address.isV4() == ipv6) {
            throw new IllegalArgumentException(
                    "--" + option + "=" + shown + " is not an " + (ipv6 ? "IPv6" : "IPv4") + " address");
        }
        return address;
    }

    /** Settings while one of them changes. */
    private static final class Draft {
        private int hz;
        private long toleranceUs;
        private double tolerancePercent;
        private boolean ipv6;
        private String localIp;
        private String remoteIp;
        private int mtu;
        private int bindPort;
        private int connectPort;
        private int tsTickUs;
        private boolean tsEcrScaled;
        private boolean strictSegments;
        private Map<String, String> defines;

        Draft(Settings from) {
            hz = from.hz;
            toleranceUs = from.toleranceUs;
            tolerancePercent = from.tolerancePercent;
            ipv6 = from.ipv6;
            localIp = from.localIp;
            remoteIp = from.remoteIp;
            mtu = from.mtu;
            bindPort = from.bindPort;
            connectPort = from.connectPort;
            tsTickUs = from.tsTickUs;
            tsEcrScaled = from.tsEcrScaled;
            strictSegments = from.strictSegments;
            defines = from.defines;
        }

        Settings settings() {
            return new Settings(
                    hz,
                    toleranceUs,
                    tolerancePercent,
                    ipv6,
                    localIp,
                    remoteIp,
                    mtu,
                    bindPort,
                    connectPort,
                    tsTickUs,
                    tsEcrScaled,
                    strictSegments,
                    defines);
        }
    }
}
