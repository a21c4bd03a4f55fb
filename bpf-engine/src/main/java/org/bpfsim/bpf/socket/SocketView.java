package org.bpfsim.bpf.socket;

import java.util.function.Function;
import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.types.StructTypeBuilder;

/**
 * How programs see an embedder's sockets: its {@code struct bpf_sock} (Linux 6.12: include/uapi/linux/bpf.h), whose layout
 * Linux fixes. Contexts that repeat addresses and ports of their socket read them out of it.
 *
 * @param <S> the Java class of sockets
 */
public final class SocketView<S> {
    private static final int FAMILY = 4;
    private static final int SRC_IP4 = 24;
    private static final int SRC_IP6 = 28;
    private static final int SRC_PORT = 44;
    private static final int DST_PORT = 48;
    private static final int DST_IP4 = 52;
    private static final int DST_IP6 = 56;

    private final StructType<S> bpfSock;

    /** @param bpfSock the struct {@code bpf_sock} */
    public SocketView(StructType<S> bpfSock) {
        if (!bpfSock.name().equals("bpf_sock")) {
            throw new IllegalArgumentException("struct bpf_sock is expected, not " + bpfSock);
        }
        this.bpfSock = bpfSock;
    }

    public StructType<S> bpfSock() {
        return bpfSock;
    }

    /** Adds {@code family} to {@code local_port}, as {@code sk_msg_md} and {@code __sk_buff} have them; 0 without a socket. */
    public <T> StructTypeBuilder<T> addresses(StructTypeBuilder<T> context, Function<T, Object> socket) {
        return context.u32("family", c -> load(socket.apply(c), FAMILY, 4))
                .u32("remote_ip4", c -> load(socket.apply(c), DST_IP4, 4))
                .u32("local_ip4", c -> load(socket.apply(c), SRC_IP4, 4))
                .array("remote_ip6", ScalarType.U32, 4, (c, i) -> (int) load(socket.apply(c), DST_IP6 + 4 * i, 4))
                .array("local_ip6", ScalarType.U32, 4, (c, i) -> (int) load(socket.apply(c), SRC_IP6 + 4 * i, 4))
                // In network byte order, as a number of 32 bits.
                .u32("remote_port", c -> load(socket.apply(c), DST_PORT, 2) << 16)
                .u32("local_port", c -> load(socket.apply(c), SRC_PORT, 4));
    }

    /** Adds {@code sk}. */
    public <T> StructTypeBuilder<T> socket(StructTypeBuilder<T> context, Function<T, Object> socket) {
        return context.pointer("sk", () -> bpfSock, c -> bpfSock.javaClass().cast(socket.apply(c)));
    }

    private long load(Object socket, int offset, int bytes) {
        return socket == null ? 0 : bpfSock.layout().load(socket, offset, bytes, null);
    }
}
