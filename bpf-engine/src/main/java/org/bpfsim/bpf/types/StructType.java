package org.bpfsim.bpf.types;

import java.util.List;

/**
 * A kernel struct as the embedder models it: named members in C layout, each bound to a Java object of class {@code T}.
 * Immutable; usually a constant of the class that it describes.
 *
 * <pre>{@code
 * static final StructType<TcpSock> TCP_SOCK = StructType.builder("tcp_sock", TcpSock.class)
 *         .embed("inet_conn", INET_CONNECTION_SOCK)
 *         .u32("snd_cwnd", s -> s.snd_cwnd, (s, v) -> s.snd_cwnd = (int) v)
 *         .u32("snd_una", s -> s.snd_una)
 *         .bits("is_cwnd_limited", ScalarType.U8, 1, s -> s.is_cwnd_limited ? 1 : 0)
 *         .build();
 * }</pre>
 *
 * @param <T> the Java class whose objects programs see as this struct
 */
public final class StructType<T> {
    private final String name;
    private final Class<T> javaClass;
    private final List<Member<T>> members;
    private final int bytes;
    private final int alignment;
    private final StructLayout layout;

    StructType(String name, Class<T> javaClass, List<Member<T>> members, int bytes, int alignment) {
        this.name = name;
        this.javaClass = javaClass;
        this.members = List.copyOf(members);
        this.bytes = bytes;
        this.alignment = alignment;
        this.layout = StructLayout.of(this);
    }

    /**
     * Begins the description of a struct.
     *
     * @param name its C name without {@code struct}, such as {@code tcp_sock}
     */
    public static <T> StructTypeBuilder<T> builder(String name, Class<T> javaClass) {
        return new StructTypeBuilder<>(name, javaClass);
    }

    public String name() {
        return name;
    }

    public Class<T> javaClass() {
        return javaClass;
    }

    public List<Member<T>> members() {
        return members;
    }

    /** Size in bytes, padded to the alignment as in C. */
    public int bytes() {
        return bytes;
    }

    public int alignment() {
        return alignment;
    }

    /** Where each byte of the struct lives in Java. */
    public StructLayout layout() {
        return layout;
    }

    @Override
    public String toString() {
        return "struct " + name;
    }
}
