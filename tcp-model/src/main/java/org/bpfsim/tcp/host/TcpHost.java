package org.bpfsim.tcp.host;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.tcp.app.AcceptHandler;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.cong.NativeCongestionControls;
import org.bpfsim.tcp.cpu.CpuOptions;
import org.bpfsim.tcp.cpu.HostCpus;
import org.bpfsim.tcp.cpu.InstantTask;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.cpu.Task;
import org.bpfsim.tcp.input.SegmentInput;
import org.bpfsim.tcp.nic.Nic;
import org.bpfsim.tcp.nic.NicOptions;
import org.bpfsim.tcp.nic.Segmentation;
import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.output.FastOpenSyn;
import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.output.Sender;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.psock.Psocks;
import org.bpfsim.tcp.segment.IcmpError;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Cgroup;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.CongestionRegistry;
import org.bpfsim.tcp.sock.FastOpenQueue;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SocketTable;
import org.bpfsim.tcp.sock.Stack;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.Teardown;
import org.bpfsim.tcp.sock.TimeWaitSock;
import org.bpfsim.tcp.timer.Timers;

/**
 * A host: one NIC, one kernel, its sockets. It hands segments that arrive to the sockets they belong to. Hot path: no
 * allocation.
 */
public final class TcpHost implements Node {
    private final HostKernel kernel;
    private final List<IpAddress> addresses;
    private final AddressBook addressBook;
    private final SocketDemux demux = new SocketDemux();
    private final ConnectionRequests requests;
    private final TreeMap<Integer, Listener> listeners = new TreeMap<>();
    private final IcmpInput icmpInput;
    private HostCpus cpus;
    /** Of those who name none. */
    private final List<Task> tasks = new ArrayList<>();

    private int nextPort;

