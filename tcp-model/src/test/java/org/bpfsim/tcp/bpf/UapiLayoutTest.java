package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.types.Member;
import org.bpfsim.bpf.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layouts of include/uapi/linux/bpf.h (Linux 6.12), which programs are compiled against. */
class UapiLayoutTest {
    @ParameterizedTest
    @CsvSource({
        "op, 0",
        "reply, 4",
        "args, 4",
        "replylong, 4",
        "family, 20",
        "remote_ip4, 24",
        "local_ip4, 28",
        "remote_ip6, 32",
        "local_ip6, 48",
        "remote_port, 64",
        "local_port, 68",
        "is_fullsock, 72",
        "snd_cwnd, 76",
        "srtt_us, 80",
        "bpf_sock_ops_cb_flags, 84",
        "state, 88",
        "rtt_min, 92",
        "snd_ssthresh, 96",
        "rcv_nxt, 100",
        "snd_nxt, 104",
        "snd_una, 108",
        "mss_cache, 112",
        "ecn_flags, 116",
        "rate_delivered, 120",
        "rate_interval_us, 124",
        "packets_out, 128",
        "retrans_out, 132",
        "total_retrans, 136",
        "segs_in, 140",
        "data_segs_in, 144",
        "segs_out, 148",
        "data_segs_out, 152",
        "lost_out, 156",
        "sacked_out, 160",
        "sk_txhash, 164",
        "bytes_received, 168",
        "bytes_acked, 176",
        "sk, 184",
        "skb_len, 208",
        "skb_tcp_flags, 212"
    })
    void bpfSockOps(String field, int offset) {
        assertThat(offsets(SockOpsContext.BPF_SOCK_OPS)).containsEntry(field, offset);
        assertThat(SockOpsContext.BPF_SOCK_OPS.bytes()).isEqualTo(224);
    }

    @ParameterizedTest
    @CsvSource({
        "bound_dev_if, 0", "family, 4", "type, 8", "protocol, 12", "mark, 16", "priority, 20", "src_ip4, 24",
        "src_ip6, 28", "src_port, 44", "dst_port, 48", "dst_ip4, 52", "dst_ip6, 56", "state, 72", "rx_queue_mapping, 76"
    })
    void bpfSock(String field, int offset) {
        assertThat(offsets(UapiTypes.BPF_SOCK)).containsEntry(field, offset);
    }

    @ParameterizedTest
    @CsvSource({
        "snd_cwnd, 0",
        "srtt_us, 4",
        "rtt_min, 8",
        "snd_ssthresh, 12",
        "mss_cache, 28",
        "lost_out, 72",
        "sacked_out, 76",
        "bytes_received, 80",
        "bytes_acked, 88",
        "dsack_dups, 96",
        "delivered, 100",
        "delivered_ce, 104",
        "icsk_retransmits, 108"
    })
    void bpfTcpSock(String field, int offset) {
        assertThat(offsets(UapiTypes.BPF_TCP_SOCK)).containsEntry(field, offset);
    }

    @Test
    void socketStructsBeginWithEachOther() {
        assertThat(offsets(TcpSockType.TCP_SOCK)).containsEntry("inet_conn", 0);
        assertThat(offsets(SockTypes.INET_CONNECTION_SOCK)).containsEntry("icsk_inet", 0);
        assertThat(offsets(SockTypes.INET_SOCK)).containsEntry("sk", 0);
        assertThat(offsets(SockTypes.SOCK)).containsEntry("__sk_common", 0);
    }

    private static <T> Map<String, Integer> offsets(StructType<T> type) {
        Map<String, Integer> offsets = new LinkedHashMap<>();
        collect(type.members(), 0, offsets);
        return offsets;
    }

    private static <T> void collect(List<Member<T>> members, int base, Map<String, Integer> into) {
        for (Member<T> member : members) {
            if (member instanceof Member.Group<T> group) {
                collect(group.members(), base, into);
            } else {
                into.put(member.name(), base + member.offset());
            }
        }
    }
}
