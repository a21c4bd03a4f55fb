package org.bpfsim.bpf.btf;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the bytes of a C value from what a user writes: numbers and names as text, arrays as lists, structs as mappings of their
 * members; members that are left out are zero. Bytes can be given as {@code hex 0a 00}, as bpftool's command line has them.
 */
public final class ValueBytes {
    private static final String HEX = "hex ";

    private final Btf btf;
    private final byte[] bytes;

    private ValueBytes(Btf btf, byte[] bytes) {
        this.btf = btf;
        this.bytes = bytes;
    }

    /**
     * The bytes of a value.
     *
     * @param type BTF id; 0 if the object does not tell
     * @param size in bytes
     * @param value a {@code String}, a {@code List} or a {@code Map} from {@code String}, down to the last member
     * @throws IllegalArgumentException that says what does not fit, and what would
     */
    public static byte[] of(Btf btf, int type, int size, Object value) {
        if (value instanceof String text && text.startsWith(HEX)) {
            return hex(text, size);
        }
        ValueBytes made = new ValueBytes(btf, new byte[size]);
        if (type != 0) {
            made.write(type, 0, value);
        } else if (value instanceof String text && size <= 8) {
            made.number(text, 0, size, true, "");
        } else {
            throw new IllegalArgumentException(
                    "the object does not tell the type of these " + size + " bytes: write them as \"hex 00 01 …\"");
        }
        return made.bytes;
    }

    private static byte[] hex(String text, int size) {
        String[] digits = text.substring(HEX.length()).strip().split("\\s+");
        if (digits.length != size) {
            throw new IllegalArgumentException("it has " + size + " bytes, and \"" + text + "\" is " + digits.length);
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            if (!digits[i].matches("(0[xX])?[0-9a-fA-F]{1,2}")) {
                throw new IllegalArgumentException("\"" + digits[i] + "\" is no byte in hexadecimal");
            }
            bytes[i] = (byte) Integer.parseInt(digits[i].replaceFirst("^0[xX]", ""), 16);
        }
        return bytes;
    }

    private void write(int typeId, int at, Object value) {
        BtfType type = btf.resolve(typeId);
        int size = btf.bytes(typeId).orElse(0L).intValue();
        if (size <= 0 || at + size > bytes.length) {
            throw new IllegalArgumentException("its type has no size");
        }
        if (value instanceof String text && text.startsWith(HEX)) {
            System.arraycopy(hex(text, size), 0, bytes, at, size);
        } else if (type instanceof BtfType.Int t) {
            integer(t, at, scalar(value, t.name()));
        } else if (type instanceof BtfType.Enum t) {
            enumerator(t, at, scalar(value, "enum " + t.name()));
        } else if (type instanceof BtfType.Array t) {
            array(t, at, value);
        } else if (type instanceof BtfType.Struct t) {
            struct(t, at, value);
        } else if (type instanceof BtfType.Variable t) {
            write(t.type(), at, value);
        } else {
            throw new IllegalArgumentException("a pointer, a float or a function cannot be set");
        }
    }

