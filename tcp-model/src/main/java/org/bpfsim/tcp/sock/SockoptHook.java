package org.bpfsim.tcp.sock;

/** What stands between the system calls for socket options and the kernel that handles them. */
public interface SockoptHook {
    /** Handles a {@code setsockopt()}: 0 or a negated errno. */
    interface Setter {
        int set(TcpSock sk, int level, int name, byte[] value);
    }

    /** Handles a {@code getsockopt()}. */
    interface Getter {
        Reply get(TcpSock sk, int level, int name, int room);
    }

    /**
     * The answer to a {@code getsockopt()}.
     *
     * @param result 0, a negated errno, or what a program set
     * @param value what the application finds in its buffer, if the result is not negative
     * @param optlen what it is told about its length
     */
    record Reply(int result, byte[] value, int optlen) {}

    /** A {@code setsockopt()} of an application; {@code kernel} does what is left to be done. */
    int set(TcpSock sk, int level, int name, byte[] value, Setter kernel);

    /** A {@code getsockopt()} of an application with {@code room} bytes for the value. */
    Reply get(TcpSock sk, int level, int name, int room, Getter kernel);

    /** The same for an option whose value the kernel has made in place already ({@code TCP_ZEROCOPY_RECEIVE}). */
    Reply getInKernel(TcpSock sk, int level, int name, Reply kernel);
}
