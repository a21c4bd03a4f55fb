package org.bpfsim.bpf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.List;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.RingBufferMap;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs on packets. Verdicts and packets are those that Linux 6.18 gave to the same objects ({@code bpftool prog run}).
 */
class PacketRunTest {
    /** Ethernet, IPv4 and TCP to port 80, and ten bytes. */
    private static final byte[] PACKET = HexFormat.of()
            .parseHex("0a0b0c0d0e0f01020304050608004500002800010000400666cd0a0000010a00000204d2005000000001"
                    + "00000000500203e8000000007061796c6f6164212121");

    private static BpfInstance instance(String object) throws Exception {
        return Loader.load(BpfObject.open(TestKernel.bytes(object), object), TestFamilies.environment())
                .instantiate(new TestKernel(), null);
    }

    private static PacketRun.Result run(BpfInstance instance, String program) {
        return new PacketRun(instance.program(program).orElseThrow()).run(PACKET);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"blooms", "dynptrs", "locks", "lpm", "maps_of_maps", "queues", "rings", "strings", "walks"})
    void everyCheckOfTheProgramHolds(String program) throws Exception {
        assertThat(run(instance("maps.bpf.o"), program).verdict())
                .as("line of maps.bpf.c")
                .isEqualTo(1);
    }

    @Test
    void filterReadsThePacketFromBehindItsEthernetHeader() throws Exception {
        BpfInstance instance = instance("packets.bpf.o");

        assertThat(run(instance, "http").verdict()).isEqualTo(50);
        byte[] other = PACKET.clone();
        other[37]++;
        assertThat(new PacketRun(instance.program("http").orElseThrow()).verdict(other))
                .isZero();
    }

    @Test
    void rfc9669_5_6_loadBeyondThePacketEndsTheProgram() throws Exception {
        assertThat(run(instance("packets.bpf.o"), "beyond").verdict()).isZero();
    }

    @Test
    void xdpChangesThePacketInPlace() throws Exception {
        PacketRun.Result result = run(instance("packets.bpf.o"), "reflect");

        assertThat(result.verdict()).isEqualTo(3);
        assertThat(hex(result.data())).startsWith("0102030405060a0b0c0d0e0f0800");
    }

    @Test
    void xdpMovesBothEndsOfThePacket() throws Exception {
        PacketRun.Result result = run(instance("packets.bpf.o"), "encapsulate");

        assertThat(result.verdict()).isEqualTo(2);
        String before = hex(PACKET);
        assertThat(hex(result.data())).isEqualTo("11223344" + before.substring(0, before.length() - 4));
    }

    @Test
    void checksumFollowsTheField() throws Exception {
        PacketRun.Result result = run(instance("packets.bpf.o"), "decrement_ttl");

        assertThat(result.verdict()).isZero();
        assertThat(hex(result.data())).isEqualTo(hex(PACKET).replace("400666cd", "3f0667cd"));
        assertThat(run(instance("packets.bpf.o"), "sums").verdict()).isEqualTo(1);
    }

    @Test
    void tailCallsEndAfter33() throws Exception {
        BpfInstance instance = instance("packets.bpf.o");

        assertThat(run(instance, "jump").verdict()).isEqualTo(33);
        assertThat(run(instance, "jump_below").verdict()).isEqualTo(1066);
        assertThat(run(instance, "target").verdict()).isEqualTo(100);
    }

    @Test
    void hostChangesWhereTailCallsGo() throws Exception {
        BpfInstance instance = instance("packets.bpf.o");
        BpfMap programs = instance.map("programs").orElseThrow();
        byte[] id = new byte[4];
        LittleEndian.put(id, 0, 4, instance.program("sums").orElseThrow().id());
        programs.delete(new byte[] {1, 0, 0, 0});

        assertThat(run(instance, "jump").verdict()).isEqualTo(-1);
        assertThat(programs.update(new byte[] {1, 0, 0, 0}, id, 0)).isZero();
        assertThat(run(instance, "jump").verdict()).isEqualTo(1);
    }

    @Test
    void ringBufferKeepsItsRecordsForTheHost() throws Exception {
        BpfInstance instance = instance("maps.bpf.o");
        run(instance, "rings");
        RingBufferMap ring = (RingBufferMap) instance.map("ring").orElseThrow();

        assertThat(LittleEndian.get(ring.poll(), 0, 8)).isEqualTo(7);
        assertThat(ring.poll()).hasSize(5);
        assertThat(ring.poll()).isNull();
    }

    @Test
    void kernelFunctionsOfEveryProgram() throws Exception {
        BpfInstance instance = instance("kfuncs.bpf.o");

        assertThat(run(instance, "iterates").verdict()).isEqualTo(1);
        PacketRun.Result slices = run(instance, "slices");
        assertThat(slices.verdict()).isEqualTo(3);
        assertThat(hex(slices.data())).isEqualTo(hex(PACKET).replaceFirst("08004500", "86dd4500"));
        assertThat(run(instance, "reads_only").verdict()).isEqualTo(0x45);
    }

    @Test
    void readingBeyondThePacketIsRefused() {
        assertThatThrownBy(() -> instance("careless.bpf.o"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("careless.bpf.c")
                .hasMessageContaining("invalid access to packet, off=2000 size=1");
    }

    @Test
    void packetsHaveAtLeastAnEthernetHeader() {
        assertThat(PacketRun.problem(new byte[13])).isPresent();
        assertThat(PacketRun.problem(new byte[14])).isEmpty();
        assertThat(PacketRun.problem(new byte[PacketRun.MAX_BYTES + 1])).isPresent();
    }

    @Test
    void runsAllocateNothing() throws Exception {
        BpfInstance instance = instance("packets.bpf.o");
        List<PacketRun> runs = List.of(
                new PacketRun(instance.program("reflect").orElseThrow()),
                new PacketRun(instance.program("http").orElseThrow()),
                new PacketRun(instance.program("jump").orElseThrow()));
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                before = bean.getThreadAllocatedBytes(Thread.currentThread().getId());
            }
            for (int j = 0; j < runs.size(); j++) {
                runs.get(j).verdict(PACKET);
            }
        }

        assertThat((bean.getThreadAllocatedBytes(Thread.currentThread().getId()) - before) / 10_000.0)
                .isLessThan(1);
    }
}
