package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.map.StorageMap;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.host.TcpHost;
import org.junit.jupiter.api.Test;

/**
 * The sub-tests of the kernel's selftest bpf_tcp_ca (prog_tests/bpf_tcp_ca.c of Linux 6.12), with its unmodified objects and
 * its expectations. Where that has both ends on one machine, each host here has an instance of the object.
 */
class BpfTcpCaTest {
    private static final int TOTAL_BYTES = 10 * 1024 * 1024;
    private static final int EXPECTED_STG = 0xeb9f;

    private final TestNetwork network = new TestNetwork(1, 16, QueueSpec.UNBOUNDED, TestNetwork.ipv6(0, 1));
    private final List<BpfInstance> instances = new ArrayList<>();
    private final List<StructOpsLink> links = new ArrayList<>();
    private int nextPort = 6000;

    private void load(String object) throws Exception {
        load(KernelObjects.load(object));
    }

    private void load(LoadedObject object) {
        for (TcpHost host : network.hosts) {
            instances.add(new HostPrograms(host.kernel(), line -> {}).load(object));
        }
    }

    private StructOpsRegistration map(int host, String name) {
        return new StructOpsRegistration(
                instances.get(host).structOps(name).orElseThrow(),
                network.hosts.get(host).congestionControls());
    }

    /** bpf_map__attach_struct_ops() on both hosts. */
    private void attach(String name) {
        for (int host = 0; host < 2; host++) {
            StructOpsLink link = new StructOpsLink();
            assertThat(link.attach(map(host, name))).isZero();
            links.add(link);
        }
    }

    private long sum(String variable) {
        return instances.stream()
                .mapToLong(instance -> new Globals(instance).number(variable))
                .sum();
    }

    /** start_test(): both ends choose a congestion control before they listen and connect. */
    private Socket connect(String server, String client) {
        int port = nextPort++;
        Socket listening = network.hosts.get(0).socket(null, null);
        assertThat(listening.setCongestionControl(server)).isZero();
        network.hosts.get(0).listen(listening, port, socket -> {
            network.accepted.add(socket);
            return new SocketHandler() {
                @Override
                public void onReadable(Socket s, long bytes) {
                    s.readAll();
                }
            };
        });
        Socket socket = network.hosts.get(1).socket(null, new SocketHandler() {});
        assertThat(socket.setCongestionControl(client)).isZero();
        network.hosts.get(1).connect(socket, network.hosts.get(0).addresses().get(0), port);
        return socket;
    }

    /** do_test(): a connection carries ten megabytes. */
    private Socket transfer(String congestionControl) {
        Socket socket = connect(congestionControl, congestionControl);
        socket.writeAllAndShutdown(TOTAL_BYTES);
        network.runUs(200_000);
        Socket accepted = network.accepted.get(network.accepted.size() - 1);
        assertThat(accepted.tcp().bytes_received).isEqualTo(TOTAL_BYTES + 1L);
        accepted.close();
        network.runUs(1_000);
        return socket;
    }

    @Test
    void dctcp() throws Exception {
        load("bpf_dctcp");
        attach("dctcp");
        StorageMap storage = (StorageMap) instances.get(1).map("sk_stg_map").orElseThrow();
        byte[] expected = new byte[4];
        LittleEndian.put(expected, 0, 4, EXPECTED_STG);
        Socket client = connect("bpf_dctcp", "bpf_dctcp");
        storage.getOrCreate(client.tcp(), expected);
        network.runUs(1_000);
        assertThat(storage.get(client.tcp())).as("the program has deleted it").isNull();
        client.writeAll(TOTAL_BYTES);
        network.runUs(200_000);
        assertThat(network.accepted.get(0).tcp().bytes_received).isEqualTo(TOTAL_BYTES);
        assertThat(new Globals(instances.get(1)).number("stg_result")).isEqualTo(EXPECTED_STG);
    }

    @Test
    void cubic() throws Exception {
        load("bpf_cubic");
        attach("cubic");
        transfer("bpf_cubic");
        assertThat(new Globals(instances.get(1)).number("bpf_cubic_acked_called"))
                .isEqualTo(1);
    }

    @Test
    void ccCubic() throws Exception {
        load("bpf_cc_cubic");
        attach("cc_cubic");
        transfer("bpf_cc_cubic");
    }

