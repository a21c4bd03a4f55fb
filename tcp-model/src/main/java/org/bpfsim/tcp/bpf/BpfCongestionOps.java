package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.tcp.sock.AckSample;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * A congestion control whose members are BPF programs. A program's {@code struct sock *} argument is a {@code
 * tcp_sock} to it, as Linux's verifier promotes it ({@code bpf_tcp_ca_is_valid_access()}).
 *
 * <p>Hot path: no allocation.
 */
final class BpfCongestionOps implements CongestionOps {
    private final StructOpsRegistration registration;
    private final String name;
    private final int flags;
    private final int members;

    private final BpfProgram init;
    private final BpfProgram release;
    private final BpfProgram ssthresh;
    private final BpfProgram congAvoid;
    private final BpfProgram setState;
    private final BpfProgram cwndEvent;
    private final BpfProgram inAckEvent;
    private final BpfProgram pktsAcked;
    private final BpfProgram minTsoSegs;
    private final BpfProgram sndbufExpand;
    private final BpfProgram congControl;
    private final BpfProgram undoCwnd;

    BpfCongestionOps(StructOpsRegistration registration, StructOpsMap map) {
        this.registration = registration;
        this.name = map.string("name");
        this.flags = (int) map.number("flags");
        this.init = member(map, "init");
        this.release = member(map, "release");
        this.ssthresh = member(map, "ssthresh");
        this.congAvoid = member(map, "cong_avoid");
        this.setState = member(map, "set_state");
        this.cwndEvent = member(map, "cwnd_event");
        this.inAckEvent = member(map, "in_ack_event");
        this.pktsAcked = member(map, "pkts_acked");
        this.minTsoSegs = member(map, "min_tso_segs");
        this.sndbufExpand = member(map, "sndbuf_expand");
        this.congControl = member(map, "cong_control");
        this.undoCwnd = member(map, "undo_cwnd");
        this.members = bit(init, INIT)
                | bit(release, RELEASE)
                | bit(setState, SET_STATE)
                | bit(cwndEvent, CWND_EVENT)
                | bit(inAckEvent, IN_ACK_EVENT)
                | bit(pktsAcked, PKTS_ACKED)
                | bit(minTsoSegs, MIN_TSO_SEGS)
                | bit(sndbufExpand, SNDBUF_EXPAND)
                | bit(congControl, CONG_CONTROL);
    }

    private static BpfProgram member(StructOpsMap map, String name) {
        return map.program(name).orElse(null);
    }

    private static int bit(BpfProgram program, int bit) {
        return program == null ? 0 : bit;
    }

    /** {@code tcp_validate_congestion_control()}: the members without which the stack cannot do. */
    boolean isComplete() {
        return ssthresh != null && undoCwnd != null && (congAvoid != null || congControl != null);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int flags() {
        return flags;
    }

    @Override
    public int members() {
        return members;
    }

    @Override
    public boolean tryGet() {
        return registration.tryGet();
    }

    @Override
    public void put() {
        registration.put();
    }

    @Override
    public void init(TcpSock sk) {
        run(init, sk);
    }

    @Override
    public void release(TcpSock sk) {
        run(release, sk);
    }

    @Override
    public int ssthresh(TcpSock sk) {
        return (int) run(ssthresh, sk);
    }

    @Override
    public void cong_avoid(TcpSock sk, int ack, int acked) {
        congAvoid.run(sk, TcpSockType.TCP_SOCK, Integer.toUnsignedLong(ack), Integer.toUnsignedLong(acked));
        BpfCost.charge(sk, congAvoid);
    }

    @Override
    public void set_state(TcpSock sk, int newState) {
        setState.run(sk, TcpSockType.TCP_SOCK, newState);
        BpfCost.charge(sk, setState);
    }

    @Override
    public void cwnd_event(TcpSock sk, int event) {
        cwndEvent.run(sk, TcpSockType.TCP_SOCK, event);
        BpfCost.charge(sk, cwndEvent);
    }

    @Override
    public void in_ack_event(TcpSock sk, int ackFlags) {
        inAckEvent.run(sk, TcpSockType.TCP_SOCK, ackFlags);
        BpfCost.charge(sk, inAckEvent);
    }

    @Override
    public void pkts_acked(TcpSock sk, AckSample sample) {
        pktsAcked.run(sk, TcpSockType.TCP_SOCK, sample, CongestionTypes.ACK_SAMPLE);
        BpfCost.charge(sk, pktsAcked);
    }

    @Override
    public int min_tso_segs(TcpSock sk) {
        return (int) run(minTsoSegs, sk);
    }

    @Override
    public int sndbuf_expand(TcpSock sk) {
        return (int) run(sndbufExpand, sk);
    }

    @Override
    public void cong_control(TcpSock sk, int ack, int flag, RateSample rs) {
        congControl.run(sk, TcpSockType.TCP_SOCK, Integer.toUnsignedLong(ack), flag, rs, CongestionTypes.RATE_SAMPLE);
        BpfCost.charge(sk, congControl);
    }

    @Override
    public int undo_cwnd(TcpSock sk) {
        return (int) run(undoCwnd, sk);
    }

    private static long run(BpfProgram program, TcpSock sk) {
        long result = program.run(sk, TcpSockType.TCP_SOCK);
        BpfCost.charge(sk, program);
        return result;
    }
}
