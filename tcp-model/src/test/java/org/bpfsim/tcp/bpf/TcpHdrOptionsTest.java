package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.map.StorageMap;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.SockOptions;
import org.junit.jupiter.api.Test;

/**
 * The kernel's selftests test_tcp_hdr_options.c and test_misc_tcp_hdr_options.c, unmodified, with the expectations of their
 * user space part, prog_tests/tcp_hdr_options.c of Linux 6.12. Where that has both ends on one machine, two hosts here share
 * one instance of the object.
 */
class TcpHdrOptionsTest {
    private static final int F_RESEND = 1;
    private static final int F_MAX_DELACK_MS = 2;
    private static final int F_RAND = 4;

    private static final byte[] NONE = new byte[3];

    /** Both addresses end in 1, as ::1 does. */
    private final TestNetwork network =
            new TestNetwork(1, 16, QueueSpec.UNBOUNDED, i -> IpAddress.v6(0x2001_0db8L << 32 | i, 1));

    private BpfInstance instance;
    private Globals globals;
    private Socket active;

    /** struct bpf_test_option: flags, max_delack_ms, rand. */
    private static byte[] option(int flags, int maxDelackMs, int rand) {
        return new byte[] {(byte) flags, (byte) maxDelackMs, (byte) rand};
    }

    private void attach(String object, String program) throws Exception {
        instance = network.attachAsOneKernel(KernelObjects.load(object), program);
        globals = new Globals(instance);
    }

    private Socket passive() {
        return network.accepted.get(0);
    }

    /** sk_fds_connect(). */
    private void connect() {
        listen();
        active = network.connect(1, 0);
        network.runUs(1_000);
        assertThat(network.accepted).hasSize(1);
    }

    private void listen() {
        network.listen(new SocketHandler() {
            @Override
            public void onReadable(Socket socket, long bytes) {
                socket.readAll();
            }
        });
    }

    /** sk_fds_shutdown(): the client ends its stream, then the server. */
    private void shutdown() {
        active.shutdown();
        network.runUs(1_000);
        assertThat(passive().atEndOfStream()).isTrue();
        passive().shutdown();
        network.runUs(1_000);
        assertThat(active.atEndOfStream()).isTrue();
    }

    /** check_error_linum(): the programs note the line where something is not as they expect. */
    private void assertNoProgramComplained() {
        assertThat(instance.map("lport_linum_map").orElseThrow().keys()).isEmpty();
    }

    /** check_hdr_and_close_fds(). */
    private void check(byte[] passiveEstab, byte[] activeEstab, byte[] passiveFin, byte[] activeFin) {
        check(passiveEstab, activeEstab, passiveFin, activeFin, new byte[4], new byte[] {1, 0, 0, 0});
    }

    private void check(
            byte[] passiveEstab,
            byte[] activeEstab,
            byte[] passiveFin,
            byte[] activeFin,
            byte[] passiveStorage,
            byte[] activeStorage) {
        shutdown();
        assertNoProgramComplained();
        assertThat(globals.number("inherit_cb_flags")).isEqualTo(1 << 5 | 1 << 6 | 1 << 2);
        StorageMap storage = (StorageMap) instance.map("hdr_stg_map").orElseThrow();
        // active, resend_syn, syncookie, fastopen
        assertThat(storage.get(passive().tcp())).isEqualTo(passiveStorage);
        assertThat(storage.get(active.tcp())).isEqualTo(activeStorage);
        assertThat(globals.bytes("passive_estab_in")).isEqualTo(passiveEstab);
        assertThat(globals.bytes("active_estab_in")).isEqualTo(activeEstab);
        assertThat(globals.bytes("passive_fin_in")).isEqualTo(passiveFin);
        assertThat(globals.bytes("active_fin_in")).isEqualTo(activeFin);
    }

    private void simpleEstab(boolean experimental) throws Exception {
        byte[] passiveEstab = option(F_RAND | F_MAX_DELACK_MS, 11, 0xfa);
        byte[] activeEstab = option(F_RAND | F_MAX_DELACK_MS, 22, 0xce);
        attach("test_tcp_hdr_options", "estab");
        globals.set("active_syn_out", passiveEstab);
        globals.set("passive_synack_out", activeEstab);
        if (!experimental) {
            globals.set("test_kind", 0xb9);
            globals.set("test_magic", 0);
        }
        connect();
        // The option asks the peer not to wait longer than it delays ACKs.
        assertThat(active.tcp().icsk_rto_min).isEqualTo(22);
        assertThat(active.tcp().icsk_delack_max).isEqualTo(11);
        assertThat(passive().tcp().icsk_rto_min).isEqualTo(11);
        assertThat(passive().tcp().icsk_delack_max).isEqualTo(22);
        check(passiveEstab, activeEstab, NONE, NONE);
    }

