package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.cpu.Cause;
import org.bpfsim.tcp.cpu.CpuAccounts;
import org.bpfsim.tcp.cpu.CpuCosts;
import org.bpfsim.tcp.cpu.CpuOptions;
import org.bpfsim.tcp.cpu.HostCpus;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.cpu.Task;
import org.bpfsim.tcp.nic.NicOptions;
import org.bpfsim.tcp.sock.SockOptions;
import org.junit.jupiter.api.Test;

/** Hosts whose cores do the work: who does it, when its effects are seen, and how threads share a core. */
class HostCpusTest {
    private static final CpuOptions ROUND = CpuOptions.of(4).with(CpuNetwork.ROUND);

    /** What an application of the test writes down, in nanoseconds. */
    private final List<Long> at = new ArrayList<>();

    private static long ns(TwoHosts net) {
        return SimTime.toNanos(net.scheduler.nowPs());
    }

    @Test
    void workThatCostsNothingChangesNothing() {
        TwoHosts with = new CpuNetwork(CpuOptions.of(2).with(CpuCosts.FREE)).net;
        TwoHosts without = new CpuNetwork(null, null, NicOptions.DEFAULT, 10).net;
        for (TwoHosts net : List.of(with, without)) {
            net.toServer.setLossInjector(TwoHosts.losingData(3, 20, 21));
            net.connect().runMs(1);
            net.clientSocket.writeAllAndShutdown(100_000);
            net.runMs(1000);
            assertThat(net.serverApp.received).isEqualTo(100_000);
        }
        assertThat(with.trace).isEqualTo(without.trace).hasSizeGreaterThan(80);
    }

