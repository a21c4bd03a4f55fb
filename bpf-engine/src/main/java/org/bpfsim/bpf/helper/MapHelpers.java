package org.bpfsim.bpf.helper;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.HandleMap;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.map.PerfEventArrayMap;
import org.bpfsim.bpf.map.RingBufferMap;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.types.AccessViolation;

/** Helpers on maps, ring buffers, perf events; tail calls and spin locks (man 7 bpf-helpers). */
final class MapHelpers {
    /** Low half of perf_event_output's flags: the index (BPF_F_INDEX_MASK); all ones: this CPU (BPF_F_CURRENT_CPU). */
    private static final long INDEX = 0xffff_ffffL;

    static final List<Helper> ALL = List.of(
            Helper.of("bpf_map_lookup_elem", MapHelpers::lookup),
            Helper.of("bpf_map_update_elem", MapHelpers::update),
            Helper.of("bpf_map_delete_elem", MapHelpers::delete),
            Helper.of("bpf_map_push_elem", MapHelpers::push),
            Helper.of("bpf_map_pop_elem", MapHelpers::pop),
            Helper.of("bpf_map_peek_elem", MapHelpers::peek),
            Helper.of("bpf_map_lookup_percpu_elem", MapHelpers::lookupPerCpu),
            Helper.of("bpf_for_each_map_elem", MapHelpers::forEach),
            Helper.of("bpf_tail_call", MapHelpers::tailCall),
            Helper.of("bpf_spin_lock", MapHelpers::lock),
            Helper.of("bpf_spin_unlock", MapHelpers::unlock),
            Helper.of("bpf_ringbuf_output", MapHelpers::ringOutput),
            Helper.of("bpf_ringbuf_reserve", MapHelpers::ringReserve),
            Helper.of("bpf_ringbuf_submit", (c, sample, flags, d, e, f) -> ringFinish(c, sample, true)),
            Helper.of("bpf_ringbuf_discard", (c, sample, flags, d, e, f) -> ringFinish(c, sample, false)),
            Helper.of(
                    "bpf_ringbuf_query", (c, map, what, d, e, f) -> ring(c, map).query(what)));

    private MapHelpers() {}

    private static long lookup(HelperCall call, long map, long key, long r3, long r4, long r5) {
        MapInstance m = call.map(map);
        call.read(key, m.scratchKey(), 0, m.keyBytes());
        return m instanceof SocketMap sockets
                ? sockets.address(m.scratchKey(), call)
                : m.address(m.scratchKey(), call.services().cpu());
    }

    private static long lookupPerCpu(HelperCall call, long map, long key, long cpu, long r4, long r5) {
        MapInstance m = call.map(map);
        if (cpu < 0 || cpu >= m.cpus()) {
            return 0;
        }
        call.read(key, m.scratchKey(), 0, m.keyBytes());
        return m.address(m.scratchKey(), (int) cpu);
    }

    private static long update(HelperCall call, long map, long key, long value, long flags, long r5) {
        MapInstance m = call.map(map);
        call.read(key, m.scratchKey(), 0, m.keyBytes());
        if (m instanceof SocketMap sockets) {
            return sockets.update(m.scratchKey(), SocketHelpers.socket(call, value), flags);
        }
        call.read(value, m.scratchValue(), 0, m.valueBytes());
        return m.put(m.scratchKey(), m.scratchValue(), flags, call.services().cpu());
    }

    private static long delete(HelperCall call, long map, long key, long r3, long r4, long r5) {
        MapInstance m = call.map(map);
        call.read(key, m.scratchKey(), 0, m.keyBytes());
        return m.remove(m.scratchKey());
    }

    private static long push(HelperCall call, long map, long value, long flags, long r4, long r5) {
        MapInstance m = call.map(map);
        call.read(value, m.scratchValue(), 0, m.valueBytes());
        return m.push(m.scratchValue(), flags);
    }

    private static long pop(HelperCall call, long map, long value, long r3, long r4, long r5) {
        MapInstance m = call.map(map);
        int error = m.pop(m.scratchValue());
        call.write(value, m.scratchValue(), 0, m.valueBytes());
        return error;
    }

    private static long peek(HelperCall call, long map, long value, long r3, long r4, long r5) {
        MapInstance m = call.map(map);
        // A bloom filter reads the value that it is asked for; queues and stacks overwrite it.
        call.read(value, m.scratchValue(), 0, m.valueBytes());
        int error = m.peek(m.scratchValue());
        call.write(value, m.scratchValue(), 0, m.valueBytes());
        return error;
    }

