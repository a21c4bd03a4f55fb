package org.bpfsim.tcp.packetdrill.script;

import java.util.List;
import java.util.Set;

/** Reads packets: what stands behind {@code <} or {@code >}. */
final class PacketParser {
    private static final String FLAG_LETTERS = "FSRP.UEWA";
    private static final int ACK_FLAG = 0x10;
    private static final long U32 = 0xffff_ffffL;
    private static final int U16 = 0xffff;
    private static final Set<String> NOT_MODELLED =
            Set.of("udp", "ipv4", "ipv6", "gre", "GREv0", "mpls", "encap", "psp");
    private static final int ECN_BITS = 3;

    private final TokenCursor in;

    PacketParser(TokenCursor in) {
        this.in = in;
    }

    Action read() {
        boolean inbound = in.next().is("<");
        Action.IpInfo ip = ipInfo(inbound);
        if (in.peek().kind() == Token.Kind.WORD
                && NOT_MODELLED.contains(in.peek().text())) {
            throw in.wrong("packets of kind \"" + in.peek().text() + "\" are not modelled, only TCP and ICMP");
        }
        if (in.accept("icmp")) {
            return icmp(inbound);
        }
        int srcPort = 0;
        int dstPort = 0;
        if (in.peek().isNumber() && in.peek(1).is(">")) {
            srcPort = (int) in.number("source port", U16);
            in.next();
            dstPort = (int) in.number("destination port", U16);
        }
        return tcp(inbound, ip, srcPort, dstPort);
    }

    private Action tcp(boolean inbound, Action.IpInfo ip, int srcPort, int dstPort) {
        int flags = 0;
        boolean ace = false;
        if (!in.accept("-")) {
            Token t = in.peek();
            if (t.kind() == Token.Kind.WORD) {
                flags = letters(in.next());
            }
            if (in.peek().kind() == Token.Kind.FLOAT) { // ".5": ACK and AccECN's counter
                flags |= ACK_FLAG | aceFlags(in.next());
                ace = true;
            } else if (in.accept(".")) {
                flags |= ACK_FLAG;
            } else if (flags == 0) {
                throw in.wrong("expected TCP flags but found " + in.peek().shown());
            }
        }
        int line = in.peek().line();
        final long seq = in.number("sequence number", U32);
        in.expect(":");
        final long end = in.number("end of the sequence numbers", U32);
        in.expect("(");
        final long length = in.number("payload size", U16);
        in.expect(")");
        if (end != (seq + length & U32)) {
            throw new ScriptException(line, "sequence numbers and payload size do not agree");
        }
        long ack = in.accept("ack") ? in.number("ack number", U32) : 0;
        int window = in.accept("win") ? (int) in.number("window", U16) : -1;
        final int urgent = in.accept("urg") ? (int) in.number("urgent pointer", U16) : 0;
        if (inbound && window < 0) {
            throw new ScriptException(line, "a packet that is injected needs a window: win N");
        }
        List<TcpOption> options = new OptionParser(in).read();
        if (inbound && options == null) {
            throw new ScriptException(line, "<...> is for packets that the stack sends");
        }
        return new Action.TcpPacket(
                inbound, ip, srcPort, dstPort, flags, ace, (int) seq, (int) length, (int) ack, window, urgent, options);
    }

    private static int letters(Token word) {
        int flags = 0;
        for (int i = 0; i < word.text().length(); i++) {
            int bit = FLAG_LETTERS.indexOf(word.text().charAt(i));
            if (bit < 0) {
                throw new ScriptException(word.line(), "\"" + word.text() + "\" is not a row of TCP flags (FSRP.UEWA)");
            }
            flags |= 1 << bit;
        }
        return flags;
    }

    private static int aceFlags(Token number) {
        int ace = number.text().charAt(number.text().length() - 1) - '0';
        if (number.text().length() != 2 || ace > 7) {
            throw new ScriptException(
                    number.line(), "\"" + number.text() + "\" is not a dot and a counter from 0 to 7");
        }
        return (ace & 1) << 6 | (ace & 2) << 6 | (ace & 4) << 6;
    }

    private Action icmp(boolean inbound) {
        String type = in.next(Token.Kind.WORD, "a type of ICMP message").text();
        String code = "";
        if (in.peek().kind() == Token.Kind.WORD
                && !in.peek().is("mtu")
                && !in.peek().is("id")) {
            code = in.next().text();
        }
        int mtu = in.accept("mtu") ? (int) in.number("mtu", U16) : -1;
        if (in.accept("id")) {
            in.number("id", U16);
        }
        if (!in.accept("[")) {
            return new Action.IcmpPacket(inbound, type, code, mtu, false, 0, 0);
        }
        final long seq = in.number("sequence number", U32);
        in.expect(":");
        in.number("end of the sequence numbers", U32);
        in.expect("(");
        final long length = in.number("payload size", U16);
        in.expect(")");
        in.expect("]");
        return new Action.IcmpPacket(inbound, type, code, mtu, true, (int) seq, (int) length);
    }

    private Action.IpInfo ipInfo(boolean inbound) {
        String close = in.peek().is("(") ? ")" : in.peek().is("[") ? "]" : null;
        if (close == null) {
            return Action.IpInfo.NONE;
        }
        in.next();
        Action.IpInfo info = Action.IpInfo.NONE;
        do {
            Token t = in.next();
            switch (t.text()) {
                case "noecn" -> info = new Action.IpInfo(ECN_BITS, 0, false);
                case "ect1" -> info = new Action.IpInfo(ECN_BITS, 1, false);
                case "ect0" -> info = new Action.IpInfo(ECN_BITS, 2, false);
                case "ce" -> info = new Action.IpInfo(ECN_BITS, 3, false);
                case "ect01" -> {
                    if (inbound) {
                        throw new ScriptException(t.line(), "[ect01] is for packets that the stack sends");
                    }
                    info = new Action.IpInfo(ECN_BITS, 0, true);
                }
                case "tos" -> info = new Action.IpInfo(0xff, (int) in.number("tos", 0xff), false);
                case "ttl" -> in.number("ttl", 0xff);
                case "flowlabel" -> in.number("flow label", 0xf_ffff);
                default -> throw new ScriptException(t.line(), t.shown() + " is unknown in an IP header");
            }
        } while (in.accept(","));
        in.expect(close);
        return info;
    }
}
