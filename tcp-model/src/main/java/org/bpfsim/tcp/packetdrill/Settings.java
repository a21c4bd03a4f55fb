package org.bpfsim.tcp.packetdrill;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
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
        Map<String, String> defined = defines;
        Settings s = this;
        return switch (name) {
            case "hz" -> s.copy(number(name, value), toleranceUs, ipv6, localIp, remoteIp, mtu, tsTickUs, defined);
            case "tolerance_usecs" -> s.copy(hz, number(name, value), ipv6, localIp, remoteIp, mtu, tsTickUs, defined);
            case "ip_version" -> s.copy(hz, toleranceUs, isIpv6(value), localIp, remoteIp, mtu, tsTickUs, defined);
            case "local_ip" -> s.copy(hz, toleranceUs, ipv6, value, remoteIp, mtu, tsTickUs, defined);
            case "remote_ip" -> s.copy(hz, toleranceUs, ipv6, localIp, value, mtu, tsTickUs, defined);
            case "mtu" -> s.copy(hz, toleranceUs, ipv6, localIp, remoteIp, number(name, value), tsTickUs, defined);
            case "tcp_ts_tick_usecs" ->
                s.copy(hz, toleranceUs, ipv6, localIp, remoteIp, mtu, number(name, value), defined);
            case "define", "D" -> s.copy(hz, toleranceUs, ipv6, localIp, remoteIp, mtu, tsTickUs, defined(value));
            case "tcp_ts_ecr_scaled" ->
                new Settings(
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
                        true,
                        strictSegments,
                        defined);
            case "strict_segments" ->
                new Settings(
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
                        true,
                        defined);
            case "bind_port" ->
                new Settings(
                        hz,
                        toleranceUs,
                        tolerancePercent,
                        ipv6,
                        localIp,
                        remoteIp,
                        mtu,
                        number(name, value),
                        connectPort,
                        tsTickUs,
                        tsEcrScaled,
                        strictSegments,
                        defined);
            case "connect_port" ->
                new Settings(
                        hz,
                        toleranceUs,
                        tolerancePercent,
                        ipv6,
                        localIp,
                        remoteIp,
                        mtu,
                        bindPort,
                        number(name, value),
                        tsTickUs,
                        tsEcrScaled,
                        strictSegments,
                        defined);
            case "tolerance_percent" ->
                new Settings(
                        hz,
                        toleranceUs,
                        Double.parseDouble(value),
                        ipv6,
                        localIp,
                        remoteIp,
                        mtu,
                        bindPort,
                        connectPort,
                        tsTickUs,
                        tsEcrScaled,
                        strictSegments,
                        defined);
            // The simulated network has neither gateways nor a tun device, and segments have no GRO size.
            case "gateway_ip", "netmask_ip", "speed", "mss", "verbose", "v", "non_fatal", "send_omit_free" -> s;
            default -> throw new IllegalArgumentException("option --" + name + " is unknown or not modelled");
        };
    }

    /** The host's address. */
    public IpAddress local() {
        return address("local_ip", localIp, ipv6 ? "fd3d:a0b:17d6::1" : "192.168.0.1");
    }

    /** The other end's address. */
    public IpAddress remote() {
        return address("remote_ip", remoteIp, ipv6 ? "fd3d:fa7b:d17d::1" : "192.0.2.1");
    }

    private Settings copy(
            int newHz,
            long newTolerance,
            boolean newIpv6,
            String newLocal,
            String newRemote,
            int newMtu,
            int newTick,
            Map<String, String> newDefines) {
        return new Settings(
                newHz,
                newTolerance,
                tolerancePercent,
                newIpv6,
                newLocal,
                newRemote,
                newMtu,
                bindPort,
                connectPort,
                newTick,
                tsEcrScaled,
                strictSegments,
                newDefines);
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
        if (shown.indexOf(':') < 0 && !shown.matches("[0-9.]+")) {
            throw new IllegalArgumentException("--" + option + "=" + shown + " is not an IP address");
        }
        try {
            InetAddress a = InetAddress.getByName(shown); // a literal: no look-up
            ByteBuffer bytes = ByteBuffer.wrap(a.getAddress());
            if (a instanceof Inet6Address != ipv6) {
                throw new IllegalArgumentException(
                        "--" + option + "=" + shown + " is not an " + (ipv6 ? "IPv6" : "IPv4") + " address");
            }
            return ipv6 ? IpAddress.v6(bytes.getLong(), bytes.getLong()) : IpAddress.v4(bytes.getInt());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--" + option + "=" + shown + " is not an IP address", e);
        }
    }
}
