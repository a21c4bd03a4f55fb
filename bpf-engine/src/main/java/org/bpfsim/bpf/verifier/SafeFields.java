package org.bpfsim.bpf.verifier;

import java.util.Map;

/** Fields whose pointers Linux 6.12 trusts although they are only loaded ({@code BTF_TYPE_SAFE_*}, verifier.c). */
final class SafeFields {
    private static final Map<String, Integer> FLAGS = Map.ofEntries(
            Map.entry("task_struct.cpus_ptr", Reg.RCU),
            Map.entry("task_struct.cgroups", Reg.RCU),
            Map.entry("task_struct.real_parent", Reg.RCU),
            Map.entry("task_struct.group_leader", Reg.RCU),
            Map.entry("cgroup.kn", Reg.RCU),
            Map.entry("css_set.dfl_cgrp", Reg.RCU),
            Map.entry("mm_struct.exe_file", Reg.RCU | Reg.MAYBE_NULL),
            Map.entry("sk_buff.sk", Reg.RCU | Reg.MAYBE_NULL),
            Map.entry("request_sock.sk", Reg.RCU | Reg.MAYBE_NULL),
            Map.entry("bpf_iter_meta.seq", Reg.TRUSTED),
            Map.entry("bpf_iter__task.meta", Reg.TRUSTED),
            Map.entry("bpf_iter__task.task", Reg.TRUSTED),
            Map.entry("linux_binprm.file", Reg.TRUSTED),
            Map.entry("file.f_inode", Reg.TRUSTED),
            Map.entry("dentry.d_inode", Reg.TRUSTED),
            Map.entry("socket.sk", Reg.TRUSTED | Reg.MAYBE_NULL));

    private SafeFields() {}

    /**
     * The flags of a pointer that was loaded from a kernel object.
     *
     * @param field its member; empty if it lies deeper
     * @param tags what BTF says of it
     * @param rcu whether the program is in an RCU read section
     */
    static int flags(Reg from, String field, int tags, boolean rcu) {
        if (from.has(Reg.UNTRUSTED)) {
            return tags & Reg.USER | Reg.UNTRUSTED;
        }
        int kept = tags & (Reg.USER | Reg.PERCPU | Reg.UNTRUSTED);
        if (!from.has(Reg.TRUSTED) && !from.has(Reg.RCU) && from.refId == 0) {
            return kept;
        }
        int safe = FLAGS.getOrDefault(from.btf.name() + "." + field, 0);
        if ((safe & Reg.TRUSTED) != 0) {
            return kept | safe;
        }
        if (rcu) {
            if (safe != 0) {
                return kept | safe;
            } else if ((tags & Reg.RCU) != 0) {
                return kept | Reg.RCU | Reg.MAYBE_NULL;
            }
        }
        return kept;
    }
}
