package org.bpfsim.bpf.map;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code ringbuf} (docs.kernel.org/bpf/ringbuf.html; Linux 6.12: kernel/bpf/ringbuf.c). Records are consumed in the order
 * in which they were reserved, and not before those ahead of them are submitted. Each takes 8 bytes beside its data, and a multiple of
 * 8 bytes in all.
 */
public final class RingBufferMap extends KeylessMap {
    /** What {@code bpf_ringbuf_query} answers. */
    public static final long AVAIL_DATA = 0;

    public static final long RING_SIZE = 1;
    public static final long CONS_POS = 2;
    public static final long PROD_POS = 3;

    private static final int HEADER_BYTES = 8;

    /** Flags of submissions: whether to wake the consumer up. */
    private static final long WAKEUP_FLAGS = 3;

    private static final int BUSY = 0;
    private static final int SUBMITTED = 1;
    private static final int DISCARDED = 2;

    private static final class Entry {
        final byte[] data;
        long address;
        int state = BUSY;

        Entry(int bytes) {
            data = new byte[bytes];
        }

        long ringBytes() {
            return RingBufferMap.ringBytes(data.length);
        }
    }

    private final Deque<Entry> records = new ArrayDeque<>();
    private long consumerPosition;
    private long producerPosition;

    RingBufferMap(MapDefinition definition, int index) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
    }

    private static long ringBytes(long dataBytes) {
        return (dataBytes + HEADER_BYTES + 7) / 8 * 8;
    }

    /**
     * Reserves a record, which {@link #reserved} is then told the address of; null if there is no room.
     *
     * @param bytes of data
     */
    public byte[] reserve(long bytes) {
        if (bytes < 0 || bytes >= 1L << 30 || producerPosition + ringBytes(bytes) - consumerPosition >= maxEntries()) {
            return null;
        }
        Entry entry = new Entry((int) bytes);
        records.addLast(entry);
        producerPosition += entry.ringBytes();
        return entry.data;
    }

    /** Tells where the program finds the record that was reserved last. */
    public void reserved(long address) {
        records.getLast().address = address;
    }

    /** Finishes the record at an address; false if there is no unfinished one. */
    public boolean finish(long address, boolean submit) {
        for (Iterator<Entry> i = records.descendingIterator(); i.hasNext(); ) {
            Entry entry = i.next();
            if (entry.state == BUSY && entry.address == address) {
                entry.state = submit ? SUBMITTED : DISCARDED;
                return true;
            }
        }
        return false;
    }

    /** {@code bpf_ringbuf_output}: 0 or a negated errno. */
    public int output(byte[] data, long flags) {
        if ((flags & ~WAKEUP_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        byte[] room = reserve(data.length);
        if (room == null) {
            return -Errno.EAGAIN;
        }
        System.arraycopy(data, 0, room, 0, data.length);
        records.getLast().state = SUBMITTED;
        return 0;
    }

    /** {@code bpf_ringbuf_query}; 0 for what is unknown. */
    public long query(long what) {
        if (what == AVAIL_DATA) {
            return producerPosition - consumerPosition;
        } else if (what == RING_SIZE) {
            return maxEntries();
        } else if (what == CONS_POS) {
            return consumerPosition;
        }
        return what == PROD_POS ? producerPosition : 0;
    }

    /** Consumes the next record: its data, or null if there is none that is finished. */
    public byte[] poll() {
        while (!records.isEmpty() && records.getFirst().state != BUSY) {
            Entry entry = records.removeFirst();
            consumerPosition += entry.ringBytes();
            if (entry.state == SUBMITTED) {
                return entry.data;
            }
        }
        return null;
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        return -Errno.ENOTSUPP;
    }

    @Override
    public int remove(byte[] key) {
        return -Errno.ENOTSUPP;
    }
}
