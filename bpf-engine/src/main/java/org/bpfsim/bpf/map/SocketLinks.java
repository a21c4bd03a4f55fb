package org.bpfsim.bpf.map;

import java.util.ArrayList;
import java.util.List;

/**
 * The places of maps that hold a socket, and the programs that it inherited from them (Linux 6.12: struct sk_psock). It
 * keeps its programs as long as any map holds it, also when they are replaced in the map.
 */
public final class SocketLinks {
    private record Place(SocketMap map, byte[] key) {}

    private final MapSocket socket;
    private final List<Place> places = new ArrayList<>();
    private final SocketPrograms programs = new SocketPrograms();

    public SocketLinks(MapSocket socket) {
        this.socket = socket;
    }

    /** Whether any map holds the socket. */
    public boolean isInMap() {
        return !places.isEmpty();
    }

    /** The program that runs at a hook, as it was attached; null for none. */
    public Object program(SocketPrograms.Hook hook) {
        return programs.get(hook);
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
            return -org.bpfsim.bpf.Errno.EBUSY;
        }
        return socket.joins();
    }

    void add(SocketMap map, byte[] key, SocketPrograms more) {
        places.add(new Place(map, key));
        programs.addAll(more);
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
        }
        socket.linksChanged();
    }
}
