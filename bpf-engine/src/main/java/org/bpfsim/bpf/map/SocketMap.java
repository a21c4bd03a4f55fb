package org.bpfsim.bpf.map;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.types.AccessViolation;
import org.bpfsim.bpf.types.Addresses;
import org.bpfsim.bpf.types.StructType;

/**
 * {@code sockmap} and {@code sockhash} (docs.kernel.org/bpf/map_sockmap.html; Linux 6.12: net/core/sock_map.c). A host puts in
 * sockets by {@link #update(byte[], MapSocket, long)} or by a number that {@link Handles#socket} resolves, and reads
 * cookies; a program puts in and finds sockets. A socket that is put in inherits the programs that are on the map then.
 */
public final class SocketMap extends MapInstance {
    private static final class Entry {
        final byte[] key;
        final MapSocket socket;

        Entry(byte[] key, MapSocket socket) {
            this.key = key;
            this.socket = socket;
        }
    }

    private final Map<ByteBuffer, Entry> entries = new LinkedHashMap<>();
    private final ByteBuffer probe;
    private final SocketPrograms programs = new SocketPrograms();
    private final Handles handles;
    private final boolean hash;

    SocketMap(MapDefinition definition, int index, Handles handles) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
        this.handles = handles;
        this.hash = definition.type() == MapType.SOCKHASH;
        this.probe = ByteBuffer.wrap(new byte[definition.keyBytes()]);
    }

    /** The programs that sockets get when they are put in. */
    public SocketPrograms programs() {
        return programs;
    }

    /**
     * Attaches a program ({@code BPF_PROG_ATTACH} to a map): it takes the place of the one that is there. Sockets that are
     * in the map already keep what they have.
     *
     * @return 0, or -EBUSY where the other kind of verdict is attached
     */
    public int attach(SocketPrograms.Hook hook, Object program) {
        if (hook.rival() != null && programs.get(hook.rival()) != null) {
            return -Errno.EBUSY;
        }
        programs.set(hook, program);
        return 0;
    }

    /** Detaches a program: 0, or -ENOENT if another one is there or none. */
    public int detach(SocketPrograms.Hook hook, Object program) {
        if (hook.rival() != null && programs.get(hook.rival()) != null) {
            return -Errno.EBUSY;
        } else if (programs.get(hook) != program) {
            return -Errno.ENOENT;
        }
        programs.remove(hook);
        return 0;
    }

    /** The socket at a key, or null. */
    public MapSocket socket(byte[] key) {
        Entry entry = entry(key);
        return entry == null ? null : entry.socket;
    }

    /** The socket at an unsigned index of a sockmap, or null. */
    public MapSocket socket(long index) {
        LittleEndian.put(scratchKey(), 0, 4, index);
        return socket(scratchKey());
    }

    private Entry entry(byte[] key) {
        probe.put(0, key, 0, key.length);
        return entries.get(probe);
    }

    /** The address of the socket at a key as {@code struct bpf_sock}; NULL if there is none. */
    public long address(byte[] key, Addresses addresses) {
        MapSocket socket = socket(key);
        return socket == null ? 0 : address(socket, handles.socketType(), addresses);
    }

    private <T> long address(MapSocket socket, StructType<T> type, Addresses addresses) {
        if (type == null) {
            throw new AccessViolation(
                    "the kernel describes no struct bpf_sock, which sockets of map " + name() + " are");
        }
        return addresses.ofObject(type.javaClass().cast(socket), type);
    }

    /**
     * Puts in a socket, as a user does by its file descriptor or a program by its pointer (Linux 6.12:
     * sock_map_update_elem()).
     *
     * @param flags {@code BPF_ANY}, {@code BPF_NOEXIST} or {@code BPF_EXIST}
     * @return 0 or a negated errno
     */
    public int update(byte[] key, MapSocket socket, long flags) {
        if (socket == null || !socket.isFullSock()) {
            return -Errno.EINVAL;
        }
        int state = socket.socketState();
        return state == MapSocket.TCP_ESTABLISHED || state == MapSocket.TCP_LISTEN
                ? put(key, socket, flags)
                : -Errno.EOPNOTSUPP;
    }

    /** The part that {@code bpf_sock_map_update} shares, which does not ask for the state (sock_map_update_common()). */
    public int put(byte[] key, MapSocket socket, long flags) {
        if (!knownFlags(flags)) {
            return -Errno.EINVAL;
        } else if (!hash && LittleEndian.u32(key, 0) >= Integer.toUnsignedLong(maxEntries())) {
            return -Errno.E2BIG;
        }
        SocketLinks links = socket.socketLinks();
        int error = links.prepare(programs);
        if (error != 0) {
            return error;
        }
        Entry old = entry(key);
        if (old != null && flags == BPF_NOEXIST) {
            return -Errno.EEXIST;
        } else if (old == null && flags == BPF_EXIST) {
            return -Errno.ENOENT;
        } else if (old == null && entries.size() >= maxEntries()) {
            return -Errno.E2BIG;
        }
        byte[] own = key.clone();
        // The new link comes before the old one goes: a socket that replaces itself keeps its programs.
        links.add(this, own, programs);
        if (old != null) {
            entries.remove(ByteBuffer.wrap(old.key));
            old.socket.socketLinks().remove(this, old.key);
        }
        entries.put(ByteBuffer.wrap(own), new Entry(own, socket));
        return 0;
    }

    /** By a number that the embedder knows the socket by, as a file descriptor. */
    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        long number = LittleEndian.get(value, 0, valueBytes());
        if (number < 0 || number > Integer.MAX_VALUE) {
            return -Errno.EINVAL;
        }
        MapSocket socket = handles.socket((int) number);
        return socket == null ? -Errno.EBADF : update(key, socket, flags);
    }

    @Override
    public int remove(byte[] key) {
        Entry entry = entry(key);
        if (entry == null) {
            return hash ? -Errno.ENOENT : -Errno.EINVAL;
        }
        forget(entry.key);
        return 0;
    }

    /** @param key the array that stands for the place */
    void forget(byte[] key) {
        Entry entry = entries.remove(ByteBuffer.wrap(key));
        entry.socket.socketLinks().remove(this, entry.key);
    }

    @Override
    public long find(byte[] key) {
        return NONE;
    }

    /** The socket's cookie, if values have room for it (Linux 6.12: sock_map_lookup_sys()); null if there is none. */
    @Override
    public byte[] lookup(byte[] key) {
        checkLength("key", key, keyBytes());
        MapSocket socket = socket(key);
        if (socket == null || valueBytes() != 8) {
            return null;
        }
        byte[] cookie = new byte[8];
        LittleEndian.put(cookie, 0, 8, socket.socketCookie());
        return cookie;
    }

    @Override
    public List<byte[]> lookupAll(byte[] key) {
        byte[] value = lookup(key);
        return value == null ? List.of() : List.of(value);
    }

    /** Keys that have a socket, in the order in which sockets were put in. */
    @Override
    public List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        entries.values().forEach(e -> keys.add(e.key.clone()));
        return keys;
    }
}
