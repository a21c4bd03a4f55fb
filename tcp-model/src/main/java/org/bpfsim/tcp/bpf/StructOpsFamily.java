package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.types.StructOpsType;
import org.bpfsim.tcp.cong.Bbr;
import org.bpfsim.tcp.cong.Cubic;
import org.bpfsim.tcp.cong.Dctcp;
import org.bpfsim.tcp.cong.Reno;
import org.bpfsim.tcp.sock.AckSample;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Programs of type {@code BPF_PROG_TYPE_STRUCT_OPS} that implement {@code tcp_congestion_ops}: members, fields that
 * they may write, helpers and kfuncs (Linux 6.12, net/ipv4/bpf_tcp_ca.c; the kfuncs of tcp_cubic.c, tcp_dctcp.c and tcp_bbr.c).
 */
final class StructOpsFamily {
    static final StructOpsType TCP_CONGESTION_OPS = StructOpsType.builder("tcp_congestion_ops")
            .function("init", 1, false)
            .function("release", 1, false)
            .function("ssthresh", 1, true)
            .function("cong_avoid", 3, false)
            .function("set_state", 2, false)
            .function("cwnd_event", 2, false)
            .function("in_ack_event", 2, false)
            .function("pkts_acked", 2, false)
            .function("min_tso_segs", 1, true)
            .function("cong_control", 4, false)
            .function("undo_cwnd", 1, true)
            .function("sndbuf_expand", 1, true)
            .unsupported("get_info")
            .data("flags", 4)
            .data("name", 16)
            .build();

    private static final CongestionOps CUBIC = new Cubic();
    private static final CongestionOps DCTCP = new Dctcp();
    private static final CongestionOps BBR = new Bbr();

    static final ProgramFamily FAMILY = family();

    private StructOpsFamily() {}

    private static ProgramFamily family() {
        ProgramFamily.Builder f = ProgramFamily.builder("struct_ops")
                .section("struct_ops")
                .section("struct_ops/")
                .section("struct_ops.s/")
                .structOps(TCP_CONGESTION_OPS);
        writableFields(f);
        helpers(f);
        renoKfuncs(f);
        cubicKfuncs(f);
        dctcpKfuncs(f);
        bbrKfuncs(f);
        return f.build();
    }

    /** {@code bpf_tcp_ca_btf_struct_access()}. */
    private static void writableFields(ProgramFamily.Builder f) {
        f.writable("sock.sk_pacing_rate")
                .writable("sock.sk_pacing_status")
                .writable("inet_connection_sock.icsk_ca_priv")
                .writable("icsk_ack.pending")
                .writable("tcp_sock.snd_cwnd")
                .writable("tcp_sock.snd_cwnd_cnt")
                .writable("tcp_sock.snd_cwnd_stamp")
                .writable("tcp_sock.snd_ssthresh")
                .writable("tcp_sock.ecn_flags")
                .writable("tcp_sock.app_limited");
    }

    /** {@code bpf_tcp_ca_get_func_proto()}; the verifier knows which member may not call which of them. */
    private static void helpers(ProgramFamily.Builder f) {
        f.helper("bpf_tcp_send_ack", (c, tp, rcvNxt, r3, r4, r5) -> {
                    TcpSock sk = sock(c, tp);
                    sk.kernel.stack().sendAck(sk, (int) rcvNxt);
                    return 0;
                })
                .helper(
                        "bpf_setsockopt",
                        (c, sk, level, name, value, length) ->
                                BpfSockOpt.set(c, sock(c, sk), (int) level, (int) name, value, (int) length))
                .helper(
                        "bpf_getsockopt",
                        (c, sk, level, name, value, length) ->
                                BpfSockOpt.get(c, sock(c, sk), (int) level, (int) name, value, (int) length))
                .helper("bpf_sk_storage_get", BaseHelpers.SK_STORAGE_GET)
                .helper("bpf_sk_storage_delete", BaseHelpers.SK_STORAGE_DELETE);
    }

