package org.bpfsim.tcp.packetdrill;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.tcp.host.HostOptions;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.packetdrill.code.PythonCode;
import org.bpfsim.tcp.packetdrill.code.PythonException;
import org.bpfsim.tcp.packetdrill.files.ScratchFiles;
import org.bpfsim.tcp.packetdrill.script.Action;
import org.bpfsim.tcp.packetdrill.script.Event;
import org.bpfsim.tcp.packetdrill.script.Script;
import org.bpfsim.tcp.packetdrill.script.ScriptException;
import org.bpfsim.tcp.packetdrill.script.TcpOption;
import org.bpfsim.tcp.packetdrill.script.When;
import org.bpfsim.tcp.packetdrill.shell.Shell;
import org.bpfsim.tcp.packetdrill.shell.ShellResult;
import org.bpfsim.tcp.packetdrill.socket.SocketFile;
import org.bpfsim.tcp.packetdrill.socket.SystemCalls;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * One run of a script against a fresh host. Packets that the host sends wait in a queue until an event of the script
 * takes them; all other events happen at their time. A time relative to now counts from the event before.
 */
final class ScriptRun implements Action.Cases {
    /** How much later than expected a packet is still waited for. */
    private static final long PATIENCE_US = 2_000_000;
    /** How long a packet without a time is waited for. */
    private static final long LONG_PATIENCE_US = 1_000_000_000;

    private static final int FIRST_REMOTE_PORT = 40_000;

    private final Script script;
    private final Settings settings;
    private final Scheduler scheduler = new Scheduler();
    private final Clock clock;
    private final TcpHost host;
    private final SystemCalls calls;
    private final CallRunner callRunner;
    private final Shell shell;
    private final Injector injector;
    private final PacketCheck check;
    private final ScratchFiles disk = new ScratchFiles();
    private final PythonCode code = new PythonCode();
    private final ArrayDeque<SentSegment> sent = new ArrayDeque<>();
    private final List<Flow> flows = new ArrayList<>();
    private Flow underTest;
    private int nextRemotePort = FIRST_REMOTE_PORT;
    private int randomState = 1;

    private Event event;
    /** Time of the event and end of its range, and of the one before; microseconds of the run. */
    private long eventUs;

    private long eventEndUs;
    private long lastEventUs;
    private long offsetUs;

    /** @throws IllegalArgumentException if addresses or MTU are not right */
    ScriptRun(Script script, Settings settings, Path folder) {
        this.script = script;
        this.settings = settings;
        clock = new Clock(scheduler, settings);
        IpAddress local = settings.local();
        IpAddress remote = settings.remote();
        SegmentPool pool = new SegmentPool();
        host = new TcpHost(
                "host",
                0,
                scheduler,
                pool,
                this::random,
                new HostOptions(settings.hz(), settings.mtu(), 0),
                List.of(local),
                address -> address.equals(local) ? 0 : 1);
        injector = new Injector(pool, local, remote, settings);
        check = new PacketCheck(settings);
        shell = new Shell(
                host.kernel(), folder, () -> ProcNetTcp.lines(files()), disk, new TunDevice(host, this::onSent));
        calls = new SystemCalls(
                host,
                remote,
                settings.bindPort(),
                settings.connectPort(),
                settings.toleranceUs(),
                disk,
                this::onSocket,
                this::onWake);
        callRunner = new CallRunner(clock, calls);
        InfoVariables.constants((name, value) -> code.set(name, value));
    }

    List<String> printed() {
        return code.printed();
    }

    List<String> notes() {
        return shell.notes();
    }

    /** @throws ScriptException if the script fails */
    void run() {
        if (script.init() != null) {
            runShell(script.init());
        }
        for (Event e : script.events()) {
            event = e;
            long now = clock.nowUs();
            offsetUs = e.when().isRelative() ? now : 0;
            eventUs = e.when().kind() == When.Kind.ANY ? lastEventUs : e.when().startUs() + offsetUs;
            eventEndUs = e.when().endUs() + offsetUs;
            e.action().match(this);
            callRunner.failIfCallFailed();
            lastEventUs = eventUs;
        }
        callRunner.failIfCallIsWaiting();
        if (script.cleanup() != null) {
            runShell(script.cleanup());
        }
    }

    // ---- time

