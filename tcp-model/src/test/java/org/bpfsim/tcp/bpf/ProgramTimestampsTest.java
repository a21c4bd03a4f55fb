package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.sock.SockOps;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * BPF_SOCK_OPS_TSTAMP_* as the commits of Linux 6.15 that introduced them describe it (bpf_sock_ops_enable_tx_tstamp() in
 * net/core/filter.c, skb_tstamp_tx_report_bpf_timestamping() in net/core/skbuff.c).
 */
class ProgramTimestampsTest {
    private final TestNetwork network = new TestNetwork(1, 16, QueueSpec.UNBOUNDED, TestNetwork.ipv6(0, 1));
    private BpfInstance instance;
    private Socket client;

    @BeforeEach
    void connect() throws Exception {
        HostPrograms programs = new HostPrograms(network.hosts.get(1).kernel(), line -> {});
        instance = programs.load(Objects.load(Objects.TEST_PROGRAMS, "timestamps.bpf.o"));
        programs.attach(instance, network.cgroups.get(1), 0);
        network.listen();
        client = network.connect(1, 0);
        network.runUs(1_000);
    }

    private record Seen(long calls, long timeNs, long bytes, ByteBuffer all) {}

    private Seen seen(int op) {
        byte[] key = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, op)
                .array();
        ByteBuffer value =
                ByteBuffer.wrap(instance.map("by_op").orElseThrow().lookup(key)).order(ByteOrder.LITTLE_ENDIAN);
        return new Seen(value.getLong(0), value.getLong(8), value.getLong(16), value);
    }

    @Test
    void lastByteOfAWriteIsFollowedFromSendmsgToItsAck() {
        client.write(1000);
        network.runUs(1_000);
        Seen sendmsg = seen(SockOps.BPF_SOCK_OPS_TSTAMP_SENDMSG_CB);
        Seen sched = seen(SockOps.BPF_SOCK_OPS_TSTAMP_SCHED_CB);
        Seen sent = seen(SockOps.BPF_SOCK_OPS_TSTAMP_SND_SW_CB);
        Seen acked = seen(SockOps.BPF_SOCK_OPS_TSTAMP_ACK_CB);
        assertThat(sendmsg.calls).isEqualTo(1);
        assertThat(sched.calls).isEqualTo(1);
        assertThat(sent.calls).isEqualTo(1);
        assertThat(acked.calls).isEqualTo(1);
        assertThat(seen(SockOps.BPF_SOCK_OPS_TSTAMP_SND_HW_CB).calls).isZero();
        assertThat(sendmsg.bytes).isEqualTo(1000);
        assertThat(sched.bytes).as("with Ethernet, IPv6 and TCP header").isEqualTo(14 + 40 + 32 + 1000);
        assertThat(acked.timeNs - sent.timeNs).as("three links there and back").isGreaterThan(6 * 16_000L);
    }

    @Test
    void socketIsNotLockedThereSoThatItsFieldsAreZeroAndNothingCanBeSet() {
        client.write(1000);
        network.runUs(1_000);
        for (int op : new int[] {
            SockOps.BPF_SOCK_OPS_TSTAMP_SENDMSG_CB,
            SockOps.BPF_SOCK_OPS_TSTAMP_SCHED_CB,
            SockOps.BPF_SOCK_OPS_TSTAMP_ACK_CB
        }) {
            ByteBuffer all = seen(op).all;
            assertThat(all.getLong(24)).as("bpf_setsockopt").isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(all.getLong(32)).as("bpf_sock_ops_cb_flags_set").isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(all.getLong(40))
                    .as("bpf_sock_ops_enable_tx_tstamp")
                    .isEqualTo(op == SockOps.BPF_SOCK_OPS_TSTAMP_SENDMSG_CB ? 0 : -Errno.EOPNOTSUPP);
            assertThat(all.getLong(48)).as("snd_cwnd").isZero();
            assertThat(all.getLong(56)).as("is_fullsock").isEqualTo(1);
        }
    }

    @Test
    void writeThatTheProgramPassesOverIsNotFollowed() {
        client.write(7);
        network.runUs(1_000);
        assertThat(seen(SockOps.BPF_SOCK_OPS_TSTAMP_SENDMSG_CB).calls).isEqualTo(1);
        assertThat(seen(SockOps.BPF_SOCK_OPS_TSTAMP_SCHED_CB).calls).isZero();
        assertThat(seen(SockOps.BPF_SOCK_OPS_TSTAMP_ACK_CB).calls).isZero();
    }

    @Test
    void segmentThatIsRetransmittedIsSentAgain() {
        network.loseFirst(1, 1);
        client.write(1000);
        network.runUs(1_000_000);
        assertThat(seen(SockOps.BPF_SOCK_OPS_TSTAMP_SND_SW_CB).calls).isEqualTo(2);
        assertThat(seen(SockOps.BPF_SOCK_OPS_TSTAMP_ACK_CB).calls).isEqualTo(1);
    }
}
