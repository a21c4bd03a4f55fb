package org.bpfsim.tcp.bottleneck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to run, set option by option under the names of the command line. A fresh object holds the defaults. Rates are bits
 * per second, delays microseconds one way, queues packets that wait (the one in service is not counted).
 */
public final class BottleneckOptions {
    /** Never mark, as {@code --ecn-k} is by default. */
    static final long NEVER = -1;

    private static final long AS_FORWARD = -1;
    /** A link is never really infinitely fast: a byte takes 8 ps at this rate. */
    private static final long INFINITE_RATE = 1_000_000_000_000L;

    /** Takes the text of one option; throws IllegalArgumentException if it does not fit. */
    private interface Setter {
        void set(String value);
    }

    private final Map<String, Setter> setters = new TreeMap<>();

    long rate = 100_000_000;
    long revRate = AS_FORWARD;
    long delayUs = 10_000;
    long revDelayUs = AS_FORWARD;
    long queue = 100;
    long revQueue = 1000;
    long ecnK = NEVER;
    Ranges drop = Ranges.NONE;
    Ranges ce = Ranges.NONE;
    int overhead;
    int mtu = 1500;
    long bytes = 20_000_000;
    String cc = "cubic";
    String ccRx;
    int sndbuf;
    int rcvbuf;
    long writeSize = 65_536;
    long pollUs = 50;
    long sampleUs = 1000;
    long timeoutS = 120;
    int hz = 250;
    /** As on the machine that the references were recorded on; distributions' kernels have 320. */
    int maxTcpHeader = 256;

    long seed = 1;
    final List<Sysctl> sysctlsA = new ArrayList<>();
    final List<Sysctl> sysctlsB = new ArrayList<>();

    /** A sysctl and its value as text. */
    record Sysctl(String name, String value) {}

    public BottleneckOptions() {
        setters.put("rate", v -> rate = number(v, 1, INFINITE_RATE));
        setters.put("rev-rate", v -> revRate = number(v, 0, INFINITE_RATE));
        setters.put("delay", v -> delayUs = number(v, 0, 1_000_000_000));
        setters.put("rev-delay", v -> revDelayUs = number(v, 0, 1_000_000_000));
        setters.put("queue", v -> queue = number(v, 0, Integer.MAX_VALUE));
        setters.put("rev-queue", v -> revQueue = number(v, 0, Integer.MAX_VALUE));
        setters.put("ecn-k", v -> ecnK = number(v, 0, Integer.MAX_VALUE));
        setters.put("drop", v -> drop = Ranges.parse(v));
        setters.put("ce", v -> ce = Ranges.parse(v));
        setters.put("overhead", v -> overhead = (int) number(v, 0, 65_535));
        setters.put("mtu", v -> mtu = (int) number(v, 576, 65_535));
        setters.put("bytes", v -> bytes = number(v, 1, Long.MAX_VALUE / 16));
        setters.put("cc", v -> cc = v);
        setters.put("cc-rx", v -> ccRx = v);
        setters.put("sndbuf", v -> sndbuf = (int) number(v, 0, Integer.MAX_VALUE));
        setters.put("rcvbuf", v -> rcvbuf = (int) number(v, 0, Integer.MAX_VALUE));
        setters.put("write-size", v -> writeSize = number(v, 1, Long.MAX_VALUE / 16));
        setters.put("poll-us", v -> pollUs = number(v, 0, 1_000_000_000));
        setters.put("sample-us", v -> sampleUs = number(v, 1, 1_000_000_000));
        setters.put("timeout", v -> timeoutS = number(v, 1, 1_000_000));
        setters.put("hz", v -> hz = (int) number(v, 100, 1000));
        setters.put("max-tcp-header", v -> maxTcpHeader = (int) number(v, 64, 1024));
        setters.put("seed", v -> seed = number(v, 0, Long.MAX_VALUE));
        setters.put("sysctl", v -> {
            sysctlsA.add(sysctl(v));
            sysctlsB.add(sysctl(v));
        });
        setters.put("sysctl-a", v -> sysctlsA.add(sysctl(v)));
        setters.put("sysctl-b", v -> sysctlsB.add(sysctl(v)));
    }

    /** The names that {@link #set} knows, in alphabetical order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(setters.keySet());
    }

    /**
     * Sets one option. Those for sysctls add up; of all others the last counts.
     *
     * @param name without the dashes
     * @throws IllegalArgumentException if there is no such option or the value does not fit, with the remedy
     */
    public BottleneckOptions set(String name, String value) {
        Setter setter = setters.get(name);
        if (setter == null) {
            throw new IllegalArgumentException(
                    "there is no option --" + name + ". Known are: --" + String.join(", --", setters.keySet()));
        }
        try {
            setter.set(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + name + " " + value + ": " + e.getMessage(), e);
        }
        return this;
    }

    /**
     * Reads a line of options as on a command line, {@code --rate 10M --queue 33}.
     *
     * @throws IllegalArgumentException as {@link #set}
     */
    public static BottleneckOptions parse(String line) {
        BottleneckOptions options = new BottleneckOptions();
        String[] words = words(line);
        for (int i = 0; i < words.length; i += 2) {
            if (!words[i].startsWith("--") || i + 1 == words.length) {
                throw new IllegalArgumentException(
                        "\"" + line.trim() + "\": expected --NAME VALUE at \"" + words[i] + "\"");
            }
            options.set(words[i].substring(2), words[i + 1]);
        }
        return options;
    }

    /** Words as a shell has them: blanks separate, double quotes hold together. */
    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("(?:\"[^\"]*\"|\\S)+").matcher(line);
        while (word.find()) {
            words.add(word.group().replace("\"", ""));
        }
        return words.toArray(new String[0]);
    }

    /** The sender's congestion control. */
    public String congestionControl() {
        return cc;
    }

    /** Ticks per second of the hosts' kernels. */
    public int hz() {
        return hz;
    }

    /** Bytes of the transfer. */
    public long bytes() {
        return bytes;
    }

    String receiverCongestionControl() {
        return ccRx == null ? cc : ccRx;
    }

    long reverseRate() {
        if (revRate == AS_FORWARD) {
            return rate;
        }
        return revRate == 0 ? INFINITE_RATE : revRate;
    }

    long reverseDelayUs() {
        return revDelayUs == AS_FORWARD ? delayUs : revDelayUs;
    }

    private static Sysctl sysctl(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("write NAME=VALUE, such as net.ipv4.tcp_ecn=1");
        }
        return new Sysctl(text.substring(0, equals), text.substring(equals + 1));
    }

    /** A number that may end in k, M or G and have a fraction before that: {@code 2.5G}. */
    static long number(String text, long min, long max) {
        double scale = 1;
        String digits = text;
        if (!text.isEmpty()) {
            switch (text.charAt(text.length() - 1)) {
                case 'k', 'K' -> scale = 1e3;
                case 'm', 'M' -> scale = 1e6;
                case 'g', 'G' -> scale = 1e9;
                default -> scale = 1;
            }
            digits = scale == 1 ? text : text.substring(0, text.length() - 1);
        }
        if (!digits.matches("[0-9]+(\\.[0-9]+)?")) {
            throw new IllegalArgumentException("this is no number; write digits, with k, M or G behind if you like");
        }
        double value = Double.parseDouble(digits) * scale;
        if (value < min || value > max) {
            throw new IllegalArgumentException("use " + min + " to " + max);
        }
        return Math.round(value);
    }
}