    /** Linux 6.12: bpf_for_each_array_elem(), bpf_for_each_hash_elem(): how many entries were visited, or EINVAL. */
    private static long forEach(HelperCall call, long map, long function, long context, long flags, long r5) {
        MapInstance m = call.map(map);
        if (flags != 0 || m.places() == 0 && m.keys().size() > 0) {
            return -Errno.EINVAL;
        }
        byte[] key = new byte[m.keyBytes()];
        long keyAddress = call.ofBytes(key, 0, key.length, false);
        int cpu = call.services().cpu();
        int visited = 0;
        for (int place = 0; place < m.places(); place++) {
            if (m.keyAt(place, key)) {
                visited++;
                if (call.callback(function, map, keyAddress, m.addressAt(place, cpu), context) != 0) {
                    break;
                }
            }
        }
        return visited;
    }

    private static long tailCall(HelperCall call, long context, long map, long index, long r4, long r5) {
        if (!(call.map(map) instanceof HandleMap programs)) {
            throw new AccessViolation("map " + call.map(map).name() + " is not of type prog_array");
        }
        // The index is 32 bits wide (Linux 6.12: ___bpf_prog_run()). R0 of a failed call is unspecified.
        Object program = programs.program(index & 0xffff_ffffL);
        if (program != null) {
            call.tailCall(program);
        }
        return 0;
    }

    private static long lock(HelperCall call, long lock, long r2, long r3, long r4, long r5) {
        if (call.load(lock, 4) != 0) {
            throw new AccessViolation("the lock is held already, and nobody will release it");
        }
        call.store(lock, 4, 1);
        return 0;
    }

    private static long unlock(HelperCall call, long lock, long r2, long r3, long r4, long r5) {
        call.store(lock, 4, 0);
        return 0;
    }

    private static RingBufferMap ring(HelperCall call, long map) {
        if (call.map(map) instanceof RingBufferMap ring) {
            return ring;
        }
        throw new AccessViolation("map " + call.map(map).name() + " is not of type ringbuf");
    }

    private static long ringOutput(HelperCall call, long map, long data, long size, long flags, long r5) {
        RingBufferMap ring = ring(call, map);
        if (size < 0 || size > ring.maxEntries()) {
            return -Errno.EAGAIN;
        }
        int error = ring.output(call.bytes(data, (int) size), flags);
        deliver(call, ring);
        return error;
    }

    private static long ringReserve(HelperCall call, long map, long size, long flags, long r4, long r5) {
        return flags != 0 ? 0 : reserve(call, ring(call, map), size);
    }

    /** The address of a new record, or 0. */
    static long reserve(HelperCall call, RingBufferMap ring, long size) {
        byte[] record = ring.reserve(size);
        if (record == null) {
            return 0;
        }
        long address = call.ofBytes(record, 0, record.length, true);
        ring.reserved(address);
        return address;
    }

    static RingBufferMap ringOf(HelperCall call, long map) {
        return ring(call, map);
    }

    /** A record's address does not tell its ring buffer: the call's maps are asked in turn. */
    static long ringFinish(HelperCall call, long sample, boolean submit) {
        for (MapInstance map : call.maps()) {
            if (map instanceof RingBufferMap ring && ring.finish(sample, submit)) {
                deliver(call, ring);
                return 0;
            }
        }
        throw new AccessViolation("a reserved record of a ring buffer is expected");
    }

    private static void deliver(HelperCall call, RingBufferMap ring) {
        while (call.services().takesRecords(ring.name())) {
            byte[] record = ring.poll();
            if (record == null) {
                return;
            }
            call.services().ringRecord(ring.name(), record);
        }
    }

    /** Linux 6.12: bpf_perf_event_output() in kernel/trace/bpf_trace.c. */
    static long perfEventOutput(HelperCall call, long context, long map, long flags, long data, long size) {
        if (!(call.map(map) instanceof PerfEventArrayMap events)) {
            throw new AccessViolation("map " + call.map(map).name() + " is not of type perf_event_array");
        }
        if ((flags & ~INDEX) != 0 || size < 0) {
            return -Errno.EINVAL;
        }
        long index = flags == INDEX ? call.services().cpu() : flags;
        if (index >= events.maxEntries()) {
            return -Errno.E2BIG;
        }
        return call.services().perfEvent(events.name(), (int) index, call.bytes(data, (int) size));
    }
}