    /**
     * @param index number of the host in its network
     * @param segments pool that all hosts of the run share
     * @param random stream of the host's random numbers: initial sequence numbers, ports, bpf_get_prandom_u32()
     * @param addresses the host's own addresses, at least one
     */
    public TcpHost(
            String name,
            int index,
            Scheduler scheduler,
            SegmentPool segments,
            HostKernel.Random32 random,
            HostOptions options,
            List<IpAddress> addresses,
            AddressBook addressBook) {
        this.addresses = List.copyOf(addresses);
        this.addressBook = addressBook;
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("host " + name + " has no address");
        }
        kernel = new HostKernel(
                name,
                index,
                scheduler,
                segments,
                random,
                options.hz(),
                options.mtu(),
                options.linkOverheadBytes(),
                segment -> {
                    throw new IllegalStateException(name + " has no NIC");
                });
        kernel.gsoMaxSize = options.gsoMaxSize();
        kernel.gsoMaxSegs = options.gsoMaxSegs();
        kernel.sockets = new Table();
        kernel.psocks = new Psocks();
        kernel.attachStack(new StackCalls());
        requests = new ConnectionRequests(this, kernel, demux);
        icmpInput = new IcmpInput(kernel, demux, requests);
        NativeCongestionControls.registerAll(kernel.congestionControls);
    }

    /**
     * Says where the host's segments go, each as it is on the wire, if there is no queue in between. This, {@link #setTap} or
     * {@link #attach} is needed before the first connection.
     */
    public void setNic(HostKernel.Wire wire) {
        kernel.setWire(packet -> Segmentation.send(packet, kernel, wire));
    }

    /** As {@link #setNic}, for somebody who wants packets as TCP hands them over, before they are cut into segments. */
    public void setTap(HostKernel.Wire tap) {
        kernel.setWire(tap);
    }

    /** Gives the host a NIC with Linux's queues before it; returns the NIC, to which the link from the network leads. */
    public Nic attach(Port port, NicOptions options) {
        Nic nic = new Nic(kernel, this, port, options);
        kernel.setEgress(nic);
        return nic;
    }

    /** Makes work on the host take time, from now on; after {@link #attach} and before the first connection. */
    public HostCpus attach(Nic nic, CpuOptions options) {
        cpus = new HostCpus(kernel, options, nic.options(), new Receiver());
        nic.setCpus(cpus);
        kernel.cpus = cpus;
        return cpus;
    }

    /** The host's CPUs; null if work takes no time. */
    public HostCpus cpus() {
        return cpus;
    }

    /** How many threads of an application can run at once, as it would ask with nproc(1): 1 without CPUs. */
    public int cores() {
        return cpus == null ? 1 : cpus.options().cores();
    }

    @Override
    public String name() {
        return kernel.hostName;
    }

    public HostKernel kernel() {
        return kernel;
    }

    public Sysctls sysctls() {
        return kernel.sysctls;
    }

    public CongestionRegistry congestionControls() {
        return kernel.congestionControls;
    }

    public Mib.Counters counters() {
        return kernel.mib;
    }

    /** The host's addresses in the order given. */
    public List<IpAddress> addresses() {
        return addresses;
    }

    /** Connections of any state that the host knows of, TIME_WAIT included. */
    public int connections() {
        return demux.size();
    }

    /**
     * Starts an application.
     *
     * @param cgroup where it runs, or null for the root
     * @param threads how many threads it has, at least one
     */
    public Process process(String name, Cgroup cgroup, int threads) {
        return new Process(
                name,
                cgroup,
                IntStream.range(0, threads)
                        .mapToObj(i -> task(name + "/" + i, cgroup))
                        .toList());
    }

    private Task task(String name, Cgroup cgroup) {
        return cpus == null ? new InstantTask(name, cgroup, kernel.scheduler) : cpus.task(name, cgroup);
    }

    /** The thread of sockets of a cgroup that no thread has opened. */
    private Task taskOf(Cgroup cgroup) {
        for (Task task : tasks) {
            if (task.cgroup() == cgroup) {
                return task;
            }
        }
        Task task = task(cgroup == null ? "anybody" : cgroup.path(), cgroup);
        tasks.add(task);
        return task;
    }

    /**
     * Listens on a port of all addresses: connections are accepted in a thread of an application, and stay with it unless the
     * handler gives them to another with {@link Socket#setTask}.
     *
     * @throws IllegalStateException if the port is taken (EADDRINUSE)
     */
    public Listener listen(Task task, int port, AcceptHandler handler) {
        return listen(socketOf(task, null), port, handler);
    }

    /**
     * Listens on a port of all addresses.
     *
     * @param cgroup where the socket is created, or null
     * @throws IllegalStateException if the port is taken (EADDRINUSE)
     */
    public Listener listen(int port, Cgroup cgroup, AcceptHandler handler) {
        return listen(socket(cgroup, null), port, handler);
    }

    /**
     * Listens with a socket whose options were set before: bind() and listen().
     *
     * @param backlog how many connections may wait to be accepted, at most {@code net.core.somaxconn}
     * @throws IllegalStateException if the port is taken (EADDRINUSE)
     */
    public Listener listen(Socket socket, int port, int backlog, AcceptHandler handler) {
        return listen(socket.tcp(), socket.task(), port, backlog, handler);
    }

    /**
     * As the other, with the largest backlog there is.
     *
     * @throws IllegalStateException if the port is taken (EADDRINUSE)
     */
    public Listener listen(Socket socket, int port, AcceptHandler handler) {
        return listen(socket.tcp(), socket.task(), port, kernel.sysctls.somaxconn, handler);
    }

    private Listener listen(TcpSock sk, Task task, int port, int backlog, AcceptHandler handler) {
        if (listeners.containsKey(port)) {
            throw new IllegalStateException("port " + port + " of " + kernel.hostName + " is in use (EADDRINUSE)");
        }
        sk.skc_num = port;
        setBacklog(sk, backlog);
        int fastOpen = Sysctls.TFO_SERVER_ENABLE | Sysctls.TFO_SERVER_WO_SOCKOPT1;
        if ((kernel.sysctls.tcp_fastopen & fastOpen) == fastOpen
                && (sk.fastopenq == null || sk.fastopenq.max_qlen == 0)) {
            FastOpenQueue.enable(sk, sk.sk_max_ack_backlog);
        }
        sk.setState(TcpState.LISTEN);
        sk.callBpf(SockOps.BPF_SOCK_OPS_TCP_LISTEN_CB);
        Listener listener = new Listener(sk, task, handler);
        listeners.put(port, listener);
        return listener;
    }

    /** Changes how many connections may wait to be accepted: listen() once more. */
    public void setBacklog(TcpSock listener, int backlog) {
        boolean above = Integer.compareUnsigned(backlog, kernel.sysctls.somaxconn) > 0;
        listener.sk_max_ack_backlog = above ? kernel.sysctls.somaxconn : backlog;
    }

    /** Connects from the first address of the peer's family and a port of the host's choice. */
    public Socket connect(IpAddress peer, int port, Cgroup cgroup, SocketHandler handler) {
        Socket socket = socket(cgroup, handler);
        connect(socket, peer, port);
        return socket;
    }

    /** Connects, and lets a thread of an application deal with the connection. */
    public Socket connect(Task task, IpAddress peer, int port, SocketHandler handler) {
        Socket socket = socketOf(task, handler);
        connect(socket, peer, port);
        return socket;
    }

    /** A socket of a thread, in the thread's cgroup, that is not connected yet, so that options can be set. */
    public Socket socketOf(Task task, SocketHandler handler) {
        Socket socket = new Socket(newSocket(task.cgroup()), handler);
        socket.setTask(task);
        return socket;
    }

    /** A socket that is not connected yet, so that options can be set: socket(). */
    public Socket socket(Cgroup cgroup, SocketHandler handler) {
        Socket socket = new Socket(newSocket(cgroup), handler);
        socket.setTask(cpus == null ? null : taskOf(cgroup));
        return socket;
    }

    /**
     * Connects a socket: connect().
     *
     * @throws IllegalArgumentException if nobody has the address, or this host has none of its family (ENETUNREACH)
     */
    public void connect(Socket socket, IpAddress peer, int port) {
        boolean entered = socket.connectingBegins();
        connect(socket.tcp(), peer, port);
        socket.connectingEnds(entered);
    }

    private void connect(TcpSock sk, IpAddress peer, int port) {
        int peerHost = addressBook.hostOf(peer);
        if (peerHost == kernel.hostIndex) {
            useLoopback();
        }
        if (peerHost < 0) {
            throw new IllegalArgumentException(kernel.hostName + " has no route to " + peer + " (ENETUNREACH)");
        }
        sk.saddr = localAddressFor(peer);
        sk.daddr = peer;
        sk.chooseTos(peer);
        sk.skc_dport = port;
        sk.peerHost = peerHost;
        sk.skc_num = freePort(sk);
        sk.sk_txhash = FlowHash.of(sk);
        int isn = kernel.random.next();
        int tsoffset = kernel.sysctls.tcp_timestamps == 1 ? kernel.random.next() : 0;
        if (sk.rx_opt_ts_recent_stamp == 0) { // else it takes the place of a connection in TIME_WAIT
            sk.write_seq = isn;
            sk.tsoffset = tsoffset;
        }
        sk.setState(TcpState.SYN_SENT);
        demux.add(sk);
        if (!FastOpenSyn.defersConnect(sk)) {
            Syn.connect(sk);
        }
    }

    /** Some socket talks to another of the host. */
    private void useLoopback() {
        if (!(kernel.egress() instanceof Loopback)) {
            kernel.setEgress(new Loopback(this, kernel.egress()));
            kernel.routes.addLocal(addresses, Loopback.MTU);
        }
    }

    @Override
    public void receive(Packet packet, int ingressPort) {
        TcpSegment segment = (TcpSegment) packet;
        count(segment);
        SockCommon target = demux.find(segment);
        if (target instanceof TcpSock sk) {
            SegmentInput.receive(sk, segment);
            sk.deliverEvents();
        } else if (target instanceof RequestSock req) {
            requests.receiveHalfOpen(req, segment);
        } else if (target instanceof TimeWaitSock tw) {
            if (TimeWait.receive(tw, segment, demux)) {
                receiveUnconnected(segment, tw);
            }
        } else {
            receiveUnconnected(segment, null);
        }
        segment.release();
    }

    /** An ICMP message about a segment that the host has sent. */
    public void receiveIcmp(IcmpError icmp) {
        icmpInput.receive(icmp);
    }

    private void count(TcpSegment segment) {
        Mib.Counters mib = kernel.mib;
        mib.inc(Mib.TCP_IN_SEGS);
        switch (segment.ecn) {
            case Ecn.CE -> mib.add(Mib.IN_CE_PKTS, segment.gsoSegs);
            case Ecn.ECT_0 -> mib.add(Mib.IN_ECT0_PKTS, segment.gsoSegs);
            case Ecn.ECT_1 -> mib.add(Mib.IN_ECT1_PKTS, segment.gsoSegs);
            default -> mib.add(Mib.IN_NO_ECT_PKTS, segment.gsoSegs);
        }
    }

    /** A segment without a connection: a SYN for a listener, or a mistake. */
    private void receiveUnconnected(TcpSegment segment, TimeWaitSock before) {
        Listener listener = listeners.get(segment.dstPort);
        int kind = segment.flags & (TcpSegment.SYN | TcpSegment.ACK | TcpSegment.RST);
        if (listener != null && kind == TcpSegment.SYN && !segment.has(TcpSegment.FIN)) {
            requests.receiveSyn(listener, segment, before);
        } else if (listener == null || (kind & TcpSegment.ACK) != 0 && !requests.receiveAck(listener, segment)) {
            Reset.reply(kernel, segment);
        }
    }

    private TcpSock newSocket(Cgroup cgroup) {
        TcpSock sk = blankSocket();
        sk.cgroup = cgroup;
        CongestionControl.assign(sk);
        return sk;
    }

    TcpSock blankSocket() {
        TcpSock sk = new TcpSock(kernel);
        Timers.create(sk);
        sk.initDefaults();
        return sk;
    }

    private IpAddress localAddressFor(IpAddress peer) {
        for (IpAddress address : addresses) {
            if (address.family() == peer.family()) {
                return address;
            }
        }
        throw new IllegalArgumentException(
                kernel.hostName + " has no address of the family of " + peer + " (ENETUNREACH), only " + addresses);
    }

    /** The next local port that is free for this peer, from a random start through ip_local_port_range. */
    private int freePort(TcpSock sk) {
        int low = kernel.sysctls.ip_local_port_range[0];
        int count = kernel.sysctls.ip_local_port_range[1] - low + 1;
        if (nextPort == 0) {
            nextPort = low + Integer.remainderUnsigned(kernel.random.next(), count);
        }
        for (int i = 0; i < count; i++) {
            int port = nextPort;
            nextPort = port + 1 < low + count ? port + 1 : low;
            SockCommon taken = demux.find(sk.saddr, port, sk.daddr, sk.skc_dport);
            boolean isFree = taken == null || taken instanceof TimeWaitSock tw && TimeWait.reuse(tw, sk, demux);
            if (isFree && !listeners.containsKey(port)) {
                return port;
            }
        }
        throw new IllegalStateException(kernel.hostName + " has no free port towards " + sk.daddr + " port "
                + sk.skc_dport + " (EADDRNOTAVAIL): net.ipv4.ip_local_port_range is too small");
    }

    /** What lower packages ask of the stack. */
    private static final class StackCalls implements Stack {
        @Override
        public void sendAck(TcpSock sk, int rcvNxt) {
            Acks.send(sk, rcvNxt);
        }

        @Override
        public void pushPending(TcpSock sk) {
            Sender.pushPending(sk);
        }
    }

    /** What cores ask of the host. */
    private final class Receiver implements HostCpus.Host {
        @Override
        public Cgroup cgroupOf(TcpSegment segment) {
            SockCommon target = demux.find(segment);
            if (target != null) {
                return target.cgroup;
            }
            Listener listener = listeners.get(segment.dstPort);
            return listener == null ? null : listener.tcp().cgroup;
        }

        @Override
        public void receive(TcpSegment segment) {
            TcpHost.this.receive(segment, 0);
        }
    }

    /** The stack's view of the table. */
    private final class Table implements SocketTable {
        @Override
        public void unhash(TcpSock sk) {
            if (sk.daddr != null) {
                demux.remove(sk);
            } else {
                listeners.remove(sk.skc_num);
            }
        }

        @Override
        public void timeWait(TcpSock sk, int substate, int timeoutJiffies) {
            TimeWaitSock tw = new TimeWaitSock(sk, substate);
            Teardown.done(sk);
            demux.add(tw);
            TimeWait.begin(tw, demux, timeoutJiffies);
        }

        @Override
        public SockCommon lookup(IpAddress local, int localPort, IpAddress peer, int peerPort) {
            SockCommon found = demux.find(local, localPort, peer, peerPort);
            Listener listener = listeners.get(localPort);
            return found != null || listener == null ? found : listener.tcp();
        }
    }
}