    /** A request of one packet and its answer: everything that lies between, one after the other. */
    @Test
    void anAnswerTakesTheSumOfWhatIsDoneForIt() {
        TwoHosts net = new CpuNetwork(ROUND).net;
        net.listen();
        Task task = net.client.process("client", null, 1).next();
        Socket socket = net.client.connect(task, net.server.addresses().get(0), TwoHosts.PORT, new SocketHandler() {
            @Override
            public void onReadable(Socket s, long bytesAvailable) {
                s.readAll();
                task.compute(0, () -> at.add(ns(net)));
            }
        });
        net.runMs(1);
        Task serverTask = net.serverSocket.task();
        net.serverSocket.setHandler(new SocketHandler() {
            @Override
            public void onReadable(Socket s, long bytesAvailable) {
                s.readAll();
                serverTask.compute(50_000, () -> s.write(100));
            }
        });
        net.serverSocket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_QUICKACK, 0);
        socket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_QUICKACK, 0);
        net.runMs(2);
        task.compute(0, () -> {
            at.add(ns(net));
            socket.write(100);
        });
        net.runMs(3);
        long wireNs = 2 * (2000 + (100 + 52 + 38) * 8 / 100);
        long send = 3 + 20;
        // Interrupt, packet, buffer; the thread is woken, is switched to, and reads.
        long receive = 1 + 2 + 10 + 5 + 7 + 3;
        assertThat(at.get(1) - at.get(0)).isEqualTo(wireNs + 1000 * (send + receive + 50 + send + receive));
    }

    @Test
    void aSoftirqInterruptsAThreadWhoseWorkIsDoneLater() {
        CpuNetwork cpus = new CpuNetwork(CpuOptions.of(1).with(CpuNetwork.ROUND));
        TwoHosts net = cpus.net.connect().runMs(1);
        Task task = net.server.process("other", null, 1).next();
        long ackNs = 20_000;
        long busyBefore = CpuNetwork.spentNs(cpus.server, Cause.SOFTIRQ) + CpuNetwork.spentNs(cpus.server, Cause.IRQ);
        task.compute(500_000, () -> at.add(ns(net)));
        net.clientSocket.write(100);
        net.runMs(1.2);
        // The packet was taken in, although the core works for the thread and will for long.
        assertThat(net.serverSocket.tcp().rcv_nxt - net.serverSocket.tcp().copied_seq)
                .isEqualTo(100);
        net.runMs(3);
        long interrupted = CpuNetwork.spentNs(cpus.server, Cause.SOFTIRQ)
                + CpuNetwork.spentNs(cpus.server, Cause.IRQ)
                - busyBefore
                + ackNs;
        long wakeUpNs = 5_000;
        long switchNs = 7_000;
        assertThat(interrupted).isEqualTo(13_000 + ackNs);
        assertThat(at).containsExactly(1_000_000 + switchNs + 500_000 + interrupted + wakeUpNs);
        assertThat(net.serverApp.received).isEqualTo(100);
    }

    @Test
    void threadsOfACoreTakeTurnsAndAnIdleCoreTakesOneThatWaits() {
        CpuOptions oneMs = new CpuOptions(1, SimTime.fromMillis(1), 1024, CpuCosts.FREE);
        TwoHosts net = new CpuNetwork(oneMs).net;
        Process two = net.server.process("two", null, 2);
        two.next().compute(2_500_000, () -> at.add(ns(net)));
        two.next().compute(2_500_000, () -> at.add(ns(net)));
        net.runMs(10);
        assertThat(at).containsExactly(4_500_000L, 5_000_000L);

        at.clear();
        CpuOptions twoCores = new CpuOptions(2, SimTime.fromMillis(1), 1024, CpuCosts.FREE);
        TwoHosts wide = new CpuNetwork(twoCores).net;
        Process three = wide.server.process("three", null, 3);
        for (Task task : three.tasks()) {
            task.compute(task == three.tasks().get(1) ? 1_500_000 : 4_000_000, () -> at.add(ns(wide)));
        }
        wide.runMs(20);
        // The first and third share a core for 1.5 ms, of which each gets a part; then each has its own.
        assertThat(at.get(0)).isEqualTo(1_500_000);
        assertThat(at.get(2)).isEqualTo((1_500_000 + 2 * 4_000_000) - at.get(1)).isLessThan(6_000_000);
    }

    @Test
    void aFullRingLosesPackets() {
        CpuOptions slow = new CpuOptions(1, SimTime.fromMillis(1), 4, CpuNetwork.ROUND);
        CpuNetwork cpus = new CpuNetwork(CpuOptions.of(4), slow, NicOptions.DEFAULT, 10);
        TwoHosts net = cpus.net.connect().runMs(1);
        net.clientSocket.writeAll(14_480);
        net.runMs(100);
        CpuAccounts accounts = cpus.server.settledAccounts();
        // Two trains of five packets each, of which the ring takes four.
        long missed = accounts.missed(CpuAccounts.NOBODY);
        assertThat(missed).isGreaterThanOrEqualTo(2);
        assertThat(net.clientSocket.info().total_retrans()).isGreaterThanOrEqualTo((int) missed);
        net.runMs(2000);
        assertThat(net.serverApp.received).isEqualTo(14_480);
    }

    @Test
    void packetsThatWaitForTheCoreArePutTogether() {
        CpuNetwork cpus =
                new CpuNetwork(CpuOptions.of(4), CpuOptions.of(1).with(CpuNetwork.ROUND), NicOptions.DEFAULT, 10);
        TwoHosts net = cpus.net.connect().runMs(1);
        long before = CpuNetwork.spentNs(cpus.server, Cause.SOFTIRQ);
        net.clientSocket.writeAll(14_480);
        net.runMs(2);
        assertThat(net.serverApp.received).isEqualTo(14_480);
        // Ten packets; the first is a buffer of its own, for it is taken at once.
        long spent = CpuNetwork.spentNs(cpus.server, Cause.SOFTIRQ) - before;
        assertThat(spent).isBetween(10 * 2_000L + 2 * 10_000L, 10 * 2_000L + 4 * 10_000L);
    }

    @Test
    void aReaderThatWantsMoreBytesIsWokenLessOften() {
        long eager = wakeUps(1);
        long patient = wakeUps(10_000);
        assertThat(eager).isEqualTo(100);
        assertThat(patient).isEqualTo(10);
    }

    /** How often a reader is woken by 100 writes of 1000 bytes, far apart. */
    private static long wakeUps(int lowat) {
        CpuNetwork cpus = new CpuNetwork(CpuOptions.of(2));
        TwoHosts net = cpus.net.connect().runMs(1);
        net.clientSocket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_NODELAY, 1);
        net.serverSocket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_RCVLOWAT, lowat);
        net.runMs(2);
        long before = cpus.server.settledAccounts().wakeUps(CpuAccounts.NOBODY);
        for (int i = 0; i < 100; i++) {
            net.clientSocket.write(1000);
            net.runMs(3 + i);
        }
        assertThat(net.serverApp.received).isEqualTo(100_000);
        return cpus.server.settledAccounts().wakeUps(CpuAccounts.NOBODY) - before;
    }

    @Test
    void aThreadThatIsAwakeIsNotWoken() {
        CpuNetwork cpus = new CpuNetwork(CpuOptions.of(2));
        HostCpus server = cpus.server;
        TwoHosts net = cpus.net.connect().runMs(1);
        Task reader = net.serverSocket.task();
        long before = server.settledAccounts().wakeUps(CpuAccounts.NOBODY);
        reader.compute(5_000_000, () -> at.add(ns(net)));
        for (int i = 0; i < 10; i++) {
            net.clientSocket.write(1000);
            net.runMs(1.1 + i * 0.1);
        }
        net.runMs(10);
        assertThat(net.serverApp.received).isEqualTo(10_000);
        assertThat(server.settledAccounts().wakeUps(CpuAccounts.NOBODY) - before)
                .isZero();
    }

    @Test
    void systemCallsAndCopiesAreCounted() {
        CpuNetwork cpus = new CpuNetwork(CpuOptions.of(2));
        TwoHosts net = cpus.net.connect().runMs(1);
        CpuAccounts accounts = cpus.client.settledAccounts();
        long calls = accounts.systemCalls(CpuAccounts.NOBODY);
        long copied = CpuNetwork.spentNs(cpus.client, Cause.COPY);
        net.clientSocket.write(1000);
        net.clientSocket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_NODELAY, 1);
        net.clientSocket.write(1000);
        net.runMs(2);
        assertThat(accounts.systemCalls(CpuAccounts.NOBODY) - calls).isEqualTo(3);
        assertThat(CpuNetwork.spentNs(cpus.client, Cause.COPY) - copied)
                .isEqualTo(SimTime.toNanos(2000 * CpuCosts.DEFAULT.copyByte()));
    }
}
