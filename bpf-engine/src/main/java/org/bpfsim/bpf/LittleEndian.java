package org.bpfsim.bpf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads and writes little-endian numbers in byte arrays, at any alignment.
 *
 * <p>Hot path: no allocation.
 */
public final class LittleEndian {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    public static int u8(byte[] array, int index) {
        return array[index] & 0xff;
    }

    public static int u16(byte[] array, int index) {
        return (short) SHORT.get(array, index) & 0xffff;
    }

    public static int s32(byte[] array, int index) {
        return (int) INT.get(array, index);
    }

    public static long u32(byte[] array, int index) {
        return (int) INT.get(array, index) & 0xffff_ffffL;
    }

    public static long s64(byte[] array, int index) {
        return (long) LONG.get(array, index);
    }

    /** Reads {@code size} (1, 2, 4 or 8) bytes as an unsigned number. */
    public static long get(byte[] array, int index, int size) {
        switch (size) {
            case 1:
                return array[index] & 0xff;
            case 2:
                return (short) SHORT.get(array, index) & 0xffff;
            case 4:
                return (int) INT.get(array, index) & 0xffff_ffffL;
            default:
                return (long) LONG.get(array, index);
        }
    }

    /** Writes the low {@code size} (1, 2, 4 or 8) bytes of a number. */
    public static void put(byte[] array, int index, int size, long value) {
        switch (size) {
            case 1:
                array[index] = (byte) value;
                break;
            case 2:
                SHORT.set(array, index, (short) value);
                break;
            case 4:
                INT.set(array, index, (int) value);
                break;
            default:
                LONG.set(array, index, value);
                break;
        }
    }
}
