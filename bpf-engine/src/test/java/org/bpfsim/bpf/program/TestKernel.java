package org.bpfsim.bpf.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.map.Alarm;
import org.bpfsim.bpf.map.LocalStorage;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.types.KernelTypes;
import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructOpsType;
import org.bpfsim.bpf.types.StructType;

/** A small embedder: a socket with some of Linux's fields, a congestion control family, a sock_ops family. */
public final class TestKernel implements RuntimeServices {
    /** A socket. */
    public static final class Sock implements LocalStorage.Owner {
        public int skc_family = 2;
        public int skc_state = 1;
        public long sk_pacing_rate;
        public int icsk_ca_state;
        public final byte[] icsk_ca_priv = new byte[104];
        public int rcv_nxt;
        public int snd_una;
        public boolean is_cwnd_limited;
        public int prior_cwnd;
        public int snd_cwnd = 10;
        public int snd_ssthresh = Integer.MAX_VALUE;
        public int delivered;
        public int delivered_ce;
        private final LocalStorage storage = new LocalStorage();

        @Override
        public LocalStorage localStorage() {
            return storage;
        }
    }

    /** A sock_ops event. */
    public static final class SockOps {
        public int op;
        public int family = 10;
        public int reply;
        public final int[] remote_ip6 = new int[4];
        public int remote_port;
        public int local_port;
        public Sock sk = new Sock();
    }

    public static final StructType<Sock> SOCK_COMMON = StructType.builder("sock_common", Sock.class)
            .u16("skc_family", s -> s.skc_family)
            .u8("skc_state", s -> s.skc_state)
            .build();

    public static final StructType<Sock> SOCK = StructType.builder("sock", Sock.class)
            .embed("__sk_common", SOCK_COMMON)
            .u64("sk_pacing_rate", s -> s.sk_pacing_rate, (s, v) -> s.sk_pacing_rate = v)
            .build();

    public static final StructType<Sock> INET_SOCK =
            StructType.builder("inet_sock", Sock.class).embed("sk", SOCK).build();

    public static final StructType<Sock> INET_CONNECTION_SOCK = StructType.builder("inet_connection_sock", Sock.class)
            .embed("icsk_inet", INET_SOCK)
            .bits("icsk_ca_state", ScalarType.U8, 5, s -> s.icsk_ca_state)
            .memory("icsk_ca_priv", 104, s -> s.icsk_ca_priv)
            .build();

    public static final StructType<Sock> TCP_SOCK = StructType.builder("tcp_sock", Sock.class)
            .embed("inet_conn", INET_CONNECTION_SOCK)
            .u32("snd_cwnd", s -> s.snd_cwnd, (s, v) -> s.snd_cwnd = (int) v)
            .u32("rcv_nxt", s -> s.rcv_nxt)
            .u32("snd_una", s -> s.snd_una)
            .bits("unused_here", ScalarType.U8, 3, s -> 5)
            .bits("is_cwnd_limited", ScalarType.U8, 1, s -> s.is_cwnd_limited ? 1 : 0)
            .u32("prior_cwnd", s -> s.prior_cwnd)
            .u32("snd_ssthresh", s -> s.snd_ssthresh, (s, v) -> s.snd_ssthresh = (int) v)
            .u32("delivered", s -> s.delivered)
            .u32("delivered_ce", s -> s.delivered_ce)
            .build();

    public static final StructType<SockOps> BPF_SOCK_OPS = StructType.builder("bpf_sock_ops", SockOps.class)
            .u32("op", c -> c.op)
            .u32("reply", c -> c.reply, (c, v) -> c.reply = (int) v)
            .at(20)
            .u32("family", c -> c.family)
            .at(32)
            .array("remote_ip6", ScalarType.BE32, 4, (c, i) -> c.remote_ip6[i])
            .at(64)
            .scalar("remote_port", ScalarType.BE32, c -> c.remote_port)
            .u32("local_port", c -> c.local_port)
            .at(184)
            .pointer("sk", () -> TCP_SOCK, c -> c.sk)
            .build();

