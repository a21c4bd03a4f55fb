package org.bpfsim.bpf.helper;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.MapSocket;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.types.AccessViolation;

/** Helpers on maps of sockets (man 7 bpf-helpers; Linux 6.12: net/core/sock_map.c), for families that have them. */
public final class SocketHelpers {
    /** Verdicts on data (Linux: enum sk_action). */
    public static final int SK_DROP = 0;

    public static final int SK_PASS = 1;

    /** {@code bpf_sock_map_update} and {@code bpf_sock_hash_update}; the context must be a {@link SocketEvent}. */
    public static final HelperFunction UPDATE = SocketHelpers::update;

    /** {@code bpf_sk_redirect_map} and {@code bpf_msg_redirect_map}; the context must be a {@link Redirect}. */
    public static final HelperFunction REDIRECT_MAP =
            (c, context, map, key, flags, f) -> redirect(c, sockets(c, map).socket(key & 0xffff_ffffL), flags);

    /** {@code bpf_sk_redirect_hash} and {@code bpf_msg_redirect_hash}; the context must be a {@link Redirect}. */
    public static final HelperFunction REDIRECT_HASH = (c, context, map, key, flags, f) -> {
        SocketMap sockets = sockets(c, map);
        c.read(key, sockets.scratchKey(), 0, sockets.keyBytes());
        return redirect(c, sockets.socket(sockets.scratchKey()), flags);
    };

    /** {@code bpf_sk_release}: the simulated kernel frees sockets when nobody holds them. */
    public static final HelperFunction RELEASE = (c, socket, b, d, e, f) -> 0;

    private SocketHelpers() {}

    private static SocketMap sockets(HelperCall call, long map) {
        if (call.map(map) instanceof SocketMap sockets) {
            return sockets;
        }
        throw new AccessViolation("map " + call.map(map).name() + " is not of type sockmap or sockhash");
    }

    /** The socket at an address; null for NULL. */
    static MapSocket socket(HelperCall call, long address) {
        if (address == 0) {
            return null;
        } else if (call.anyObject(address) instanceof MapSocket socket) {
            return socket;
        }
        throw new AccessViolation("a socket is expected, and the pointer is to none that maps can hold");
    }

    private static long update(HelperCall call, long context, long map, long key, long flags, long r5) {
        SocketMap sockets = sockets(call, map);
        if (!(call.context() instanceof SocketEvent event)) {
            throw new AccessViolation("the helper needs a context with a socket");
        } else if (!event.mayJoinMaps() || event.mapSocket() == null) {
            return -Errno.EOPNOTSUPP;
        }
        call.read(key, sockets.scratchKey(), 0, sockets.keyBytes());
        return sockets.put(sockets.scratchKey(), event.mapSocket(), flags);
    }

    /** Linux 6.12: bpf_sk_redirect_map(), bpf_msg_redirect_map(); a listening socket takes no data. */
    private static long redirect(HelperCall call, MapSocket socket, long flags) {
        if ((flags & ~Redirect.INGRESS) != 0 || socket == null || socket.socketState() == MapSocket.TCP_LISTEN) {
            return SK_DROP;
        } else if (call.context() instanceof Redirect data) {
            data.redirectTo(socket, flags);
            return SK_PASS;
        }
        throw new AccessViolation("the helper needs a context whose data can go elsewhere");
    }
}
