package org.bpfsim.bpf.map;

/**
 * A socket that can be put into maps of sockets: what the embedder's socket class implements. Programs see it as the
 * {@code struct bpf_sock} that the embedder describes.
 */
public interface MapSocket {
    /** {@code TCP_ESTABLISHED}, {@code TCP_LISTEN} (Linux: include/net/tcp_states.h). */
    int TCP_ESTABLISHED = 1;

    int TCP_LISTEN = 10;

    /** Where it is and which programs it has from there: one for each socket, made at the first call. */
    SocketLinks socketLinks();

    /** Linux's number of its state. */
    int socketState();

    /** Whether it is a socket at all, and not one that waits for its handshake to end or for time to pass. */
    default boolean isFullSock() {
        return true;
    }

    /** Its cookie ({@code SO_COOKIE}), never 0. */
    long socketCookie();

    /**
     * Asks the socket whether it can live in maps, before it is put into one; what it inherits from the map is not set
     * yet.
     *
     * @return 0, or a negated errno that the update then answers
     */
    default int joins() {
        return 0;
    }

    /** Tells it that {@link SocketLinks#program} answers something else: it was put into a map or taken out of one. */
    default void linksChanged() {}
}
