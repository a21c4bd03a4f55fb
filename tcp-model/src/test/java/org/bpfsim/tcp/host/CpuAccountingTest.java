package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.cpu.CpuAccounts;
import org.bpfsim.tcp.cpu.CpuCosts;
import org.bpfsim.tcp.cpu.CpuOptions;
import org.bpfsim.tcp.cpu.HostCpus;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.cpu.Task;
import org.bpfsim.tcp.nic.NicOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The books of cores, for whatever is done on them: what was charged is spent once and no more, a core is never more than busy,
 * and nothing that was begun is forgotten.
 */
class CpuAccountingTest {
    private static final int REQUESTS = 300;

    private final List<long[]> busyBefore = new ArrayList<>();
    private long checkedAtPs;
    private long answered;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whatIsChargedIsSpentOnceAndNoCoreIsMoreThanBusy(long seed) {
        Random random = new Random(seed);
        CpuNetwork cpus = new CpuNetwork(options(random), options(random), nic(random), seed);
        TwoHosts net = cpus.net;
        List<HostCpus> hosts = List.of(cpus.client, cpus.server);
        hosts.forEach(host -> busyBefore.add(new long[host.options().cores()]));
        if (random.nextBoolean()) {
            Random losses = new Random(seed);
            net.toServer.setLossInjector((now, packet) -> losses.nextInt(50) == 0);
        }
        startServer(net, random);
        startClients(net, random);
        while (net.scheduler.nowPs() < SimTime.fromMillis(60_000) && answered < REQUESTS) {
            net.scheduler.runUntil(net.scheduler.nowPs() + 1 + (long) (random.nextDouble() * SimTime.fromMicros(500)));
            hosts.forEach(host -> check(host, busyBefore.get(hosts.indexOf(host)), net.scheduler.nowPs()));
            checkedAtPs = net.scheduler.nowPs();
        }
        assertThat(answered).isEqualTo(REQUESTS);
        net.scheduler.runUntil(net.scheduler.nowPs() + SimTime.fromMillis(100));
        for (HostCpus host : hosts) {
            assertThat(host.settledAccounts().chargedPs())
                    .isEqualTo(spent(host))
                    .isPositive();
            assertThat(host.outstandingPs()).isZero();
        }
    }

    private void check(HostCpus host, long[] before, long nowPs) {
        CpuAccounts accounts = host.settledAccounts();
        for (int core = 0; core < before.length; core++) {
            long busy = host.busyPs(core);
            assertThat(busy - before[core]).isBetween(0L, nowPs - checkedAtPs);
            assertThat(accounts.spentPs(core)).isEqualTo(busy);
            before[core] = busy;
        }
        assertThat(accounts.chargedPs()).isEqualTo(spent(host) + host.outstandingPs());
    }

    private static long spent(HostCpus host) {
        long sum = 0;
        for (int core = 0; core < host.options().cores(); core++) {
            sum += host.settledAccounts().spentPs(core);
        }
        return sum;
    }

    private static CpuOptions options(Random random) {
        CpuCosts costs = random.nextInt(4) == 0 ? CpuNetwork.ROUND : CpuCosts.DEFAULT;
        long slicePs = SimTime.fromMicros(1 + random.nextInt(100));
        return new CpuOptions(1 + random.nextInt(4), slicePs, 8 + random.nextInt(100), costs);
    }

    private static NicOptions nic(Random random) {
        NicOptions d = NicOptions.DEFAULT;
        return new NicOptions(
                d.qdisc(), d.txqueuelen(), d.txRing(), d.txUsecs(), random.nextInt(3) * 4, random.nextBoolean());
    }

    /** Reads requests of 200 bytes, works, and answers with some bytes. */
    private static void startServer(TwoHosts net, Random random) {
        Process process = net.server.process("server", null, 1 + random.nextInt(4));
        Random sizes = new Random(random.nextLong());
        net.server.listen(process.next(), TwoHosts.PORT, socket -> {
            socket.setTask(process.next());
            return new SocketHandler() {
                private int unanswered;

                @Override
                public void onReadable(Socket s, long bytesAvailable) {
                    unanswered += s.readAll();
                    for (; unanswered >= 200; unanswered -= 200) {
                        s.task().compute(sizes.nextInt(50_000), () -> s.writeAll(ANSWER_BYTES));
                    }
                }
            };
        });
    }

    private static final int ANSWER_BYTES = 20_000;

    /** Some connections, on each of which one request follows the other. */
    private void startClients(TwoHosts net, Random random) {
        int connections = 1 + random.nextInt(10);
        Process process = net.client.process("client", null, 1 + random.nextInt(4));
        int[] left = {REQUESTS};
        for (int i = 0; i < connections; i++) {
            Task task = process.next();
            task.post(() -> net.client.connect(task, net.server.addresses().get(0), TwoHosts.PORT, new SocketHandler() {
                private int received;

                @Override
                public void onConnected(Socket socket) {
                    ask(socket);
                }

                @Override
                public void onReadable(Socket socket, long bytesAvailable) {
                    received += socket.readAll();
                    if (received == ANSWER_BYTES) {
                        received = 0;
                        answered++;
                        ask(socket);
                    }
                }

                private void ask(Socket socket) {
                    if (left[0]-- > 0) {
                        socket.writeAll(200);
                    } else {
                        socket.close();
                    }
                }
            }));
        }
    }
}
