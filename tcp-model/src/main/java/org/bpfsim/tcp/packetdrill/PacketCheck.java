package org.bpfsim.tcp.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bpfsim.tcp.packetdrill.script.Action;
import org.bpfsim.tcp.packetdrill.script.TcpOption;
import org.bpfsim.tcp.segment.TcpSegment;

/** Compares a segment with the packet that the script expects. */
final class PacketCheck {
    private static final String FLAG_LETTERS = "FSRP.UEWA";
    private static final int AE = 0x100;
    private static final int ECN_BITS = 3;
    private static final double US_PER_S = 1e6;
    /** The order in which packetdrill looks at flags. */
    private static final int[] FLAGS = {
        TcpSegment.FIN, TcpSegment.SYN, TcpSegment.RST, TcpSegment.PSH, TcpSegment.ACK, TcpSegment.URG
    };

    private static final String[] FLAG_NAMES = {"fin", "syn", "rst", "psh", "ack", "urg"};

    private final Settings settings;

    PacketCheck(Settings settings) {
        this.settings = settings;
    }

    /**
     * Says what differs.
     *
     * @param joined whether several segments were put together
     * @return null if nothing does
     */
    String difference(Action.TcpPacket script, SentSegment actual, boolean joined) {
        String wrong = ipDifference(script.ip(), actual.tos());
        if (wrong == null && script.options() != null) {
            wrong = field("tcp_data_offset", headerWords(script.options()), headerWords(actual.options()));
        }
        for (int i = 0; wrong == null && i < FLAGS.length; i++) {
            if (FLAGS[i] != TcpSegment.PSH || !joined) {
                wrong = flag(FLAG_NAMES[i], FLAGS[i], script, actual);
            }
        }
        if (wrong == null) {
            wrong = script.ace()
                    ? field("tcp_ace", ace(script.flags()), ace(actual.flags()))
                    : first(
                            flag("ece", TcpSegment.ECE, script, actual),
                            flag("cwr", TcpSegment.CWR, script, actual),
                            flag("ae", AE, script, actual));
        }
        if (wrong == null) {
            wrong = first(
                    field("tcp_seq", unsigned(script.seq()), unsigned(actual.seq())),
                    field("tcp_ack_seq", unsigned(script.ack()), unsigned(actual.ack())),
                    script.window() < 0 ? null : field("tcp_window", script.window(), actual.window()));
        }
        return wrong != null || script.options() == null ? wrong : optionDifference(script.options(), actual.options());
    }

    private static int headerWords(List<TcpOption> options) {
        return 5 + TcpOption.bytes(options) / 4;
    }

    private static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }

    private static int ace(int flags) {
        return (flags & AE) >> 6 | (flags & TcpSegment.CWR) >> 6 | (flags & TcpSegment.ECE) >> 6;
    }

    private static String first(String... differences) {
        for (String d : differences) {
            if (d != null) {
                return d;
            }
        }
        return null;
    }

    private static String flag(String name, int bit, Action.TcpPacket script, SentSegment actual) {
        return field("tcp_" + name, (script.flags() & bit) != 0 ? 1 : 0, (actual.flags() & bit) != 0 ? 1 : 0);
    }

    private static String field(String name, long expected, long actual) {
        return expected == actual
                ? null
                : String.format(
                        Locale.ROOT,
                        "live packet field %s: expected: %d (0x%x) vs actual: %d (0x%x)",
                        name,
                        expected,
                        expected,
                        actual,
                        actual);
    }

    private static String ipDifference(Action.IpInfo ip, int tos) {
        if (ip.ect01()) {
            int ecn = tos & ECN_BITS;
            return ecn == 1 || ecn == 2 ? null : field("ecn (ECT(0) or ECT(1))", 2, ecn);
        }
        return field(ip.tosMask() == ECN_BITS ? "ecn" : "tos", ip.tos() & ip.tosMask(), tos & ip.tosMask());
    }

    private String optionDifference(List<TcpOption> expected, List<TcpOption> actual) {
        if (expected.size() != actual.size()) {
            return "bad outbound TCP options";
        }
        for (int i = 0; i < expected.size(); i++) {
            TcpOption e = expected.get(i);
            TcpOption a = actual.get(i);
            if (e.kind() != a.kind()) {
                return "bad outbound TCP options";
            }
            if (e.kind() == TcpOption.TIMESTAMPS) {
                long offUs = (long) Math.abs(a.word(0) - e.word(0)) * settings.tsTickUs();
                if (offUs > settings.toleranceUs()) {
                    return "bad outbound TCP timestamp value, tolerance " + settings.toleranceUs();
                }
            } else if (!e.equals(a)) {
                return (e.dataBytes() != a.dataBytes() ? "bad length" : "bad value") + " in outbound TCP option (kind="
                        + e.kind() + "): expected: " + e + " actual: " + a;
            }
        }
        return null;
    }

    /** A script's packet as packetdrill shows it. */
    static String show(Action.TcpPacket p, long timeUs) {
        return show(
                timeUs,
                p.flags(),
                p.seq(),
                p.length(),
                p.ack(),
                p.window(),
                p.options() == null ? "..." : TcpOption.show(p.options()));
    }

    /** A segment as packetdrill shows it. */
    static String show(SentSegment s) {
        return show(s.timeUs(), s.flags(), s.seq(), s.length(), s.ack(), s.window(), TcpOption.show(s.options()));
    }

    private static String show(long timeUs, int flags, int seq, int length, int ack, int window, String options) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%9.6f ", timeUs / US_PER_S));
        for (int i = 0; i < FLAG_LETTERS.length(); i++) {
            if ((flags & 1 << i) != 0) {
                text.append(FLAG_LETTERS.charAt(i));
            }
        }
        List<String> words = new ArrayList<>();
        words.add(unsigned(seq) + ":" + unsigned(seq + length) + "(" + length + ")");
        if ((flags & TcpSegment.ACK) != 0) {
            words.add("ack " + unsigned(ack));
        }
        if (window >= 0) {
            words.add("win " + window);
        }
        if (!options.isEmpty()) {
            words.add("<" + options + ">");
        }
        return text + " " + String.join(" ", words);
    }
}
