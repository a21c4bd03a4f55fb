package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.cpu.CpuOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotPathTest {
    @ParameterizedTest
    @ValueSource(strings = {"reno", "cubic", "dctcp"})
    void allocatesNothingInSteadyState(String congestionControl) {
        QueueSpec queue = QueueSpec.UNBOUNDED.withMarkPackets(65).withLimitPackets(300);
        TwoHosts net = new TwoHosts(10_000_000_000L, SimTime.fromMicros(10), 1, queue, false);
        net.toServer.setTap(null);
        net.toClient.setTap(null);
        net.client.sysctls().set("net.ipv4.tcp_congestion_control", congestionControl);
        net.server.sysctls().set("net.ipv4.tcp_congestion_control", congestionControl);
        net.connect();
        net.clientSocket.writeAll(Integer.MAX_VALUE);
        net.runMs(300);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long packetsBefore = net.toServer.txPackets() + net.toClient.txPackets();
        long before = threads.getCurrentThreadAllocatedBytes();
        net.runMs(800);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long packets = net.toServer.txPackets() + net.toClient.txPackets() - packetsBefore;

        assertThat(packets).isGreaterThan(500_000);
        assertThat(allocated).as("bytes allocated over " + packets + " packets").isLessThan(2_000);
    }

    /** The same where every packet and every call takes a core's time. */
    @Test
    void allocatesNothingOnHostsWithCpus() {
        TwoHosts net = new CpuNetwork(CpuOptions.of(2)).net;
        net.toServer.setTap(null);
        net.toClient.setTap(null);
        net.connect();
        net.clientSocket.writeAll(1L << 50);
        net.runMs(100);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long packetsBefore = net.toServer.txPackets() + net.toClient.txPackets();
        long before = threads.getCurrentThreadAllocatedBytes();
        net.runMs(300);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long packets = net.toServer.txPackets() + net.toClient.txPackets() - packetsBefore;

        assertThat(packets).isGreaterThan(400_000);
        assertThat(allocated).as("bytes allocated over " + packets + " packets").isLessThan(2_000);
    }
}
