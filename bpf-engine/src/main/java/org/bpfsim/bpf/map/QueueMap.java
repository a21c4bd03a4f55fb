package org.bpfsim.bpf.map;

import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code queue} and {@code stack}: values without keys (docs.kernel.org/bpf/map_queue_stack.html; Linux 6.12:
 * kernel/bpf/queue_stack_maps.c). A host's update pushes, its look-up peeks, its take pops; their keys are empty.
 */
final class QueueMap extends KeylessMap {
    private final boolean stack;
    private final int stride;
    /** Place of the oldest value; the others follow in a ring. */
    private int first;

    private int count;

    QueueMap(MapDefinition definition, int index, boolean stack) {
        super(definition, index, valueRegion(definition, definition.maxEntries()));
        this.stack = stack;
        this.stride = stride(definition);
    }

    @Override
    public int push(byte[] value, long flags) {
        // BPF_EXIST makes room by dropping the oldest value.
        if (flags != BPF_ANY && flags != BPF_EXIST) {
            return -Errno.EINVAL;
        }
        if (count == maxEntries()) {
            if (flags != BPF_EXIST) {
                return -Errno.E2BIG;
            }
            first = (first + 1) % maxEntries();
            count--;
        }
        write(place(count), value);
        count++;
        return 0;
    }

    private long place(int number) {
        return (long) stride * ((first + (long) number) % maxEntries());
    }

    private long nextPlace() {
        return place(stack ? count - 1 : 0);
    }

    @Override
    public int peek(byte[] value) {
        if (count == 0) {
            Arrays.fill(value, (byte) 0);
            return missing();
        }
        long place = nextPlace();
        System.arraycopy(
                values().arrayFor(place, valueBytes(), false), values().indexOf(place), value, 0, valueBytes());
        return 0;
    }

    @Override
    public int pop(byte[] value) {
        int error = peek(value);
        if (error == 0) {
            if (!stack) {
                first = (first + 1) % maxEntries();
            }
            count--;
        }
        return error;
    }

    @Override
    public byte[] take(byte[] key) {
        checkLength("key", key, 0);
        byte[] value = new byte[valueBytes()];
        return pop(value) == 0 ? value : null;
    }

    @Override
    public byte[] lookup(byte[] key) {
        checkLength("key", key, 0);
        byte[] value = new byte[valueBytes()];
        return peek(value) == 0 ? value : null;
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        // Programs have bpf_map_push_elem() for this; only the host's update comes here with ALL_CPUS.
        return cpu == ALL_CPUS ? push(value, flags) : -Errno.EINVAL;
    }

    @Override
    public int remove(byte[] key) {
        return -Errno.EINVAL;
    }

    /** Copies of all values, the next one first. */
    @Override
    public List<byte[]> lookupAll(byte[] key) {
        checkLength("key", key, 0);
        byte[][] all = new byte[count][];
        for (int i = 0; i < count; i++) {
            all[i] = copy(place(stack ? count - 1 - i : i));
        }
        return List.of(all);
    }
}
