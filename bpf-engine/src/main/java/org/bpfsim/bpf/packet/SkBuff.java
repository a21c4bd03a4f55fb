package org.bpfsim.bpf.packet;

import org.bpfsim.bpf.socket.SocketView;
import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.types.StructTypeBuilder;

/** {@code struct __sk_buff}, the context of programs on packets (Linux 6.12: include/uapi/linux/bpf.h). */
public final class SkBuff {
    private SkBuff() {}

    /** The struct for an embedder's sockets. */
    public static StructType<PacketBuffer> of(SocketView<?> sockets) {
        StructTypeBuilder<PacketBuffer> type = StructType.builder("__sk_buff", PacketBuffer.class)
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
                .u32("napi_id", p -> 0);
        type = sockets.addresses(type, PacketBuffer::socket)
                .address32("data_meta", PacketBuffer::meta)
                .at(152)
                .u64("tstamp", p -> p.tstamp, (p, v) -> p.tstamp = v)
                .u32("wire_len", PacketBuffer::length)
                .u32("gso_segs", p -> 1);
        return sockets.socket(type, PacketBuffer::socket)
                .u32("gso_size", p -> 0)
                .size(192)
                .build();
    }
}
