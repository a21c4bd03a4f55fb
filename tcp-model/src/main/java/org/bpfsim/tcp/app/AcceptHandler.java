package org.bpfsim.tcp.app;

/** An application that listens: gives each connection its handler. */
@FunctionalInterface
public interface AcceptHandler {
    /** A connection is established; returns who deals with it. */
    SocketHandler accept(Socket socket);
}
