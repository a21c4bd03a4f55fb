package org.bpfsim.bpf.packet;

import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.BaseKfuncs;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;

/**
 * The plain program families: a packet in, a verdict out. Contexts are laid out as in the UAPI (Linux 6.12:
 * include/uapi/linux/bpf.h); what is not listed here is refused.
 */
public final class PacketFamilies {
    private PacketFamilies() {}

    private static final StructType<PacketBuffer> SK_BUFF = StructType.builder("__sk_buff", PacketBuffer.class)
            .u32("len", PacketBuffer::length)
            .u32("pkt_type", p -> 0)
            .u32("mark", p -> p.mark, (p, v) -> p.mark = (int) v)
            .u32("queue_mapping", p -> p.queueMapping, (p, v) -> p.queueMapping = (int) v)
            .u32("protocol", PacketBuffer::protocol)
            .u32("vlan_present", p -> 0)
            .u32("vlan_tci", p -> 0)
            .u32("vlan_proto", p -> 0)
            .u32("priority", p -> p.priority, (p, v) -> p.priority = (int) v)
            .u32("ingress_ifindex", p -> 0)
            .u32("ifindex", p -> 1)
            .u32("tc_index", p -> p.tcIndex, (p, v) -> p.tcIndex = (int) v)
            .array("cb", ScalarType.U32, 5, (p, i) -> p.cb[i], (p, i, v) -> p.cb[i] = (int) v)
            .u32("hash", p -> p.hash)
            .u32("tc_classid", p -> p.tcClassid, (p, v) -> p.tcClassid = (int) v)
            .address32("data", PacketBuffer::data)
            .address32("data_end", PacketBuffer::dataEnd)
            .u32("napi_id", p -> 0)
            .at(140)
            .address32("data_meta", PacketBuffer::meta)
            .at(152)
            .u64("tstamp", p -> p.tstamp, (p, v) -> p.tstamp = v)
            .u32("wire_len", PacketBuffer::length)
            .u32("gso_segs", p -> 1)
            .at(176)
            .u32("gso_size", p -> 0)
            .size(192)
            .build();

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

    /** A kernel that has these three families and nothing else. */
    public static BpfEnvironment environment() {
        return BpfEnvironment.builder()
                .family(socketFilter())
                .family(schedCls())
                .family(xdp())
                .kconfig("CONFIG_HZ", 250)
                .kconfig("LINUX_KERNEL_VERSION", 6 << 16 | 12 << 8)
                .build();
    }
}
