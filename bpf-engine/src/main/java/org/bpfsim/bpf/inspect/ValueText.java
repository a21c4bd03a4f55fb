package org.bpfsim.bpf.inspect;

import java.math.BigInteger;
import java.util.Locale;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/** Writes bytes as the BTF type that they are of, in the words of bpftool (Linux 6.12: tools/bpf/bpftool/btf_dumper.c). */
final class ValueText {
    private static final int MAX_DEPTH = 32;

    private final Btf btf;
    private final byte[] bytes;
    private final PrettyJson json;
    private int depth;

    ValueText(Btf btf, byte[] bytes, PrettyJson json) {
        this.btf = btf;
        this.bytes = bytes;
        this.json = json;
    }

    /** Writes the value of a type that begins at a byte. */
    void write(int typeId, int at) {
        BtfType type = btf.resolve(typeId);
        long size = btf.bytes(typeId).orElse(-1L);
        if (size < 0 || at < 0 || at + size > bytes.length || depth > MAX_DEPTH) {
            json.raw("null");
            return;
        }
        depth++;
        if (type instanceof BtfType.Int t) {
            integer(t, at);
        } else if (type instanceof BtfType.Enum t) {
            enumerator(t, at);
        } else if (type instanceof BtfType.Pointer) {
            long address = LittleEndian.get(bytes, at, 8);
            json.word(address == 0 ? "(nil)" : "0x" + Long.toHexString(address));
        } else if (type instanceof BtfType.Array t) {
            array(t, at);
        } else if (type instanceof BtfType.Struct t) {
            struct(t, at);
        } else if (type instanceof BtfType.DataSection t) {
            dataSection(t, at);
        } else if (type instanceof BtfType.Variable t) {
            write(t.type(), at);
        } else {
            json.raw("null");
        }
        depth--;
    }

    private void integer(BtfType.Int type, int at) {
        if (type.bytes() == 16) {
            byte[] bigEndian = new byte[16];
            for (int i = 0; i < 16; i++) {
                bigEndian[i] = bytes[at + 15 - i];
            }
            json.word("0x" + new BigInteger(1, bigEndian).toString(16));
            return;
        }
        boolean plain = type.bytes() == 1 || type.bytes() == 2 || type.bytes() == 4 || type.bytes() == 8;
        if (!plain) {
            json.raw("null");
            return;
        }
        long value = LittleEndian.get(bytes, at, type.bytes());
        if (type.bool()) {
            json.raw(value != 0 ? "true" : "false");
        } else if (type.character()) {
            if (printable((int) value)) {
                json.string(String.valueOf((char) value));
            } else {
                json.word("0x" + Long.toHexString(value));
            }
        } else if (type.signed()) {
            int unused = 64 - 8 * type.bytes();
            json.raw(Long.toString(value << unused >> unused));
        } else {
            json.raw(Long.toUnsignedString(value));
        }
    }

    private static boolean printable(int c) {
        return c >= ' ' && c < 0x7f;
    }

    private void enumerator(BtfType.Enum type, int at) {
        long raw = LittleEndian.get(bytes, at, type.bytes());
        int unused = 64 - 8 * type.bytes();
        long value = raw << unused >> unused;
        for (BtfType.Enumerator e : type.values()) {
            if (e.value() << unused >> unused == value) {
                json.string(e.name());
                return;
            }
        }
        json.raw(Long.toString(value));
    }

    private void array(BtfType.Array type, int at) {
        String text = string(type, at);
        if (text != null) {
            json.string(text);
            return;
        }
        int stride = btf.bytes(type.elementType()).orElse(0L).intValue();
        json.beginArray();
        for (int i = 0; i < type.count(); i++) {
            write(type.elementType(), at + i * stride);
        }
        json.endArray();
    }

    /** The text of an array of {@code char} that is printable up to a zero; null if it is none. */
    private String string(BtfType.Array type, int at) {
        if (!(btf.resolve(type.elementType()) instanceof BtfType.Int element)
                || !element.name().equals("char")) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < type.count(); i++) {
            int c = bytes[at + i] & 0xff;
            if (c == 0) {
                return text.toString();
            } else if (!printable(c)) {
                return null;
            }
            text.append((char) c);
        }
        return null;
    }

    private void struct(BtfType.Struct type, int at) {
        json.beginObject();
        for (BtfType.Member member : type.members()) {
            json.name(member.name());
            if (member.bitfieldWidth() > 0) {
                json.word("0x" + Long.toHexString(bits(at, member.bitOffset(), member.bitfieldWidth())));
            } else {
                write(member.type(), at + member.bitOffset() / 8);
            }
        }
        json.endObject();
    }

    private long bits(int at, int offset, int width) {
        long value = 0;
        for (int i = 0; i < Math.min(64, width); i++) {
            int bit = offset + i;
            int index = at + bit / 8;
            if (index < bytes.length) {
                value |= (long) (bytes[index] >> bit % 8 & 1) << i;
            }
        }
        return value;
    }

    private void dataSection(BtfType.DataSection type, int at) {
        json.beginObject().name(type.name()).beginArray();
        for (BtfType.Entry entry : type.entries()) {
            json.beginObject().name(btf.type(entry.variable()).name());
            write(entry.variable(), at + entry.offset());
            json.endObject();
        }
        json.endArray().endObject();
    }

    /** Bytes in hexadecimal, sixteen a line (Linux 6.12: fprint_hex() in tools/bpf/bpftool/common.c). */
    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            text.append(i == 0 ? "" : i % 16 == 0 ? "\n" : i % 8 == 0 ? "  " : " ");
            text.append(String.format(Locale.ROOT, "%02x", bytes[i]));
        }
        return text.toString();
    }
}
