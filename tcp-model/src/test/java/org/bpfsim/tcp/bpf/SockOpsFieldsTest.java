package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fields of bpf_sock_ops, bpf_sock, bpf_tcp_sock and tcp_sock as a program reads them, byte orders included. */
class SockOpsFieldsTest {
    private static final IpAddress LOCAL6 = IpAddress.v6(0x20010db8_00010002L, 0x11L);
    private static final IpAddress REMOTE6 = IpAddress.v6(0x20010db8_00030004L, 0x22L);

    private final TestKernel host = TestKernel.create();
    private final TcpSock sk = host.socket();
    private final BpfCgroup cgroup = BpfCgroup.root().make("test");
    private BpfInstance instance;

    @BeforeEach
    void attach() throws Exception {
        HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
        instance = programs.load(Objects.load(Objects.TEST_PROGRAMS, "fields.bpf.o"));
        programs.attach(instance, cgroup, 0);
        sk.saddr = LOCAL6;
        sk.daddr = REMOTE6;
        sk.skc_num = 55_601;
        sk.skc_dport = 0x1234;
    }

    /** What the program saw, as 32-bit words in the order of its struct. */
    private int[] call(SockCommon socket, int op, int arg0, int arg1, int arg2) {
        cgroup.sockOps().call(socket, op, arg0, arg1, arg2, null);
        byte[] key =
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(op).array();
        ByteBuffer value =
                ByteBuffer.wrap(instance.map("by_op").orElseThrow().lookup(key)).order(ByteOrder.LITTLE_ENDIAN);
        int[] words = new int[value.remaining() / 4];
        value.asIntBuffer().get(words);
        return words;
    }

    private static int swapped(int value) {
        return Integer.reverseBytes(value);
    }

    @Test
    void operationArgumentsAndAddresses() {
        int[] w = call(sk, 10, 1, 2, 3);
        assertThat(w[0]).as("op").isEqualTo(10);
        assertThat(w).as("args").startsWith(10, 1, 2, 3, 0);
        assertThat(w[5]).as("family").isEqualTo(10);
        assertThat(w[6]).as("remote_ip4 of an IPv6 socket").isEqualTo(swapped(0x7f000006));
        assertThat(w[8]).as("remote_ip6[0]").isEqualTo(swapped(0x20010db8));
        assertThat(w[9]).as("remote_ip6[1]").isEqualTo(swapped(0x00030004));
        assertThat(w[11]).as("remote_ip6[3]").isEqualTo(swapped(0x22));
        assertThat(w[13]).as("local_ip6[1]").isEqualTo(swapped(0x00010002));
        assertThat(w[16]).as("remote_port, network order").isEqualTo(swapped(0x1234));
        assertThat(w[17]).as("local_port, host order").isEqualTo(55_601);
    }

    @Test
    void ipv4AddressesAreInNetworkOrderAndMappedIntoIpv6() {
        sk.saddr = IpAddress.v4(0x0a010203);
        sk.daddr = IpAddress.v4(0x0a040506);
        int[] w = call(sk, 3, 0, 0, 0);
        assertThat(w[5]).as("family").isEqualTo(2);
        assertThat(w[6]).as("remote_ip4").isEqualTo(swapped(0x0a040506));
        assertThat(w[7]).as("local_ip4").isEqualTo(swapped(0x0a010203));
        assertThat(w[10]).as("remote_ip6[2]").isEqualTo(swapped(0xffff));
        assertThat(w[11]).as("remote_ip6[3]").isEqualTo(swapped(0x0a040506));
    }

    @Test
    void stateOfTheConnection() {
        sk.snd_cwnd = 41;
        sk.srtt_us = 801;
        sk.bpf_sock_ops_cb_flags = 5;
        sk.rtt_min.reset(1, 99);
        sk.snd_ssthresh = 77;
        sk.rcv_nxt = -2;
        sk.snd_nxt = 1001;
        sk.snd_una = 1000;
        sk.mss_cache = 1428;
        sk.packets_out = 3;
        sk.total_retrans = 4;
        sk.segs_in = 6;
        sk.data_segs_out = 7;
        int[] w = call(sk, 12, 0, 0, 0);
        assertThat(w[18]).as("is_fullsock").isEqualTo(1);
        assertThat(Arrays.copyOfRange(w, 19, 34))
                .as("snd_cwnd srtt cb_flags state rtt_min ssthresh rcv_nxt snd_nxt una mss ecn out retrans in out")
                .containsExactly(41, 801, 5, 1, 99, 77, -2, 1001, 1000, 1428, 1, 3, 4, 6, 7);
    }

    @Test
    void txHashCanBeWritten() {
        int[] w = call(sk, 4, 0, 0, 0);
        assertThat(w[34]).isEqualTo(0x1234);
        assertThat(sk.sk_txhash).isEqualTo(0x1234);
    }

    @Test
    void socketPointersLeadToTheSameSocket() {
        sk.delivered = 12;
        sk.dsack_dups = 2;
        sk.icsk_retransmits = 1;
        sk.rcv_nxt = 4711;
        int[] w = call(sk, 5, 0, 0, 0);
        assertThat(Arrays.copyOfRange(w, 35, 50))
                .as("has_sk; bpf_sock: family proto src_port dst_port dst_ip4 src_ip6[3] state; bpf_tcp_sock: cwnd "
                        + "delivered dsack_dups retransmits; tcp_sock: cwnd rcv_nxt ecn_flags")
                .containsExactly(
                        1, 10, 6, 55_601, 0x3412, swapped(0x7f000006), swapped(0x11), 1, 10, 12, 2, 1, 10, 4711, 1);
    }

    @Test
    void requestSocketShowsAddressesAndZeroesTheRest() {
        RequestSock req = new RequestSock(sk);
        req.saddr = LOCAL6;
        req.daddr = REMOTE6;
        req.skc_num = 80;
        req.skc_dport = 99;
        int[] w = call(req, 2, 0, 0, 0);
        assertThat(w[9]).isEqualTo(swapped(0x00030004));
        assertThat(w[17]).isEqualTo(80);
        assertThat(w[18]).as("is_fullsock").isZero();
        assertThat(w[19]).as("snd_cwnd").isZero();
        assertThat(w[22]).as("state").isEqualTo(12);
        assertThat(w[35]).as("sk").isZero();
    }
}
