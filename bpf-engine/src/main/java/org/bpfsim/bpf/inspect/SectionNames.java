package org.bpfsim.bpf.inspect;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which program type a section's name means (Linux 6.12: section_defs in tools/lib/bpf/libbpf.c; old loaders' names too). */
public final class SectionNames {
    private record Rule(String prefix, String type) {}

    private static final List<Rule> RULES = List.of(
            new Rule("sockops", "sock_ops"),
            new Rule("struct_ops.s", "struct_ops"),
            new Rule("struct_ops", "struct_ops"),
            new Rule("sk_msg", "sk_msg"),
            new Rule("sk_skb", "sk_skb"),
            new Rule("cgroup/getsockopt", "cgroup_sockopt"),
            new Rule("cgroup/setsockopt", "cgroup_sockopt"),
            new Rule("socket", "socket_filter"),
            new Rule("classifier", "sched_cls"),
            new Rule("tcx", "sched_cls"),
            new Rule("tc", "sched_cls"),
            new Rule("netkit", "sched_cls"),
            new Rule("action", "sched_act"),
            new Rule("xdp.frags", "xdp"),
            new Rule("xdp", "xdp"),
            new Rule("cgroup_skb", "cgroup_skb"),
            new Rule("cgroup/skb", "cgroup_skb"),
            new Rule("cgroup/sock_create", "cgroup_sock"),
            new Rule("cgroup/sock_release", "cgroup_sock"),
            new Rule("cgroup/sock", "cgroup_sock"),
            new Rule("cgroup/post_bind4", "cgroup_sock"),
            new Rule("cgroup/post_bind6", "cgroup_sock"),
            new Rule("cgroup/sysctl", "cgroup_sysctl"),
            new Rule("cgroup/dev", "cgroup_device"),
            new Rule("cgroup", "cgroup_sock_addr"),
            new Rule("sk_reuseport", "sk_reuseport"),
            new Rule("sk_lookup", "sk_lookup"),
            new Rule("flow_dissector", "flow_dissector"),
            new Rule("netfilter", "netfilter"),
            new Rule("lwt_in", "lwt_in"),
            new Rule("lwt_out", "lwt_out"),
            new Rule("lwt_xmit", "lwt_xmit"),
            new Rule("lwt_seg6local", "lwt_seg6local"),
            new Rule("kprobe", "kprobe"),
            new Rule("kretprobe", "kprobe"),
            new Rule("uprobe", "kprobe"),
            new Rule("uretprobe", "kprobe"),
            new Rule("ksyscall", "kprobe"),
            new Rule("kretsyscall", "kprobe"),
            new Rule("usdt", "kprobe"),
            new Rule("tracepoint", "tracepoint"),
            new Rule("tp_btf", "tracing"),
            new Rule("tp", "tracepoint"),
            new Rule("raw_tracepoint.w", "raw_tracepoint_writable"),
            new Rule("raw_tp.w", "raw_tracepoint_writable"),
            new Rule("raw_tracepoint", "raw_tracepoint"),
            new Rule("raw_tp", "raw_tracepoint"),
            new Rule("fentry", "tracing"),
            new Rule("fexit", "tracing"),
            new Rule("fmod_ret", "tracing"),
            new Rule("iter", "tracing"),
            new Rule("freplace", "ext"),
            new Rule("lsm", "lsm"),
            new Rule("lsm_cgroup", "lsm"),
            new Rule("syscall", "syscall"),
            new Rule("perf_event", "perf_event"),
            new Rule("lirc_mode2", "lirc_mode2"));

    private SectionNames() {}

    /** The program type, in lower case without {@code BPF_PROG_TYPE_}; empty if libbpf would not know it. */
    public static Optional<String> programType(String section) {
        String name = section.startsWith("?") ? section.substring(1) : section;
        return RULES.stream()
                .filter(r -> name.equals(r.prefix) || name.startsWith(r.prefix + "/") || dotted(name, r.prefix))
                .map(Rule::type)
                .findFirst()
                // Bare sections of sockmap programs, whose type the loader sets: sk_skb1, sk_msg2.
                .or(() -> RULES.stream()
                        .filter(r -> name.matches(Pattern.quote(r.prefix) + "[0-9]+"))
                        .map(Rule::type)
                        .findFirst());
    }

    /** {@code fentry.s/…}, {@code kprobe.multi/…}: a variant of the type. */
    private static boolean dotted(String name, String prefix) {
        return name.startsWith(prefix + ".");
    }
}
