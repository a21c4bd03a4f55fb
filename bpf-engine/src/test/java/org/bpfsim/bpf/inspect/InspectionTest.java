package org.bpfsim.bpf.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.TestKernel;
import org.junit.jupiter.api.Test;

class InspectionTest {
    private static ObjectReport report(String object) throws Exception {
        return Inspection.of(
                BpfObject.open(TestKernel.bytes(object), object), Map.of("sock_ops", TestKernel.BPF_SOCK_OPS));
    }

    @Test
    void programsSayWhatTheyAskFor() throws Exception {
        ObjectReport.Program count = report("sockops.bpf.o").programs().get(0);

        assertThat(count.name()).isEqualTo("count");
        assertThat(count.type()).contains("sock_ops");
        assertThat(count.functions()).containsExactly("add", "remember");
        assertThat(count.helpers())
                .containsEntry("bpf_map_lookup_elem", 2)
                .containsEntry("bpf_loop", 1)
                .containsKeys("bpf_trace_printk", "bpf_setsockopt", "bpf_map_update_elem");
        assertThat(count.maps()).containsExactlyInAnyOrder("by_op", ".rodata", ".data", "seen");
    }

    @Test
    void contextFieldsAreFoundWhereTheContextIsKnown() throws Exception {
        assertThat(report("sockops.bpf.o").programs().get(0).contextFields())
                .containsExactlyInAnyOrder(
                        "bpf_sock_ops.family",
                        "bpf_sock_ops.op",
                        "bpf_sock_ops.remote_ip6[0]",
                        "bpf_sock_ops.remote_port",
                        "bpf_sock_ops.reply (w)");
    }

    @Test
    void kernelFieldsAreThoseOfCoRelocations() throws Exception {
        assertThat(report("struct_ops.bpf.o").kernelFields())
                .contains("tcp_sock.snd_cwnd", "tcp_sock.is_cwnd_limited", "inet_connection_sock.icsk_ca_priv")
                .doesNotContain("tcp_sock.prior_cwnd");
    }

    @Test
    void textNamesStructOpsAndTheirMembers() throws Exception {
        String text = ReportText.of(report("struct_ops.bpf.o"));

        assertThat(text)
                .contains("tcp_congestion_ops  name like_dctcp")
                .contains(".ssthresh = like_dctcp_ssthresh")
                .contains(".flags = 2, .name = \"bpf_like_dctcp\"")
                .contains("sk_storage  name acks  flags 0x1  key 4B  value 8B  max_entries 0")
                .contains("kfuncs   not_there?");
    }

    @Test
    void sectionNamesMeanWhatLibbpfMakesOfThem() {
        assertThat(SectionNames.programType("sockops")).contains("sock_ops");
        assertThat(SectionNames.programType("?sk_skb/stream_verdict")).contains("sk_skb");
        assertThat(SectionNames.programType("struct_ops.s/init")).contains("struct_ops");
        assertThat(SectionNames.programType("cgroup/setsockopt")).contains("cgroup_sockopt");
        assertThat(SectionNames.programType("cgroup/connect4")).contains("cgroup_sock_addr");
        assertThat(SectionNames.programType("sk_msg1")).contains("sk_msg");
        assertThat(SectionNames.programType("nonsense")).isEmpty();
    }
}