    /** Lets time pass until the event's. */
    private void awaitEvent() {
        while (clock.nowUs() < eventUs) {
            clock.runUntil(eventUs);
        }
        callRunner.failIfCallFailed();
        clock.check(event, eventUs, eventEndUs, clock.nowUs(), lastEventUs, offsetUs, "event");
    }

    // ---- packets

    /** A multiplicative congruential generator (L'Ecuyer 1999): a script always meets the same numbers. */
    private int random() {
        randomState = randomState * 0x2c9277b5 + 1;
        return randomState;
    }

    private void onSent(TcpSegment segment) {
        sent.add(SentSegment.of(segment, clock.nowUs()));
        segment.release();
        scheduler.stop();
    }

    private void onSocket(SocketFile file) {
        Flow flow = new Flow();
        flow.file = file;
        flows.add(flow);
        underTest = flow;
    }

    private void onWake() {
        callRunner.wake();
    }

    @Override
    public void tcpPacket(Action.TcpPacket packet) {
        Flow flow = flowOf(packet);
        if (packet.inbound()) {
            awaitEvent();
            inject(packet, flow);
        } else {
            expect(packet, flow);
        }
    }

    private Flow flowOf(Action.TcpPacket packet) {
        refreshStates();
        if (packet.inbound() && (underTest == null || underTest.state == Flow.State.LISTENING)) {
            Flow child = new Flow();
            child.state = Flow.State.PASSIVE;
            child.remotePort = nextRemotePort++;
            child.localPort = settings.bindPort();
            child.setRemoteIsn(packet.seq());
            flows.add(child);
            underTest = child;
        }
        if (underTest == null) {
            throw new ScriptException(event.line(), "error handling packet: no matching socket for script packet");
        }
        return underTest;
    }

    /** What system calls have changed. */
    private void refreshStates() {
        for (Flow f : flows) {
            if (f.file == null || f.state == Flow.State.OPEN || f.state == Flow.State.PASSIVE) {
                continue;
            }
            if (f.file.isListening()) {
                f.state = Flow.State.LISTENING;
            } else if (f.file.tcp().daddr != null) {
                f.state = Flow.State.CONNECTING;
                f.localPort = f.file.tcp().skc_num;
                f.remotePort = f.file.tcp().skc_dport;
            }
        }
    }

    private void inject(Action.TcpPacket packet, Flow flow) {
        boolean isSyn = (packet.flags() & TcpSegment.SYN) != 0;
        if (isSyn && flow.state != Flow.State.PASSIVE && flow.file != null) {
            flow.setRemoteIsn(packet.seq());
        }
        host.receive(injector.segment(packet, flow, event.line()), 0);
        calls.afterInput();
        clock.runUntil(clock.nowUs());
    }

    private void expect(Action.TcpPacket packet, Flow flow) {
        List<SentSegment> taken = new ArrayList<>();
        SentSegment joined = null;
        do {
            SentSegment live = nextSent(flow);
            if (live == null) {
                throw new ScriptException(
                        event.line(),
                        "error handling packet: Timed out waiting for packet"
                                + (joined == null ? "" : " (only " + joined.length() + " bytes came)")
                                + "\nscript packet: " + PacketCheck.show(packet, eventUs));
            }
            if (live.isSyn() && (packet.flags() & TcpSegment.SYN) != 0) {
                flow.setLocalIsn(packet.seq(), live.seq());
                if (flow.state == Flow.State.CONNECTING) {
                    flow.state = Flow.State.OPEN;
                }
            }
            SentSegment mapped = live.inScript(flow);
            if (joined != null && mapped.seq() != joined.seq() + joined.length()) {
                fail("tcp_seq of the next segment does not follow", packet, joined, mapped);
            }
            joined = joined == null ? mapped : joined.join(mapped);
            taken.add(live);
        } while (joined.length() < packet.length() && !settings.strictSegments());
        if (joined.length() != packet.length()) {
            fail(
                    "live packet payload: expected " + packet.length() + " bytes vs actual " + joined.length()
                            + " bytes",
                    packet,
                    joined,
                    null);
        }
        joined = mapTimestamps(packet, joined, flow);
        String difference = check.difference(packet, joined, taken.size() > 1);
        if (difference != null) {
            fail(difference, packet, joined, null);
        }
        try {
            clock.check(event, eventUs, eventEndUs, joined.timeUs(), lastEventUs, offsetUs, "outbound packet");
        } catch (ScriptException e) {
            fail(e.getMessage(), packet, joined, null);
        }
    }