    @Test
    void simpleEstab() throws Exception {
        simpleEstab(true);
    }

    @Test
    void noExprmEstab() throws Exception {
        simpleEstab(false);
    }

    @Test
    void syncookieEstab() throws Exception {
        byte[] passiveEstab = option(F_RAND | F_MAX_DELACK_MS, 11, 0xfa);
        byte[] activeEstab = option(F_RAND | F_MAX_DELACK_MS | F_RESEND, 22, 0xce);
        attach("test_tcp_hdr_options", "estab");
        globals.set("active_syn_out", passiveEstab);
        // The program is to find out for itself that a cookie is sent, and to ask for the options again.
        globals.set("passive_synack_out", option(F_RAND | F_MAX_DELACK_MS, 22, 0xce));
        network.sysctl("net.ipv4.tcp_syncookies", "2");
        connect();
        check(passiveEstab, activeEstab, NONE, NONE, new byte[] {0, 0, 1, 0}, new byte[] {1, 1, 0, 0});
    }

    @Test
    void fastopenEstab() throws Exception {
        byte[] passiveEstab = option(F_RAND | F_MAX_DELACK_MS, 11, 0xfa);
        byte[] activeEstab = option(F_RAND | F_MAX_DELACK_MS, 22, 0xce);
        attach("test_tcp_hdr_options", "estab");
        globals.set("active_syn_out", passiveEstab);
        globals.set("passive_synack_out", activeEstab);
        network.sysctl("net.ipv4.tcp_fastopen", "1543");
        listen();
        active = network.hosts.get(1).socket(network.cgroups.get(1), new SocketHandler() {});
        assertThat(active.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_FASTOPEN_CONNECT, 1))
                .isZero();
        network.hosts.get(1).connect(active, network.hosts.get(0).addresses().get(0), TestNetwork.PORT);
        active.write(8);
        network.runUs(1_000);
        assertThat(active.tcp().syn_data_acked).isTrue();
        check(passiveEstab, activeEstab, NONE, NONE, new byte[] {0, 0, 0, 1}, new byte[] {1, 0, 0, 0});
    }

    @Test
    void fin() throws Exception {
        byte[] passiveFin = option(F_RAND, 0, 0xfa);
        byte[] activeFin = option(F_RAND, 0, 0xce);
        attach("test_tcp_hdr_options", "estab");
        globals.set("active_fin_out", passiveFin);
        globals.set("passive_fin_out", activeFin);
        connect();
        check(NONE, NONE, passiveFin, activeFin);
    }

    @Test
    void misc() throws Exception {
        attach("test_misc_tcp_hdr_options", "misc_estab");
        connect();
        for (int i = 0; i < 2; i++) {
            active.write(8);
            network.runUs(1_000);
        }
        shutdown();
        assertNoProgramComplained();
        assertThat(globals.number("nr_syn")).isEqualTo(1);
        assertThat(globals.number("nr_data")).isEqualTo(2);
        assertThat(globals.number("nr_pure_ack")).isBetween(1L, 2L);
        assertThat(globals.number("nr_fin")).isEqualTo(1);
        assertThat(globals.number("nr_hwtstamp")).isZero();
    }

    /** The program reserves 12 bytes and fills 8 of them: the rest are NOPs, and no packet exceeds the MTU. */
    @Test
    void optionsMakeSegmentsSmallerAndAreOnTheWire() throws Exception {
        attach("test_misc_tcp_hdr_options", "misc_estab");
        List<Integer> lengths = new ArrayList<>();
        List<Integer> packets = new ArrayList<>();
        List<byte[]> options = new ArrayList<>();
        network.watch(1, segment -> {
            byte[] wire = new byte[segment.ipBytes];
            segment.writeTo(wire, 0);
            packets.add(segment.ipBytes);
            if (segment.length > 1000) {
                lengths.add(segment.length);
                int end = 40 + segment.tcpHeaderBytes();
                options.add(Arrays.copyOfRange(wire, end - 12, end));
            }
        });
        connect();
        active.writeAll(100_000);
        network.runUs(5_000);
        assertThat(passive().tcp().bytes_received).isEqualTo(100_000);
        assertThat(packets).allMatch(bytes -> bytes <= 1500);
        assertThat(lengths).hasSizeGreaterThan(60).allMatch(length -> length <= 1428 - 12);
        assertThat(lengths).contains(1428 - 12);
        byte[] expected = {(byte) 254, 4, (byte) 0xeb, (byte) 0x9f, (byte) 0xb9, 4, (byte) 0xfa, (byte) 0xce, 1, 1, 1, 1
        };
        assertThat(options).allSatisfy(o -> assertThat(o).isEqualTo(expected));
        assertNoProgramComplained();
    }
}
