package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.Payload;

/**
 * What stands before a socket while it is in a sockmap (Linux 6.12: struct sk_psock, and the struct proto of
 * net/ipv4/tcp_bpf.c that takes the place of TCP's own). A socket in no map has none, and TCP asks for nothing more.
 */
public interface Psock {
    /** Makes and ends them; there is one of these for each kernel. */
    interface Factory {
        /** The socket is in a map, or in another one than before, or in none any more. Sets {@link TcpSock#psock}. */
        void linksChanged(TcpSock sk);
    }

    /** Whether programs see what the socket sends: {@link #send} takes the place of TCP's. */
    boolean takesMessages();

    /**
     * sendmsg(), or sendfile() of so many bytes.
     *
     * @param flags as those of {@code SendMessage}; without MSG_DONTWAIT a call goes on by itself when there is room, and the same
     *     bytes are handed in again until it has taken them
     * @param file whether the bytes come from a file
     * @return bytes taken, 0 for -EAGAIN, or another negative errno
     */
    long send(long bytes, int flags, boolean file);

    /** Says where the bytes are that the application sends. */
    void setPayload(Payload payload);

    /** Where the bytes are that the application sends, or null. */
    Payload payload();

    /** Bytes that a read can return now (SIOCINQ). */
    int available();

    /** Whether epoll reports EPOLLIN whatever SO_RCVLOWAT says: programs have put something before the reader. */
    boolean isReadable();

    /** recvmsg(): returns how many bytes were read. */
    int read(int maxBytes);

    /** Copies bytes that wait to be read, see {@code Socket.peek}. */
    void peek(int offset, byte[] target, int targetOffset, int length);

    /** The application has done with the bytes that it has read. */
    void forgetRead();

    /** Bytes that wait in TCP's own receive queue. */
    int inReceiveQueue();

    /**
     * A buffer was added to the receive queue.
     *
     * @param start sequence number of its first byte
     * @param end one past its last; a FIN counts
     */
    void queued(int start, int end, int truesize, boolean fin);

    /** There is something new in the receive queue; returns whether programs have seen to it (sk_data_ready()). */
    boolean dataReady();

    /** There is room in the send buffer again (sk_write_space()). */
    void writeSpace();

    /** Memory in {@link TcpSock#sk_rmem_alloc} that is not in TCP's own queues. */
    int receiveMemory();
}
