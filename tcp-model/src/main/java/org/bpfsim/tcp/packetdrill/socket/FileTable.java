package org.bpfsim.tcp.packetdrill.socket;

import java.util.Map;
import java.util.TreeMap;

/** Open files by the numbers that the script gives them. */
final class FileTable {
    private final Map<Integer, OpenFile> files = new TreeMap<>();

    /** Opens a file; the script's number means it from now on, even if it has meant another. */
    void put(int fd, OpenFile file) {
        files.put(fd, file);
    }

    OpenFile get(int fd) {
        return files.get(fd);
    }

    OpenFile remove(int fd) {
        return files.remove(fd);
    }

    /** The socket of a descriptor. */
    SocketFile socket(int fd) {
        if (files.get(fd) instanceof SocketFile s) {
            return s;
        }
        throw new CallException("fd " + fd + " is not an open socket of the script");
    }

    EpollFile epoll(int fd) {
        if (files.get(fd) instanceof EpollFile e) {
            return e;
        }
        throw new CallException("fd " + fd + " is not an open epoll of the script");
    }

    /** Looks for news of which the stack does not tell. */
    void noteCompletions() {
        for (OpenFile file : files.values()) {
            if (file instanceof SocketFile s) {
                s.noteCompletions();
            }
        }
    }

    /** The newest accepted socket whose peer has a port, or null. */
    SocketFile socketOf(int peerPort) {
        SocketFile found = null;
        for (OpenFile file : files.values()) {
            if (file instanceof SocketFile s && s.tcp().daddr != null && s.tcp().skc_dport == peerPort) {
                found = s;
            }
        }
        return found;
    }
}
