package org.bpfsim.bpf.socket;

import java.util.Arrays;
import org.bpfsim.bpf.map.LocalStorage;
import org.bpfsim.bpf.map.MapSocket;
import org.bpfsim.bpf.map.SocketLinks;
import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;

/** A TCP socket that is nothing but its fields: what programs that are run by hand belong to. */
public final class PlainSocket implements MapSocket, LocalStorage.Owner {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_TCP = 6;

    /** {@code struct bpf_sock} (Linux 6.12: include/uapi/linux/bpf.h). */
    public static final StructType<PlainSocket> BPF_SOCK = StructType.builder("bpf_sock", PlainSocket.class)
            .u32("bound_dev_if", s -> 0)
            .u32("family", s -> s.family)
            .u32("type", s -> SOCK_STREAM)
            .u32("protocol", s -> IPPROTO_TCP)
            .u32("mark", s -> s.mark)
            .u32("priority", s -> s.priority)
            .scalar("src_ip4", ScalarType.BE32, s -> s.local[3])
            .array("src_ip6", ScalarType.BE32, 4, (s, i) -> s.local[i])
            .u32("src_port", s -> s.localPort)
            .scalar("dst_port", ScalarType.BE16, s -> s.remotePort)
            .scalar("dst_ip4", ScalarType.BE32, s -> s.remote[3])
            .array("dst_ip6", ScalarType.BE32, 4, (s, i) -> s.remote[i])
            .u32("state", s -> s.state)
            .s32("rx_queue_mapping", s -> -1)
            .build();

    /** How contexts show it. */
    public static final SocketView<PlainSocket> VIEW = new SocketView<>(BPF_SOCK);

    private final int family;
    private final int[] local;
    private final int localPort;
    private final int[] remote;
    private final int remotePort;
    private final long cookie;
    private final LocalStorage storage = new LocalStorage();
    private final SocketLinks links = new SocketLinks(this);
    private int state = TCP_ESTABLISHED;
    private int mark;
    private int priority;

    private PlainSocket(int family, int[] local, int localPort, int[] remote, int remotePort, long cookie) {
        this.family = family;
        this.local = local;
        this.localPort = localPort;
        this.remote = remote;
        this.remotePort = remotePort;
        this.cookie = cookie;
    }

    /**
     * An established IPv4 socket.
     *
     * @param local address, its first byte uppermost
     * @param cookie not 0
     */
    public static PlainSocket v4(int local, int localPort, int remote, int remotePort, long cookie) {
        return new PlainSocket(
                AF_INET, new int[] {0, 0, 0, local}, localPort, new int[] {0, 0, 0, remote}, remotePort, cookie);
    }

    /** An established IPv6 socket; addresses are four words, the first one uppermost. */
    public static PlainSocket v6(int[] local, int localPort, int[] remote, int remotePort, long cookie) {
        return new PlainSocket(
                AF_INET6, Arrays.copyOf(local, 4), localPort, Arrays.copyOf(remote, 4), remotePort, cookie);
    }

    /** Gives it a state, such as {@link MapSocket#TCP_LISTEN}. */
    public PlainSocket state(int tcpState) {
        this.state = tcpState;
        return this;
    }

    /** Gives it {@code SO_MARK} and {@code SO_PRIORITY}. */
    public PlainSocket options(int soMark, int soPriority) {
        this.mark = soMark;
        this.priority = soPriority;
        return this;
    }

    @Override
    public SocketLinks socketLinks() {
        return links;
    }

    @Override
    public int socketState() {
        return state;
    }

    @Override
    public long socketCookie() {
        return cookie;
    }

    @Override
    public LocalStorage localStorage() {
        return storage;
    }
}
