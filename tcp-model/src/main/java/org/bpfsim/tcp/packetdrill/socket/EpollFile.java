package org.bpfsim.tcp.packetdrill.socket;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An epoll instance: level triggered, edge triggered, one-shot (Linux 6.12, fs/eventpoll.c). A file that was added, or
 * that had an event, is looked at again by the next wait; a level triggered one stays on the list while it is ready.
 */
final class EpollFile implements OpenFile {
    private static final int ALWAYS = Constants.POLLERR | Constants.POLLHUP;
    private static final int FLAGS =
            Constants.EPOLLET | Constants.EPOLLONESHOT | Constants.EPOLLEXCLUSIVE | 1 << 29 /* EPOLLWAKEUP */;

    /** A file that is watched. */
    private static final class Watch {
        final SocketFile file;
        int events;
        boolean listed = true;

        Watch(SocketFile file, int events) {
            this.file = file;
            this.events = events;
        }
    }

    /** An event that a wait gives. */
    record Ready(int fd, int events) {}

    private final Map<Integer, Watch> watches = new LinkedHashMap<>();

    void add(int fd, SocketFile file, int events) {
        watches.put(fd, new Watch(file, events));
        file.watchers.add(this);
    }

    boolean modify(int fd, int events) {
        Watch watch = watches.get(fd);
        if (watch != null) {
            watch.events = events;
            watch.listed = true;
        }
        return watch != null;
    }

    boolean remove(int fd) {
        Watch watch = watches.remove(fd);
        if (watch != null) {
            watch.file.watchers.remove(this);
        }
        return watch != null;
    }

    boolean watches(int fd) {
        return watches.containsKey(fd);
    }

    void wake(SocketFile file, int events) {
        for (Watch w : watches.values()) {
            if (w.file == file && (events & interest(w)) != 0) {
                w.listed = true;
            }
        }
    }

    /** The first file that is ready, or null. */
    Ready takeReady() {
        for (Map.Entry<Integer, Watch> e : watches.entrySet()) {
            Watch w = e.getValue();
            if (!w.listed || (w.events & ~FLAGS) == 0) {
                continue;
            }
            int ready = Readiness.poll(w.file) & interest(w);
            if (ready == 0) {
                w.listed = false;
                continue;
            }
            if ((w.events & Constants.EPOLLONESHOT) != 0) {
                w.events &= FLAGS;
                w.listed = false;
            } else if ((w.events & Constants.EPOLLET) != 0) {
                w.listed = false;
            }
            return new Ready(e.getKey(), ready);
        }
        return null;
    }

    private static int interest(Watch w) {
        int events = w.events & ~FLAGS;
        return events == 0 ? 0 : events | ALWAYS;
    }
}
