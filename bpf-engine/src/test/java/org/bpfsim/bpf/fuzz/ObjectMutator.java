package org.bpfsim.bpf.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.bpfsim.bpf.LittleEndian;

/** Changes ELF objects: bytes anywhere, numbers in headers and tables, parts of sections, their order and their end. */
final class ObjectMutator {
    private static final int SECTION_HEADER_BYTES = 64;
    private static final long[] NUMBERS = {
        0, 1, 2, 7, 8, 255, 0xffff, 0x10000, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 0xffff_fff0L, 0x1000_0000L, 64
    };

    private final SplittableRandom random;

    ObjectMutator(SplittableRandom random) {
        this.random = random;
    }

    byte[] mutate(byte[] original) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(random.nextInt(3) == 0 ? 12 : 3);
        for (int i = 0; i < changes; i++) {
            bytes = once(bytes);
        }
        return bytes;
    }

    private byte[] once(byte[] bytes) {
        if (bytes.length < SECTION_HEADER_BYTES) {
            return bytes;
        }
        switch (random.nextInt(20)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> word(bytes, 0, SECTION_HEADER_BYTES);
            case 2, 3 -> sectionHeader(bytes);
            case 4 -> swapSections(bytes);
            case 5 -> copyPiece(bytes);
            case 6, 7 -> anyByte(bytes, 0, bytes.length);
            default -> {
                // Within one section; small ones (symbols, relocations, definitions) as often as large ones.
                int[] section = section(bytes);
                if (section != null && random.nextBoolean()) {
                    word(bytes, section[0], section[1]);
                } else if (section != null) {
                    anyByte(bytes, section[0], section[1]);
                }
            }
        }
        return bytes;
    }

    /** Where one section's header lies, or -1. */
    private int header(byte[] bytes) {
        long table = LittleEndian.u32(bytes, 40);
        int count = LittleEndian.u16(bytes, 60);
        if (count == 0) {
            return -1;
        }
        long at = table + (long) SECTION_HEADER_BYTES * random.nextInt(count);
        return at + SECTION_HEADER_BYTES <= bytes.length ? (int) at : -1;
    }

    /** Begin and end of one section's contents, or null. */
    private int[] section(byte[] bytes) {
        int header = header(bytes);
        if (header < 0) {
            return null;
        }
        long from = LittleEndian.u32(bytes, header + 24);
        long size = LittleEndian.u32(bytes, header + 32);
        return size > 0 && from + size <= bytes.length ? new int[] {(int) from, (int) (from + size)} : null;
    }

    private void sectionHeader(byte[] bytes) {
        int header = header(bytes);
        if (header >= 0) {
            word(bytes, header, header + SECTION_HEADER_BYTES);
        }
    }

    private void swapSections(byte[] bytes) {
        int a = header(bytes);
        int b = header(bytes);
        if (a >= 0 && b >= 0) {
            byte[] kept = Arrays.copyOfRange(bytes, a, a + SECTION_HEADER_BYTES);
            System.arraycopy(bytes, b, bytes, a, SECTION_HEADER_BYTES);
            System.arraycopy(kept, 0, bytes, b, SECTION_HEADER_BYTES);
        }
    }

    private void copyPiece(byte[] bytes) {
        int length = 1 + random.nextInt(Math.min(64, bytes.length));
        System.arraycopy(
                bytes,
                random.nextInt(bytes.length - length + 1),
                bytes,
                random.nextInt(bytes.length - length + 1),
                length);
    }

    /** Sets a number of 2, 4 or 8 bytes, or moves it a little. */
    private void word(byte[] bytes, int from, int to) {
        int size = 2 << random.nextInt(3);
        int places = (to - from) / size;
        if (places <= 0) {
            anyByte(bytes, from, to);
            return;
        }
        int at = from + size * random.nextInt(places);
        if (at + size > bytes.length) {
            return;
        }
        long old = LittleEndian.get(bytes, at, size);
        long value = switch (random.nextInt(4)) {
            case 0 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 1 -> old + random.nextInt(33) - 16;
            case 2 -> random.nextInt(64);
            default -> random.nextLong();
        };
        LittleEndian.put(bytes, at, size, value);
    }

    private void anyByte(byte[] bytes, int from, int to) {
        int at = from + random.nextInt(to - from);
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
    }
}
