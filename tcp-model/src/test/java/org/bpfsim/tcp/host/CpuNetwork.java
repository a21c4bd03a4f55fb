package org.bpfsim.tcp.host;

import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.Port;
import org.bpfsim.tcp.cpu.Cause;
import org.bpfsim.tcp.cpu.CpuAccounts;
import org.bpfsim.tcp.cpu.CpuCosts;
import org.bpfsim.tcp.cpu.CpuOptions;
import org.bpfsim.tcp.cpu.HostCpus;
import org.bpfsim.tcp.nic.Nic;
import org.bpfsim.tcp.nic.NicOptions;

/** {@link TwoHosts} with NICs and CPUs, 100 Gbit/s and 2 us each way. */
final class CpuNetwork {
    /** Costs that are easily told apart: 1 us for an interrupt, 10 us for a packet, and so on; bytes cost nothing. */
    static final CpuCosts ROUND = new CpuCosts(
            1_000_000, 2_000_000, 10_000_000, 0, 20_000_000, 0, 3_000_000, 0, 5_000_000, 7_000_000, 1_000, 100_000);

    final TwoHosts net;
    final HostCpus client;
    final HostCpus server;

    CpuNetwork(CpuOptions options) {
        this(options, options, NicOptions.DEFAULT, 10);
    }

    CpuNetwork(CpuOptions clients, CpuOptions servers, NicOptions nic, long seed) {
        net = new TwoHosts(100_000_000_000L, SimTime.fromMicros(2), seed);
        client = attach(net.client, net.toServer, net.toClient, clients, nic);
        server = attach(net.server, net.toClient, net.toServer, servers, nic);
    }

    private static HostCpus attach(TcpHost host, Port to, Port from, CpuOptions options, NicOptions nicOptions) {
        Nic nic = host.attach(to, nicOptions);
        from.connect(nic, 0);
        return options == null ? null : host.attach(nic, options);
    }

    /** What all cores of a host have spent on a cause, in nanoseconds. */
    static long spentNs(HostCpus cpus, Cause cause) {
        CpuAccounts accounts = cpus.settledAccounts();
        long sum = 0;
        for (int owner = 0; owner < accounts.owners().size(); owner++) {
            for (int core = 0; core < cpus.options().cores(); core++) {
                sum += accounts.spentPs(core, cause, owner);
            }
        }
        return SimTime.toNanos(sum);
    }
}