    private void fail(String what, Action.TcpPacket packet, SentSegment actual, SentSegment next) {
        throw new ScriptException(
                event.line(),
                "error handling packet: " + what + "\nscript packet: " + PacketCheck.show(packet, eventUs)
                        + "\nactual packet: " + PacketCheck.show(actual)
                        + (next == null ? "" : "\n  next packet: " + PacketCheck.show(next)));
    }

    private static SentSegment mapTimestamps(Action.TcpPacket packet, SentSegment actual, Flow flow) {
        TcpOption live = actual.option(TcpOption.TIMESTAMPS);
        if (packet.options() == null || live == null) {
            return actual;
        }
        List<TcpOption> options = new ArrayList<>();
        for (TcpOption expected : packet.options()) {
            if (expected.kind() == TcpOption.TIMESTAMPS) {
                flow.pairTimestamps(expected.word(0), live.word(0));
            }
        }
        for (TcpOption o : actual.options()) {
            options.add(o == live ? TcpOption.timestamps(flow.scriptTs(live.word(0)), live.word(1)) : o);
        }
        return actual.withOptions(options);
    }

    /** The next segment of a connection, or null if none comes in time. Those of other connections count for nothing. */
    private SentSegment nextSent(Flow flow) {
        long limit = event.when().kind() == When.Kind.ANY
                ? clock.nowUs() + LONG_PATIENCE_US
                : Math.max(eventUs, eventEndUs) + PATIENCE_US;
        while (true) {
            while (sent.isEmpty() && clock.nowUs() < limit) {
                clock.runUntil(limit);
                callRunner.failIfCallFailed();
            }
            SentSegment live = sent.poll();
            if (live == null) {
                return null;
            }
            if (isFrom(flow, live)) {
                return live;
            }
        }
    }

    private boolean isFrom(Flow flow, SentSegment s) {
        refreshStates();
        return flow.remotePort == s.dstPort() && flow.localPort == s.srcPort();
    }

    @Override
    public void icmpPacket(Action.IcmpPacket packet) {
        refreshStates();
        if (!packet.inbound() || underTest == null) {
            throw new ScriptException(
                    event.line(),
                    "error handling packet: ICMP messages are injected, and need a connection before them");
        }
        awaitEvent();
        int seq = packet.seq() - underTest.localOffset(false);
        try {
            host.receiveIcmp(IcmpCodes.error(packet, settings.local(), settings.remote(), underTest, seq));
        } catch (IllegalArgumentException e) {
            throw new ScriptException(event.line(), "error handling packet: " + e.getMessage());
        }
        calls.afterInput();
        clock.runUntil(clock.nowUs());
    }

    // ---- system calls

    @Override
    public void systemCall(Action.SystemCall call) {
        callRunner.awaitReturn();
        awaitEvent();
        callRunner.run(call, event, lastEventUs, offsetUs);
        clock.runUntil(clock.nowUs());
    }

    // ---- shell and code

    @Override
    public void shell(Action.Shell command) {
        awaitEvent();
        runShell(command);
    }

    private void runShell(Action.Shell command) {
        ShellResult result = shell.run(command.text());
        if (result.status() != 0) {
            throw new ScriptException(
                    command.line(),
                    "error executing `" + command.text().trim() + "` command: "
                            + (result.output().isEmpty() ? "exit status " + result.status() : result.output()));
        }
    }

    @Override
    public void code(Action.Code snippet) {
        awaitEvent();
        SocketFile file = underTest == null ? null : fileOf(underTest);
        if (file != null) {
            InfoVariables.fields(file.tcp(), (name, value) -> code.set(name, value));
        }
        try {
            code.run(snippet.text());
        } catch (PythonException e) {
            throw new ScriptException(event.line(), "error in Python code\n" + e.getMessage());
        }
    }

    private List<SocketFile> files() {
        return flows.stream()
                .map(flow -> flow.file)
                .filter(file -> file != null)
                .toList();
    }

    private SocketFile fileOf(Flow flow) {
        if (flow.file == null) {
            flow.file = calls.acceptedFrom(flow.remotePort);
        }
        return flow.file;
    }
}
