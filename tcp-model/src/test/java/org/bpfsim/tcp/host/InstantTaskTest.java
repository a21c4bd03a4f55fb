package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.cpu.Task;
import org.junit.jupiter.api.Test;

/** Applications with threads on hosts without CPUs: nothing but their own work takes time. */
class InstantTaskTest {
    private final TwoHosts net = new TwoHosts();

    @Test
    void computingTakesSimulatedTimeAndPostingNone() {
        Task task = net.client.process("client", null, 1).next();
        List<Long> at = new ArrayList<>();
        net.runMs(1);
        task.post(() -> at.add(net.scheduler.nowPs()));
        task.compute(1500, () -> at.add(net.scheduler.nowPs()));
        net.runMs(2);
        assertThat(at).containsExactly(SimTime.fromMillis(1), SimTime.fromMillis(1) + 1500 * SimTime.PS_PER_NS);
    }

    @Test
    void connectionsAreDealtWithInTheThreadThatOpenedOrAcceptedThem() {
        Process server = net.server.process("server", null, 2);
        Process client = net.client.process("client", null, 1);
        List<Socket> accepted = new ArrayList<>();
        net.server.listen(server.next(), TwoHosts.PORT, socket -> {
            accepted.add(socket);
            return net.serverApp;
        });
        Socket socket = net.client.connect(client.next(), net.server.addresses().get(0), TwoHosts.PORT, net.clientApp);
        net.runMs(1);
        socket.writeAll(1000);
        net.runMs(2);
        assertThat(net.serverApp.received).isEqualTo(1000);
        assertThat(socket.task()).isSameAs(client.tasks().get(0));
        assertThat(accepted)
                .extracting(Socket::task)
                .containsExactly(server.tasks().get(0));
        accepted.get(0).setTask(server.next());
        assertThat(accepted)
                .extracting(Socket::task)
                .containsExactly(server.tasks().get(1));
    }
}