    private static String scalar(Object value, String what) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(
                "it is one value (" + what + "), not " + (value instanceof List ? "a list" : "a mapping"));
    }

    private void integer(BtfType.Int type, int at, String text) {
        if (type.bool() && (text.equals("true") || text.equals("false"))) {
            bytes[at] = (byte) (text.equals("true") ? 1 : 0);
        } else {
            number(text, at, type.bytes(), !type.signed(), type.name());
        }
    }

    /** Puts an integer in; a negative one is refused where the type has no sign. */
    private void number(String text, int at, int size, boolean unsigned, String typeName) {
        BigInteger value;
        try {
            boolean negative = text.startsWith("-");
            String digits = negative ? text.substring(1) : text;
            boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
            value = hexadecimal ? new BigInteger(digits.substring(2), 16) : new BigInteger(digits);
            value = negative ? value.negate() : value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no integer" + (typeName.isEmpty() ? "" : ", which " + typeName + " wants"));
        }
        int bits = 8 * size;
        BigInteger most = BigInteger.ONE.shiftLeft(unsigned ? bits : bits - 1).subtract(BigInteger.ONE);
        BigInteger least =
                unsigned ? BigInteger.ZERO : BigInteger.ONE.shiftLeft(bits - 1).negate();
        if (value.compareTo(most) > 0 || value.compareTo(least) < 0) {
            throw new IllegalArgumentException(text + " is not from " + least + " to " + most
                    + (typeName.isEmpty() ? "" : ", the range of " + typeName));
        }
        for (int i = 0; i < size; i++) {
            bytes[at + i] = value.shiftRight(8 * i).byteValue();
        }
    }

    private void enumerator(BtfType.Enum type, int at, String text) {
        for (BtfType.Enumerator e : type.values()) {
            if (e.name().equals(text)) {
                for (int i = 0; i < type.bytes(); i++) {
                    bytes[at + i] = (byte) (e.value() >> 8 * i);
                }
                return;
            }
        }
        if (!text.matches("-?(0[xX])?[0-9a-fA-F]+")) {
            throw new IllegalArgumentException("enum " + type.name() + " has no \"" + text + "\"; it has "
                    + type.values().stream().map(BtfType.Enumerator::name).collect(Collectors.joining(", ")));
        }
        number(text, at, type.bytes(), !type.signed(), "enum " + type.name());
    }

    private void array(BtfType.Array type, int at, Object value) {
        int stride = btf.bytes(type.elementType()).orElse(0L).intValue();
        if (value instanceof String text && stride == 1) {
            byte[] characters = text.getBytes(StandardCharsets.UTF_8);
            if (characters.length > type.count()) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is longer than the array, which has " + type.count() + " bytes");
            }
            System.arraycopy(characters, 0, bytes, at, characters.length);
        } else if (value instanceof List<?> items) {
            if (items.size() > type.count()) {
                throw new IllegalArgumentException(
                        "the array has " + type.count() + " elements, and " + items.size() + " are given");
            }
            for (int i = 0; i < items.size(); i++) {
                int element = i;
                named("[" + i + "]", () -> write(type.elementType(), at + element * stride, items.get(element)));
            }
        } else {
            throw new IllegalArgumentException("it is an array of " + type.count() + ": write a list");
        }
    }

    private void struct(BtfType.Struct type, int at, Object value) {
        if (!(value instanceof Map<?, ?> given)) {
            throw new IllegalArgumentException("it is a struct: write a mapping of " + memberNames(type));
        }
        for (Map.Entry<?, ?> entry : given.entrySet()) {
            String name = String.valueOf(entry.getKey());
            if (!member(type, at, name, entry.getValue())) {
                throw new IllegalArgumentException(
                        "struct " + type.name() + " has no member " + name + "; it has " + memberNames(type));
            }
        }
    }

    /** Writes a member, also one of an anonymous struct or union within. */
    private boolean member(BtfType.Struct type, int at, String name, Object value) {
        for (BtfType.Member member : type.members()) {
            int place = at + member.bitOffset() / 8;
            if (member.name().equals(name)) {
                named("." + name, () -> {
                    if (member.bitfieldWidth() > 0) {
                        bits(at, member, scalar(value, "bits"));
                    } else {
                        write(member.type(), place, value);
                    }
                });
                return true;
            }
            boolean anonymous = member.name().isEmpty();
            if (anonymous
                    && btf.resolve(member.type()) instanceof BtfType.Struct inner
                    && member(inner, place, name, value)) {
                return true;
            }
        }
        return false;
    }

    private void bits(int at, BtfType.Member member, String text) {
        ValueBytes whole = new ValueBytes(btf, new byte[8]);
        whole.number(text, 0, 8, !text.startsWith("-"), "");
        for (int i = 0; i < 64; i++) {
            int bit = whole.bytes[i / 8] >> i % 8 & 1;
            boolean sign = text.startsWith("-");
            if (i < member.bitfieldWidth()) {
                int target = member.bitOffset() + i;
                int mask = 1 << target % 8;
                int index = at + target / 8;
                bytes[index] = (byte) (bit != 0 ? bytes[index] | mask : bytes[index] & ~mask);
            } else if (bit != (sign ? 1 : 0)) {
                throw new IllegalArgumentException(text + " does not fit into " + member.bitfieldWidth() + " bits");
            }
        }
    }

    private String memberNames(BtfType.Struct type) {
        return Arrays.toString(type.members().stream()
                        .flatMap(m -> m.name().isEmpty() && btf.resolve(m.type()) instanceof BtfType.Struct inner
                                ? inner.members().stream().map(BtfType.Member::name)
                                : Stream.of(m.name()))
                        .toArray())
                .replaceAll("^\\[|]$", "");
    }

    /** Puts the way to a part before what is wrong with it. */
    private static void named(String part, Runnable write) {
        try {
            write.run();
        } catch (IllegalArgumentException e) {
            String rest = e.getMessage();
            boolean path = rest.startsWith(".") || rest.startsWith("[");
            throw new IllegalArgumentException(part + (path ? "" : ": ") + rest, e);
        }
    }
}
