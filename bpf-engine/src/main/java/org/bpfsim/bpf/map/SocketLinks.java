package org.bpfsim.bpf.map;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.SocketPrograms.Hook;

/**
 * The places of maps that hold a socket, and the programs that it inherited from them (Linux 6.12: struct sk_psock and
 * sock_map_link(), sock_map_del_link() in net/core/sock_map.c). It keeps its programs as long as any map holds it, also when
 * they are replaced in the map; but programs on what it receives stop when it leaves a map that has such a program.
 */
public final class SocketLinks {
    /** Who takes what the socket receives. */
    public enum Reading {
        /** Nobody: its owner reads it. */
        OWNER,
        /** A verdict, on every buffer as it arrives. */
        VERDICT,
        /** A verdict, on every message that a parser finds in the stream. */
        PARSER
    }

    private record Place(SocketMap map, byte[] key) {}

    private final MapSocket socket;
    private final List<Place> places = new ArrayList<>();
    private final SocketPrograms programs = new SocketPrograms();
    private Reading reading = Reading.OWNER;

    public SocketLinks(MapSocket socket) {
        this.socket = socket;
    }

    /** Whether any map holds the socket. */
    public boolean isInMap() {
        return !places.isEmpty();
    }

    /** The program that runs at a hook, as it was attached; null for none. */
    public Object program(Hook hook) {
        return programs.get(hook);
    }

    /** Who takes what the socket receives: what was found when it was put in, though other programs may have come since. */
    public Reading reading() {
        return reading;
    }

    /** Takes the socket out of all maps: it is closed, or was disconnected (Linux 6.12: sock_map_close()). */
    public void leaveAll() {
        while (!places.isEmpty()) {
            Place last = places.get(places.size() - 1);
            last.map.forget(last.key);
        }
    }

    /** What sock_map_link() checks and does: 0, or a negated errno. */
    int prepare(SocketPrograms more) {
        if (programs.clashesWith(more)) {
            return -Errno.EBUSY;
        }
        return socket.joins();
    }

    void add(SocketMap map, byte[] key, SocketPrograms more) {
        places.add(new Place(map, key));
        programs.addAll(more);
        if (reading == Reading.OWNER) {
            boolean streams = more.get(Hook.SK_SKB_STREAM_VERDICT) != null;
            boolean parses = more.get(Hook.SK_SKB_STREAM_PARSER) != null;
            if (streams && parses) {
                reading = Reading.PARSER;
            } else if (streams || more.get(Hook.SK_SKB_VERDICT) != null) {
                reading = Reading.VERDICT;
            }
        }
        socket.linksChanged();
    }

    void remove(SocketMap map, byte[] key) {
        for (int i = 0; i < places.size(); i++) {
            // Keys are compared by identity: one array stands for one place.
            if (places.get(i).map == map && places.get(i).key == key) {
                places.remove(i);
                break;
            }
        }
        if (places.isEmpty()) {
            programs.clear();
            reading = Reading.OWNER;
        } else if (reading != Reading.OWNER) {
            stopReading(map.programs());
        }
        socket.linksChanged();
    }

    /** What stops are the socket's programs of the kind that the map has now. */
    private void stopReading(SocketPrograms left) {
        boolean parses = left.get(Hook.SK_SKB_STREAM_PARSER) != null;
        boolean decides = left.get(Hook.SK_SKB_STREAM_VERDICT) != null || left.get(Hook.SK_SKB_VERDICT) != null;
        if (parses) {
            programs.remove(Hook.SK_SKB_STREAM_PARSER);
        }
        if (decides) {
            programs.remove(Hook.SK_SKB_STREAM_VERDICT);
            programs.remove(Hook.SK_SKB_VERDICT);
        }
        if (parses || decides) {
            reading = Reading.OWNER;
        }
    }
}
