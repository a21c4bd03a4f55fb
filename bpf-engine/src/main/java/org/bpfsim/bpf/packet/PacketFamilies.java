package org.bpfsim.bpf.packet;

import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.BaseKfuncs;
import org.bpfsim.bpf.helper.SocketHelpers;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.socket.PlainSocket;
import org.bpfsim.bpf.types.StructType;

/**
 * The plain program families: a packet in, a verdict out. Contexts are laid out as in the UAPI (Linux 6.12:
 * include/uapi/linux/bpf.h); what is not listed here is refused.
 */
public final class PacketFamilies {
    private PacketFamilies() {}

    /** {@code struct __sk_buff} of test runs, whose sockets are {@link PlainSocket}s. */
    public static final StructType<PacketBuffer> SK_BUFF = SkBuff.of(PlainSocket.VIEW);

    private static final StructType<PacketBuffer> XDP_MD = StructType.builder("xdp_md", PacketBuffer.class)
            .address32("data", PacketBuffer::data)
            .address32("data_end", PacketBuffer::dataEnd)
            .address32("data_meta", PacketBuffer::meta)
            .u32("ingress_ifindex", p -> 1)
            .u32("rx_queue_index", p -> 0)
            .u32("egress_ifindex", p -> 0)
            .build();

    /** TC_ACT_REDIRECT and XDP_REDIRECT: where to is nobody's business in a test run. */
    private static final long TC_ACT_REDIRECT = 7;

    private static final long XDP_REDIRECT = 4;

    /** {@code BPF_PROG_TYPE_SOCKET_FILTER}. */
    public static ProgramFamily socketFilter() {
        return ProgramFamily.builder("socket_filter")
                .section("socket")
                .section("socket/")
                .context(SK_BUFF)
                .helper("bpf_skb_load_bytes", PacketHelpers::load)
                .helper("bpf_skb_load_bytes_relative", PacketHelpers::loadRelative)
                .helper("bpf_get_socket_cookie", BaseHelpers.SOCKET_COOKIE)
                .helper("bpf_perf_event_output", BaseHelpers.PERF_EVENT_OUTPUT)
                .kfunc("bpf_dynptr_from_skb", BaseKfuncs.dynptrFromPacket(false))
                .build();
    }

    /** {@code BPF_PROG_TYPE_SCHED_CLS}. */
    public static ProgramFamily schedCls() {
        return ProgramFamily.builder("sched_cls")
                .section("tc")
                .section("tc/")
                .section("tcx/")
                .section("classifier")
                .section("classifier/")
                .context(SK_BUFF)
                .helper("bpf_skb_load_bytes", PacketHelpers::load)
                .helper("bpf_skb_load_bytes_relative", PacketHelpers::loadRelative)
                .helper("bpf_skb_store_bytes", PacketHelpers::store)
                .helper("bpf_skb_pull_data", PacketHelpers::pull)
                .helper("bpf_skb_change_tail", PacketHelpers::changeTail)
                .helper("bpf_l3_csum_replace", PacketHelpers::replaceL3)
                .helper("bpf_l4_csum_replace", PacketHelpers::replaceL4)
                .helper("bpf_csum_diff", BaseHelpers.CSUM_DIFF)
                .helper("bpf_csum_update", PacketHelpers::updateSum)
                .helper("bpf_redirect", (c, ifindex, flags, d, e, f) -> TC_ACT_REDIRECT)
                .helper("bpf_get_socket_cookie", BaseHelpers.SOCKET_COOKIE)
                .helper("bpf_perf_event_output", BaseHelpers.PERF_EVENT_OUTPUT)
                .kfunc("bpf_dynptr_from_skb", BaseKfuncs.dynptrFromPacket(true))
                .build();
    }

    /** {@code BPF_PROG_TYPE_XDP}. */
    public static ProgramFamily xdp() {
        return ProgramFamily.builder("xdp")
                .section("xdp")
                .section("xdp/")
                .section("xdp.frags")
                .section("xdp.frags/")
                .context(XDP_MD)
                .helper("bpf_xdp_adjust_head", PacketHelpers::adjustHead)
                .helper("bpf_xdp_adjust_meta", PacketHelpers::adjustMeta)
                .helper("bpf_xdp_adjust_tail", PacketHelpers::adjustTail)
                .helper("bpf_xdp_get_buff_len", PacketHelpers::length)
                .helper("bpf_xdp_load_bytes", PacketHelpers::xdpLoad)
                .helper("bpf_xdp_store_bytes", PacketHelpers::xdpStore)
                .helper("bpf_csum_diff", BaseHelpers.CSUM_DIFF)
                .helper("bpf_redirect", (c, ifindex, flags, d, e, f) -> XDP_REDIRECT)
                .helper("bpf_perf_event_output", BaseHelpers.PERF_EVENT_OUTPUT)
                .kfunc("bpf_dynptr_from_xdp", BaseKfuncs.dynptrFromPacket(true))
                .build();
    }

    /**
     * {@code BPF_PROG_TYPE_SK_SKB}: programs on the data that a socket of a sockmap receives. For the embedder to add
     * what it has for its sockets.
     *
     * @param skBuff as {@link SkBuff#of} makes it
     */
    public static ProgramFamily.Builder skSkb(StructType<PacketBuffer> skBuff) {
        return ProgramFamily.builder("sk_skb")
                .section("sk_skb")
                .section("sk_skb/")
                // Names of loaders before libbpf.
                .section("sk_skb1")
                .section("sk_skb2")
                .section("sk_skb3")
                .context(skBuff)
                .helper("bpf_skb_store_bytes", PacketHelpers::store)
                .helper("bpf_skb_load_bytes", PacketHelpers::load)
                .helper("bpf_skb_pull_data", PacketHelpers::pull)
                .helper("bpf_skb_change_tail", PacketHelpers::changeStreamTail)
                .helper("bpf_skb_change_head", PacketHelpers::changeStreamHead)
                .helper("bpf_skb_adjust_room", PacketHelpers::adjustStreamRoom)
                .helper("bpf_get_socket_cookie", BaseHelpers.SOCKET_COOKIE)
                .helper("bpf_sk_redirect_map", SocketHelpers.REDIRECT_MAP)
                .helper("bpf_sk_redirect_hash", SocketHelpers.REDIRECT_HASH)
                .helper("bpf_sk_release", SocketHelpers.RELEASE)
                .helper("bpf_perf_event_output", BaseHelpers.PERF_EVENT_OUTPUT)
                .kfunc("bpf_dynptr_from_skb", BaseKfuncs.dynptrFromPacket(true));
    }
}
