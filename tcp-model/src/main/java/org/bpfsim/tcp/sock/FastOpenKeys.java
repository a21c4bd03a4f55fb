package org.bpfsim.tcp.sock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.bpfsim.tcp.segment.FastOpenCookie;
import org.bpfsim.tcp.segment.IpAddress;

/**
 * The keys from which a server makes Fast Open cookies: the one in use, and perhaps the one before, which still opens
 * (Linux 6.12, struct tcp_fastopen_context; Documentation/networking/ip-sysctl.rst, tcp_fastopen_key).
 *
 * @param k0 and k1: the key in use, bytes from the lowest
 * @param hasBackup whether {@code b0} and {@code b1} are another key
 */
public record FastOpenKeys(long k0, long k1, boolean hasBackup, long b0, long b1) {
    public static final int KEY_BYTES = 16;

    /** A single key of 16 bytes, or two. */
    public static FastOpenKeys of(byte[] bytes) {
        if (bytes.length != KEY_BYTES && bytes.length != 2 * KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a Fast Open key has 16 bytes, or 32 with a backup, not " + bytes.length);
        }
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean two = bytes.length > KEY_BYTES;
        return new FastOpenKeys(b.getLong(), b.getLong(), two, two ? b.getLong() : 0, two ? b.getLong() : 0);
    }

    static FastOpenKeys random(HostKernel.Random32 random) {
        ByteBuffer bytes = ByteBuffer.allocate(KEY_BYTES);
        while (bytes.hasRemaining()) {
            bytes.putInt(random.next());
        }
        return of(bytes.array());
    }

    /**
     * Reads {@code aaaaaaaa-bbbbbbbb-cccccccc-dddddddd}, or two such keys with a comma between them.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static FastOpenKeys parse(String text) {
        String[] keys = text.split(",", -1);
        ByteBuffer bytes = ByteBuffer.allocate(KEY_BYTES * keys.length).order(ByteOrder.LITTLE_ENDIAN);
        for (String key : keys) {
            String[] words = key.trim().split("-", -1);
            if (words.length != 4 || keys.length > 2) {
                throw notAKey(text, null);
            }
            for (String word : words) {
                try {
                    bytes.putInt(Integer.parseUnsignedInt(word, 16));
                } catch (NumberFormatException e) {
                    throw notAKey(text, e);
                }
            }
        }
        return of(bytes.array());
    }

    /** The cookie of a client. */
    public FastOpenCookie cookie(IpAddress client, IpAddress server, boolean experimental) {
        return FastOpenCookie.of(SipHash.hash(addresses(client, server), k0, k1), experimental);
    }

    /** The client's cookie by the backup key, which must be there. */
    public FastOpenCookie backupCookie(IpAddress client, IpAddress server, boolean experimental) {
        return FastOpenCookie.of(SipHash.hash(addresses(client, server), b0, b1), experimental);
    }

    /** As sysctl writes it. */
    @Override
    public String toString() {
        return hasBackup ? text(k0, k1) + "," + text(b0, b1) : text(k0, k1);
    }

    private static String text(long low, long high) {
        return String.format(
                Locale.ROOT, "%08x-%08x-%08x-%08x", (int) low, (int) (low >>> 32), (int) high, (int) (high >>> 32));
    }

    private static byte[] addresses(IpAddress client, IpAddress server) {
        int words = client.isV4() ? 1 : 4;
        ByteBuffer b = ByteBuffer.allocate(2 * Integer.BYTES * words);
        for (IpAddress a : new IpAddress[] {client, server}) {
            for (int i = 4 - words; i < 4; i++) {
                b.putInt(a.word(i));
            }
        }
        return b.array();
    }

    private static IllegalArgumentException notAKey(String text, NumberFormatException cause) {
        return new IllegalArgumentException(
                "\"" + text + "\" is no Fast Open key, write four numbers of 32 bits in hexadecimal: "
                        + "01234567-89abcdef-01234567-89abcdef, and a second key behind a comma if you like",
                cause);
    }
}