    private static void renoKfuncs(ProgramFamily.Builder f) {
        f.kfunc("tcp_slow_start", onSock((sk, acked, r3, r4, r5) -> Reno.slowStart(sk, (int) acked)))
                .kfunc("tcp_cong_avoid_ai", onSock((sk, w, acked, r4, r5) -> {
                    Reno.additiveIncrease(sk, (int) w, (int) acked);
                    return 0;
                }))
                .kfunc("tcp_reno_cong_avoid", onSock((sk, ack, acked, r4, r5) -> {
                    Reno.congAvoid(sk, (int) acked);
                    return 0;
                }))
                .kfunc("tcp_reno_ssthresh", onSock((sk, r2, r3, r4, r5) -> Reno.halved(sk)))
                .kfunc("tcp_reno_undo_cwnd", onSock((sk, r2, r3, r4, r5) -> Reno.undoCwnd(sk)));
    }

    private static void cubicKfuncs(ProgramFamily.Builder f) {
        nativeKfuncs(f, CUBIC, "cubictcp_init", "cubictcp_recalc_ssthresh", "cubictcp_state", "cubictcp_cwnd_event");
        f.kfunc("cubictcp_cong_avoid", onSock((sk, ack, acked, r4, r5) -> {
                    CUBIC.cong_avoid(sk, (int) ack, (int) acked);
                    return 0;
                }))
                .kfunc("cubictcp_acked", (c, sk, sample, r3, r4, r5) -> {
                    AckSample s = c.object(sample, CongestionTypes.ACK_SAMPLE);
                    CUBIC.pkts_acked(sock(c, sk), s);
                    return 0;
                });
    }

    private static void dctcpKfuncs(ProgramFamily.Builder f) {
        nativeKfuncs(f, DCTCP, "dctcp_init", "dctcp_ssthresh", "dctcp_state", "dctcp_cwnd_event");
        f.kfunc("dctcp_update_alpha", onSock((sk, flags, r3, r4, r5) -> {
                    DCTCP.in_ack_event(sk, (int) flags);
                    return 0;
                }))
                .kfunc("dctcp_cwnd_undo", onSock((sk, r2, r3, r4, r5) -> DCTCP.undo_cwnd(sk)));
    }

    private static void bbrKfuncs(ProgramFamily.Builder f) {
        nativeKfuncs(f, BBR, "bbr_init", "bbr_ssthresh", "bbr_set_state", "bbr_cwnd_event");
        f.kfunc("bbr_main", (c, sk, ack, flag, rs, r5) -> {
                    RateSample sample = c.object(rs, CongestionTypes.RATE_SAMPLE);
                    BBR.cong_control(sock(c, sk), (int) ack, (int) flag, sample);
                    return 0;
                })
                .kfunc("bbr_undo_cwnd", onSock((sk, r2, r3, r4, r5) -> BBR.undo_cwnd(sk)))
                .kfunc("bbr_min_tso_segs", onSock((sk, r2, r3, r4, r5) -> BBR.min_tso_segs(sk)))
                .kfunc("bbr_sndbuf_expand", onSock((sk, r2, r3, r4, r5) -> BBR.sndbuf_expand(sk)));
    }

    /** The members that these have alike. */
    private static void nativeKfuncs(
            ProgramFamily.Builder f, CongestionOps ops, String init, String ssthresh, String state, String cwndEvent) {
        f.kfunc(init, onSock((sk, r2, r3, r4, r5) -> {
                    ops.init(sk);
                    return 0;
                }))
                .kfunc(ssthresh, onSock((sk, r2, r3, r4, r5) -> ops.ssthresh(sk)))
                .kfunc(state, onSock((sk, newState, r3, r4, r5) -> {
                    ops.set_state(sk, (int) newState & 0xff);
                    return 0;
                }))
                .kfunc(cwndEvent, onSock((sk, event, r3, r4, r5) -> {
                    ops.cwnd_event(sk, (int) event);
                    return 0;
                }));
    }

    private static HelperFunction onSock(HelperFunction.ObjectFunction<TcpSock> function) {
        return new HelperFunction.OnObject<>(TcpSock.class, StructOpsFamily::sock, function);
    }

    /** The socket that a program was called with: never NULL here. */
    private static TcpSock sock(HelperCall call, long address) {
        TcpSock sk = SocketCasts.tcpSock(call, address);
        if (sk == null) {
            throw call.fault("the argument must be a socket and is NULL");
        }
        return sk;
    }
}