    @Test
    void invalidLicense() {
        assertThatThrownBy(() -> load("bpf_tcp_nogpl"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("struct ops programs must have a GPL compatible license");
    }

    @Test
    void dctcpFallback() throws Exception {
        byte[] cubic = Arrays.copyOf("cubic".getBytes(StandardCharsets.US_ASCII), 16);
        load(KernelObjects.load("bpf_dctcp", object -> object.withVariables(Map.of("fallback_cc", "cubic"))));
        attach("dctcp");
        connect("bpf_dctcp", "cubic");
        network.runUs(1_000);
        Globals server = new Globals(instances.get(0));
        assertThat(server.bytes("cc_res")).isEqualTo(cubic);
        assertThat((int) server.number("tcp_cdg_res")).isEqualTo(-Errno.ENOTSUPP);
        assertThat(server.number("ebusy_cnt")).isEqualTo(3);
        assertThat(network.accepted.get(0).tcp().icsk_ca_ops.name()).isEqualTo("cubic");
    }

    @Test
    void relSetsockopt() {
        assertThatThrownBy(() -> load("bpf_dctcp_release"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("program of this type cannot use helper bpf_setsockopt");
    }

    @Test
    void writeSkPacing() throws Exception {
        load("tcp_ca_write_sk_pacing");
        attach("write_sk_pacing");
        assertThat(links.get(0).detach()).isZero();
    }

    @Test
    void incomplCongOps() throws Exception {
        load("tcp_ca_incompl_cong_ops");
        assertThat(new StructOpsLink().attach(map(0, "incompl_cong_ops"))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void unsuppCongOp() {
        assertThatThrownBy(() -> load("tcp_ca_unsupp_cong_op"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("attach to unsupported member get_info");
    }

    @Test
    void updateCa() throws Exception {
        load("tcp_ca_update");
        attach("ca_update_1");
        transfer("tcp_ca_update");
        long saved = sum("ca1_cnt");
        assertThat(saved).isPositive();
        for (int host = 0; host < 2; host++) {
            assertThat(links.get(host).update(map(host, "ca_update_2"))).isZero();
        }
        transfer("tcp_ca_update");
        assertThat(sum("ca1_cnt")).isEqualTo(saved);
        assertThat(sum("ca2_cnt")).isPositive();
    }

    @Test
    void updateWrong() throws Exception {
        load("tcp_ca_update");
        attach("ca_update_1");
        transfer("tcp_ca_update");
        long saved = sum("ca1_cnt");
        assertThat(saved).isPositive();
        for (int host = 0; host < 2; host++) {
            assertThat(links.get(host).update(map(host, "ca_wrong"))).isEqualTo(-Errno.EINVAL);
        }
        transfer("tcp_ca_update");
        assertThat(sum("ca1_cnt")).isGreaterThan(saved);
    }

    @Test
    void mixedLinks() throws Exception {
        load("tcp_ca_update");
        attach("ca_no_link");
        attach("ca_update_1");
        transfer("tcp_ca_update");
        assertThat(sum("ca1_cnt")).isPositive();
        assertThat(links.get(2).update(map(0, "ca_no_link"))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void multiLinks() throws Exception {
        load("tcp_ca_update");
        StructOpsRegistration map = map(0, "ca_update_1");
        StructOpsLink first = new StructOpsLink();
        assertThat(first.attach(map)).isZero();
        assertThat(first.detach()).isZero();
        assertThat(new StructOpsLink().attach(map)).isZero();
    }

    @Test
    void linkReplace() throws Exception {
        load("tcp_ca_update");
        StructOpsRegistration one = map(0, "ca_update_1");
        StructOpsRegistration two = map(0, "ca_update_2");
        StructOpsLink link = new StructOpsLink();
        assertThat(link.attach(one)).isZero();
        assertThat(link.detach()).isZero();
        link = new StructOpsLink();
        assertThat(link.attach(two)).isZero();
        assertThat(link.replace(one, one)).isEqualTo(-Errno.EPERM);
        assertThat(link.replace(two, one)).isZero();
        assertThat(one.refcount()).isEqualTo(1);
        assertThat(two.refcount()).isZero();
    }

    @Test
    void tcpCaKfunc() throws Exception {
        load("tcp_ca_kfunc");
        attach("tcp_ca_kfunc");
    }

    /** A socket keeps the map that it was connected with while the link goes on to the next one. */
    @Test
    void referencesFollowSocketsThroughAnUpdate() throws Exception {
        load("tcp_ca_update");
        StructOpsRegistration one = map(1, "ca_update_1");
        StructOpsRegistration two = map(1, "ca_update_2");
        StructOpsLink link = new StructOpsLink();
        assertThat(one.state()).isEqualTo(StructOpsRegistration.State.INIT);
        assertThat(link.attach(one)).isZero();
        assertThat(one.state()).isEqualTo(StructOpsRegistration.State.READY);
        Socket old = network.hosts.get(1).socket(null, new SocketHandler() {});
        assertThat(old.setCongestionControl("tcp_ca_update")).isZero();
        assertThat(one.refcount()).isEqualTo(2);
        assertThat(link.update(two)).isZero();
        assertThat(one.refcount()).isEqualTo(1);
        Socket young = network.hosts.get(1).socket(null, new SocketHandler() {});
        assertThat(young.setCongestionControl("tcp_ca_update")).isZero();
        assertThat(two.refcount()).isEqualTo(2);
        assertThat(link.detach()).isZero();
        assertThat(young.setCongestionControl("reno")).isZero();
        assertThat(two.refcount()).isZero();
        assertThat(link.update(one)).isEqualTo(-67);
        assertThat(one.unregister()).isEqualTo(-Errno.EOPNOTSUPP);
    }
}
