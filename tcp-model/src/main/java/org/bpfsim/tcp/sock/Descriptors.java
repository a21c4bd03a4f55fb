package org.bpfsim.tcp.sock;

import java.util.TreeMap;

/** The numbers by which users of a host name sockets to its kernel. Nobody has one before it is asked for. */
public final class Descriptors {
    private static final int FIRST = 3;

    private final TreeMap<Integer, TcpSock> sockets = new TreeMap<>();
    private int next = FIRST;

    /** The number of an open socket. */
    public int of(TcpSock sk) {
        if (sk.descriptor == 0) {
            sk.descriptor = next++;
            sockets.put(sk.descriptor, sk);
        }
        return sk.descriptor;
    }

    /** The socket of a number, or null. */
    public TcpSock socket(int descriptor) {
        return sockets.get(descriptor);
    }

    /** Nobody can name the socket any more. */
    public void close(TcpSock sk) {
        if (sk.descriptor != 0) {
            sockets.remove(sk.descriptor);
            sk.descriptor = 0;
        }
    }
}