    public static final StructOpsType TCP_CONGESTION_OPS = StructOpsType.builder("tcp_congestion_ops")
            .function("init", 1, false)
            .function("ssthresh", 1, true)
            .function("cong_avoid", 3, false)
            .function("in_ack_event", 2, false)
            .function("undo_cwnd", 1, true)
            .data("name", 16)
            .data("flags", 4)
            .unsupported("get_info")
            .build();

    public static final ProgramFamily STRUCT_OPS = ProgramFamily.builder("struct_ops")
            .section("struct_ops")
            .section("struct_ops/")
            .structOps(TCP_CONGESTION_OPS)
            .helper("bpf_sk_storage_get", BaseHelpers.SK_STORAGE_GET)
            .helper("bpf_sk_storage_delete", BaseHelpers.SK_STORAGE_DELETE)
            .kfunc(
                    "tcp_slow_start",
                    new HelperFunction.OnObject<>(
                            Sock.class, (call, tp) -> call.object(tp, TCP_SOCK), (sk, acked, r3, r4, r5) -> {
                                sk.snd_cwnd += (int) acked;
                                return 0;
                            }))
            .writable("tcp_sock.snd_cwnd")
            .writable("sock.sk_pacing_rate")
            .writable("inet_connection_sock.icsk_ca_priv")
            .build();

    public static final ProgramFamily SOCK_OPS = ProgramFamily.builder("sock_ops")
            .section("sockops")
            .section("sockops/")
            .context(BPF_SOCK_OPS)
            .helper("bpf_setsockopt", (call, ctx, level, name, value, length) -> {
                ((TestKernel) call.kernel()).options.add(level + "/" + name + "=" + call.load(value, (int) length));
                return 0;
            })
            .build();

    public static final BpfEnvironment ENVIRONMENT = BpfEnvironment.builder()
            .types(KernelTypes.builder().struct(TCP_SOCK).build())
            .family(STRUCT_OPS)
            .family(SOCK_OPS)
            .kconfig("CONFIG_HZ", 250)
            .build();

    public final List<String> options = new ArrayList<>();
    public final List<String> trace = new ArrayList<>();
    public long nowNs;

    /** Reads an object of {@code src/test/bpf}. */
    public static byte[] bytes(String object) {
        try {
            return Files.readAllBytes(Path.of("src/test/bpf", object));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static LoadedObject load(String object) throws BpfLoadException {
        return Loader.load(BpfObject.open(bytes(object), object), ENVIRONMENT);
    }

    public BpfInstance instance(String object) throws BpfLoadException {
        return load(object).instantiate(this, this);
    }

    @Override
    public long ktimeNs() {
        return nowNs;
    }

    @Override
    public long jiffies64() {
        return nowNs / 4_000_000;
    }

    @Override
    public int prandomU32() {
        return 42;
    }

    /** Alarms that are armed, in the order in which they were. */
    private final Set<TestAlarm> alarms = new LinkedHashSet<>();

    private final class TestAlarm implements Alarm {
        private final Runnable action;

        TestAlarm(Runnable action) {
            this.action = action;
        }

        @Override
        public void start(long atNs) {
            alarms.remove(this);
            alarms.add(this);
        }

        @Override
        public void stop() {
            alarms.remove(this);
        }
    }

    @Override
    public Alarm alarm(Runnable action) {
        return new TestAlarm(action);
    }

    /** Lets alarms go off, one after the other, whatever they were set to. */
    public void fireAlarms(int most) {
        for (int i = 0; i < most && !alarms.isEmpty(); i++) {
            TestAlarm next = alarms.iterator().next();
            alarms.remove(next);
            next.action.run();
        }
    }

    @Override
    public int cpu() {
        return 0;
    }

    @Override
    public void trace(String line) {
        trace.add(line);
    }
}
