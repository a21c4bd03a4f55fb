package org.bpfsim.tcp.cpu;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.tcp.nic.NicCpus;
import org.bpfsim.tcp.nic.NicOptions;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Cgroup;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockCpus;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * The cores of a host, and who works on which: a packet's softirq on the core that the NIC chooses by the hash of its flow, a
 * thread on the core where it ran last, or on one that is idle. Hot path: no allocation.
 *
 * <p>Whatever the stack does is done for the {@link Work} that is {@link #current}: it is charged, and packets leave the host
 * when it has been paid for. What the scheduler's own events make the stack do (TCP's timers, completions of the NIC) is done
 * when they are due, and charged to the softirqs of the flow's core.
 */
public final class HostCpus implements NicCpus, SockCpus {
    /** What the cores ask of their host. */
    public interface Host {
        /** The cgroup of the socket that a segment is for, or null. */
        Cgroup cgroupOf(TcpSegment segment);

        /** Hands over a segment to IP. */
        void receive(TcpSegment segment);
    }

    private final HostKernel kernel;
    private final CpuOptions options;
    private final CpuCosts costs;
    private final Host host;
    private final NicOptions nic;
    private final Core[] cores;
    private final CpuAccounts accounts;
    private final List<CpuTask> tasks = new ArrayList<>();
    private Work current;
    private int nextCore;

    public HostCpus(HostKernel kernel, CpuOptions options, NicOptions nic, Host host) {
        this.kernel = kernel;
        this.options = options;
        this.costs = options.costs();
        this.nic = nic;
        this.host = host;
        Scheduler scheduler = kernel.scheduler;
        cores = new Core[options.cores()];
        for (int i = 0; i < cores.length; i++) {
            cores[i] = new Core(this, i, scheduler);
        }
        accounts = new CpuAccounts(cores.length);
    }

    public CpuOptions options() {
        return options;
    }

    /** The books, up to date. */
    public CpuAccounts settledAccounts() {
        for (Core core : cores) {
            core.settle();
        }
        return accounts;
    }

    /** Picoseconds in which a core was busy, as of {@link #settledAccounts}. */
    public long busyPs(int core) {
        return cores[core].busyPs();
    }

    /** A new thread. */
    public CpuTask task(String name, Cgroup cgroup) {
        Core core = cores[nextCore];
        nextCore = (nextCore + 1) % cores.length;
        CpuTask task = new CpuTask(this, name, cgroup, core);
        tasks.add(task);
        return task;
    }

    /** Picoseconds of work that were charged and for which time has still to pass, as of {@link #settledAccounts}. */
    public long outstandingPs() {
        long sum = 0;
        for (Core core : cores) {
            sum += core.softirq.tape.outstandingPs();
        }
        for (CpuTask task : tasks) {
            sum += task.tape.outstandingPs();
        }
        return sum;
    }

    @Override
    public void arrived(TcpSegment segment) {
        cores[queueOf(segment.dstPort, segment.src, segment.srcPort)].softirq.arrived(segment);
    }

    @Override
    public void handedOver(TcpSegment packet, TcpSock sk, Runnable leave) {
        Work work = currentOr(cores[queueOf(packet.srcPort, packet.dst, packet.dstPort)].softirq);
        int owner = sk == null ? work.owner : ownerOf(sk);
        charge(work, Cause.TRANSMIT, owner, costs.transmitBuffer() + costs.transmitByte() * packet.length);
        work.tape.then(leave);
    }

    /**
     * TCP has made a packet for the host itself. It is taken in by the softirqs of the core that made it (the backlog of Linux's
     * netif_rx()), without an interrupt.
     */
    public void loopedBack(TcpSegment packet, TcpSock sk) {
        Work work = currentOr(cores[queueOf(packet.srcPort, packet.dst, packet.dstPort)].softirq);
        int owner = sk == null ? work.owner : ownerOf(sk);
        charge(work, Cause.TRANSMIT, owner, costs.transmitBuffer() + costs.transmitByte() * packet.length);
        work.tape.then(() -> work.core().softirq.loopedBack(packet));
    }

