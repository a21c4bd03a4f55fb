package org.bpfsim.tcp.packetdrill.script;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Reads TCP options: {@code <mss 1460,nop,wscale 7>}. */
final class OptionParser {
    private static final int MAX_BYTES = 40;
    private static final int U8 = 0xff;
    private static final int U16 = 0xffff;
    private static final int U24 = 0xff_ffff;
    private static final long U32 = 0xffff_ffffL;
    private static final int ACCECN_FIELD_BYTES = 3;
    private static final Map<String, Integer> PLAIN =
            Map.of("nop", TcpOption.NOP, "eol", TcpOption.EOL, "sackOK", TcpOption.SACK_PERMITTED);

    private final TokenCursor in;

    OptionParser(TokenCursor in) {
        this.in = in;
    }

    /** Returns the options, none if there is no bracket, or null for {@code <...>}. */
    List<TcpOption> read() {
        List<TcpOption> options = new ArrayList<>();
        if (!in.accept("<")) {
            return options;
        }
        if (in.accept(Token.Kind.ELLIPSIS)) {
            in.expect(">");
            return null;
        }
        do {
            options.add(option());
        } while (in.accept(","));
        in.expect(">");
        int bytes = TcpOption.bytes(options);
        if (bytes % 4 != 0) {
            throw in.wrong("TCP options are " + bytes + " bytes, pad them with nop to a multiple of 4");
        }
        if (bytes > MAX_BYTES) {
            throw in.wrong("TCP options are " + bytes + " bytes, " + MAX_BYTES + " fit");
        }
        return options;
    }

    private TcpOption option() {
        Token name = in.next(Token.Kind.WORD, "a TCP option");
        Integer plain = PLAIN.get(name.text());
        if (plain != null) {
            return TcpOption.plain(plain);
        }
        return switch (name.text()) {
            case "mss" -> new TcpOption(TcpOption.MSS, bytes(in.number("mss", U16), 2));
            case "wscale" -> new TcpOption(TcpOption.WSCALE, bytes(in.number("window scale", U8), 1));
            case "TS" -> timestamps();
            case "sack" -> sacks();
            case "md5" -> new TcpOption(TcpOption.MD5, hex());
            case "FO" -> new TcpOption(TcpOption.FAST_OPEN, hex());
            case "FOEXP" -> TcpOption.experimentalFastOpen(hex());
            case "ECN" -> accEcn();
            default -> throw new ScriptException(name.line(), "unknown TCP option \"" + name.text() + "\"");
        };
    }

    private TcpOption timestamps() {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        in.expect("val");
        data.writeBytes(bytes(in.number("TS val", U32), 4));
        in.expect("ecr");
        data.writeBytes(bytes(in.number("TS ecr", U32), 4));
        return new TcpOption(TcpOption.TIMESTAMPS, data.toByteArray());
    }

    private TcpOption sacks() {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        do {
            data.writeBytes(bytes(in.number("SACK's left edge", U32), 4));
            in.expect(":");
            data.writeBytes(bytes(in.number("SACK's right edge", U32), 4));
        } while (in.peek().isNumber());
        return new TcpOption(TcpOption.SACK, data.toByteArray());
    }

    private TcpOption accEcn() {
        boolean e1First = in.peek().is("e1b");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        while (in.accept("e0b") || in.accept("e1b") || in.accept("ceb")) {
            data.writeBytes(bytes(in.number("AccECN counter", U24), ACCECN_FIELD_BYTES));
        }
        return new TcpOption(e1First ? TcpOption.ACCECN1 : TcpOption.ACCECN0, data.toByteArray());
    }

    /** A cookie or digest: hexadecimal digits, or nothing. */
    private byte[] hex() {
        Token t = in.peek();
        if (t.kind() != Token.Kind.WORD && t.kind() != Token.Kind.INTEGER) {
            return new byte[0];
        }
        in.next();
        try {
            return HexFormat.of().parseHex(t.text());
        } catch (IllegalArgumentException e) {
            throw new ScriptException(
                    t.line(), "\"" + t.text() + "\" is not a row of bytes in hexadecimal: " + e.getMessage());
        }
    }

    private static byte[] bytes(long value, int count) {
        byte[] b = new byte[count];
        for (int i = 0; i < count; i++) {
            b[i] = (byte) (value >>> 8 * (count - 1 - i));
        }
        return b;
    }
}
