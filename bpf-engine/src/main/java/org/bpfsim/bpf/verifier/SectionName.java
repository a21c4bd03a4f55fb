package org.bpfsim.bpf.verifier;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What libbpf's section names mean (docs.kernel.org/bpf/libbpf/program_types.html).
 *
 * @param family Linux's name of the program type; empty if the section is not known
 * @param attach as {@link VerifierInput#attach} has it
 */
public record SectionName(String family, String attach, boolean sleepable) {
    private static final Map<String, String[]> EXACT = new LinkedHashMap<>();
    private static final Map<String, String> PREFIXES = new LinkedHashMap<>();

    static {
        exact("socket", "socket_filter", "");
        exact("sockops", "sock_ops", "cgroup_sock_ops");
        exact("tc", "sched_cls", "");
        exact("classifier", "sched_cls", "");
        exact("action", "sched_act", "");
        exact("tc/ingress", "sched_cls", "tcx_ingress");
        exact("tc/egress", "sched_cls", "tcx_egress");
        exact("tcx/ingress", "sched_cls", "tcx_ingress");
        exact("tcx/egress", "sched_cls", "tcx_egress");
        exact("xdp", "xdp", "xdp");
        exact("xdp.frags", "xdp", "xdp");
        exact("xdp/devmap", "xdp", "xdp_devmap");
        exact("xdp/cpumap", "xdp", "xdp_cpumap");
        exact("sk_msg", "sk_msg", "sk_msg_verdict");
        exact("sk_skb", "sk_skb", "");
        exact("sk_skb/stream_parser", "sk_skb", "sk_skb_stream_parser");
        exact("sk_skb/stream_verdict", "sk_skb", "sk_skb_stream_verdict");
        exact("sk_skb/verdict", "sk_skb", "sk_skb_verdict");
        exact("cgroup/skb", "cgroup_skb", "");
        exact("cgroup_skb/ingress", "cgroup_skb", "cgroup_inet_ingress");
        exact("cgroup_skb/egress", "cgroup_skb", "cgroup_inet_egress");
        exact("cgroup/sock", "cgroup_sock", "cgroup_inet_sock_create");
        exact("cgroup/sock_create", "cgroup_sock", "cgroup_inet_sock_create");
        exact("cgroup/sock_release", "cgroup_sock", "cgroup_inet_sock_release");
        exact("cgroup/post_bind4", "cgroup_sock", "cgroup_inet4_post_bind");
        exact("cgroup/post_bind6", "cgroup_sock", "cgroup_inet6_post_bind");
        for (String hook : new String[] {"bind", "connect", "getpeername", "getsockname"}) {
            exact("cgroup/" + hook + "4", "cgroup_sock_addr", "cgroup_inet4_" + hook);
            exact("cgroup/" + hook + "6", "cgroup_sock_addr", "cgroup_inet6_" + hook);
            exact("cgroup/" + hook + "_unix", "cgroup_sock_addr", "cgroup_unix_" + hook);
        }
        for (String hook : new String[] {"sendmsg", "recvmsg"}) {
            exact("cgroup/" + hook + "4", "cgroup_sock_addr", "cgroup_udp4_" + hook);
            exact("cgroup/" + hook + "6", "cgroup_sock_addr", "cgroup_udp6_" + hook);
            exact("cgroup/" + hook + "_unix", "cgroup_sock_addr", "cgroup_unix_" + hook);
        }
        exact("cgroup/getsockopt", "cgroup_sockopt", "cgroup_getsockopt");
        exact("cgroup/setsockopt", "cgroup_sockopt", "cgroup_setsockopt");
        exact("cgroup/dev", "cgroup_device", "cgroup_device");
        exact("cgroup/sysctl", "cgroup_sysctl", "cgroup_sysctl");
        exact("lwt_in", "lwt_in", "");
        exact("lwt_out", "lwt_out", "");
        exact("lwt_xmit", "lwt_xmit", "");
        exact("flow_dissector", "flow_dissector", "flow_dissector");
        exact("sk_lookup", "sk_lookup", "sk_lookup");
        exact("sk_reuseport", "sk_reuseport", "sk_reuseport_select");
        exact("sk_reuseport/migrate", "sk_reuseport", "sk_reuseport_select_or_migrate");
        exact("perf_event", "perf_event", "");
        exact("netfilter", "netfilter", "netfilter");
        exact("syscall", "syscall", "");
        PREFIXES.put("struct_ops", "struct_ops");
        PREFIXES.put("kprobe", "kprobe");
        PREFIXES.put("kretprobe", "kprobe");
        PREFIXES.put("uprobe", "kprobe");
        PREFIXES.put("tracepoint", "tracepoint");
        PREFIXES.put("tp/", "tracepoint");
        PREFIXES.put("raw_tp.w", "raw_tracepoint_writable");
        PREFIXES.put("raw_tracepoint.w", "raw_tracepoint_writable");
        PREFIXES.put("raw_tp", "raw_tracepoint");
        PREFIXES.put("raw_tracepoint", "raw_tracepoint");
        PREFIXES.put("tp_btf", "tracing");
        PREFIXES.put("iter", "tracing");
        PREFIXES.put("fentry", "tracing");
        PREFIXES.put("fexit", "tracing");
        PREFIXES.put("fmod_ret", "tracing");
        PREFIXES.put("lsm", "lsm");
        // Names that the loaders of old samples knew.
        PREFIXES.put("sk_skb", "sk_skb");
        PREFIXES.put("sk_msg", "sk_msg");
        PREFIXES.put("sockops", "sock_ops");
        PREFIXES.put("cgroup", "cgroup_skb");
        PREFIXES.put("xdp", "xdp");
    }

    private static void exact(String section, String family, String attach) {
        EXACT.put(section, new String[] {family, attach});
    }

    /** Reads a section's name. */
    public static SectionName of(String section) {
        String plain = section.startsWith("?") ? section.substring(1) : section;
        String[] known = EXACT.get(plain);
        if (known != null) {
            return new SectionName(known[0], known[1], plain.equals("syscall"));
        }
        String head = plain.contains("/") ? plain.substring(0, plain.indexOf('/')) : plain;
        boolean sleepable = head.endsWith(".s");
        for (Map.Entry<String, String> e : PREFIXES.entrySet()) {
            if (plain.startsWith(e.getKey())) {
                return new SectionName(e.getValue(), plain, sleepable);
            }
        }
        return new SectionName("", "", false);
    }
}