    @Override
    public void copied(SockCommon sk, long bytes) {
        charge(currentOr(softirqOf(sk)), Cause.COPY, ownerOf(sk), costs.copyByte() * bytes);
    }

    @Override
    public void afterwards(SockCommon sk, Runnable effect) {
        currentOr(softirqOf(sk)).tape.then(effect);
    }

    @Override
    public void ranProgram(SockCommon sk, long instructions, long helperCalls) {
        long cost = costs.bpfInstruction() * instructions + costs.bpfHelper() * helperCalls;
        charge(currentOr(softirqOf(sk)), Cause.BPF, ownerOf(sk), cost);
    }

    /** Programs see one CPU, number 0: their timers are its softirqs. */
    @Override
    public void ranTimer(long instructions, long helperCalls) {
        long cost = costs.bpfInstruction() * instructions + costs.bpfHelper() * helperCalls;
        charge(currentOr(cores[0].softirq), Cause.BPF, accounts.of(null), cost);
    }

    void systemCalls(SockCommon sk, int calls) {
        int owner = ownerOf(sk);
        accounts.countSystemCalls(owner, calls);
        charge(current, Cause.SYSCALL, owner, costs.systemCall() * calls);
    }

    CpuAccounts accounts() {
        return accounts;
    }

    CpuCosts costs() {
        return costs;
    }

    String hostName() {
        return kernel.hostName;
    }

    Scheduler scheduler() {
        return kernel.scheduler;
    }

    NicOptions nic() {
        return nic;
    }

    int ownerOf(SockCommon sk) {
        return accounts.of(sk.cgroup);
    }

    int ownerOf(TcpSegment segment) {
        return accounts.of(host.cgroupOf(segment));
    }

    void deliver(TcpSegment segment) {
        host.receive(segment);
    }

    void charge(Work work, Cause cause, int owner, long ps) {
        accounts.noteCharge(ps);
        work.tape.charge(CpuAccounts.account(cause, owner), ps);
    }

    void chargeFirst(Work work, Cause cause, int owner, long ps) {
        accounts.noteCharge(ps);
        work.tape.chargeFirst(CpuAccounts.account(cause, owner), ps);
    }

    /** What is being done on this host at this instant, or null. */
    Work current() {
        return current;
    }

    void begin(Work work) {
        current = work;
    }

    void end() {
        current = null;
    }

    /** What is being done, or else this softirq. */
    Work currentOr(Softirq softirq) {
        if (current != null) {
            return current;
        }
        softirq.core().kick();
        return softirq;
    }

    Softirq softirqOf(SockCommon sk) {
        return cores[sk.daddr == null ? 0 : queueOf(sk.skc_num, sk.daddr, sk.skc_dport)].softirq;
    }

    /** Where a thread is to run: where it ran before if that is idle, else the next core that is, else where it ran before. */
    Core coreFor(Core before) {
        for (int i = 0; i < cores.length; i++) {
            Core core = cores[(before.index + i) % cores.length];
            if (core.isIdle()) {
                return core;
            }
        }
        return before;
    }

    /** For a core without work: takes a thread from where most of them wait, or answers null. */
    CpuTask takeWaiting() {
        Core busiest = cores[0];
        for (Core core : cores) {
            if (core.waiting() > busiest.waiting()) {
                busiest = core;
            }
        }
        return busiest.waiting() == 0 ? null : busiest.takeWaiting();
    }

    /** The NIC's receive queue for a flow (RSS; the hash is not Toeplitz's). */
    private int queueOf(int localPort, IpAddress peer, int peerPort) {
        long h = (peer.hi() * 0x9e3779b97f4a7c15L ^ peer.lo()) * 0xbf58476d1ce4e5b9L;
        h = (h ^ h >>> 31 ^ ((long) peerPort << 16 | localPort)) * 0x94d049bb133111ebL;
        return (int) ((h >>> 33) % cores.length);
    }
}
