package org.bpfsim.tcp.bpf;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.AttachedProgram;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.tcp.sock.Cgroup;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockoptHook;

/**
 * A cgroup of one host's hierarchy with the programs that are attached to it (cgroup v2; Linux 6.12,
 * kernel/bpf/cgroup.c). Sockets belong to the cgroup that they were created in; the programs in effect there are its own
 * and those of the cgroups above, as their flags allow. Changes take effect at once, also for sockets that exist.
 *
 * <p>Hot path: no allocation, for {@link #sockOps}.
 */
public final class BpfCgroup implements Cgroup {
    /** A cgroup below may attach a program of its own, which runs instead. */
    public static final int BPF_F_ALLOW_OVERRIDE = 1;
    /** Several programs are attached and all run, those of cgroups below first. */
    public static final int BPF_F_ALLOW_MULTI = 2;
    /** Takes the place of another program of the same cgroup; with {@link #BPF_F_ALLOW_MULTI}. */
    public static final int BPF_F_REPLACE = 4;
    /** Runs before those that are not so, and after those of the cgroups above that are. */
    public static final int BPF_F_PREORDER = 1 << 6;

    private static final int KIND = BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI;
    private static final int MAX_PROGRAMS = 64;

    private final BpfCgroup parent;
    private final String path;
    /** The inode number by which cgroup_storage knows it: 1 for the root, then in the order of making. */
    private final long id;

    private long lastId = 1;
    private final Map<String, BpfCgroup> children = new TreeMap<>();
    private final Map<AttachType, Attachments> attachments = new EnumMap<>(AttachType.class);
    /** What runs, and null if nothing does: the stack asks for it at every call. */
    private SockOpsHook sockOps;

    private CgroupSockoptHook sockopts;

    /** What is attached to one cgroup at one point. */
    private static final class Attachments {
        final List<Attached> list = new ArrayList<>();
        /** The kind of attachment that all of them are. */
        int flags;
    }

    private record Attached(BpfProgram program, int flags) {
        boolean isFirst() {
            return (flags & BPF_F_PREORDER) != 0;
        }
    }

    /**
     * What is attached to a cgroup at one point ({@code BPF_PROG_QUERY}).
     *
     * @param flags 0, {@link #BPF_F_ALLOW_OVERRIDE} or {@link #BPF_F_ALLOW_MULTI}
     * @param attached in the order of attachment
     * @param effective what runs for sockets of the cgroup, in this order
     */
    public record Query(int flags, List<BpfProgram> attached, List<BpfProgram> effective) {}

    private BpfCgroup(BpfCgroup parent, String path) {
        this.parent = parent;
        this.path = path;
        BpfCgroup top = this;
        while (top.parent != null) {
            top = top.parent;
        }
        this.id = top == this ? 1 : ++top.lastId;
        for (AttachType type : AttachType.values()) {
            attachments.put(type, new Attachments());
        }
    }

    /** The root of a new hierarchy: a host has one. */
    public static BpfCgroup root() {
        return new BpfCgroup(null, "/");
    }

    /**
     * The cgroup at a path below this one, made if it is not there: {@code mkdir -p}. New ones inherit what is in effect.
     *
     * @param below such as {@code arms/treatment}
     */
    public BpfCgroup make(String below) {
        BpfCgroup at = this;
        for (String name : below.split("/")) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a cgroup's name is empty: " + below);
            }
            BpfCgroup child = at.children.get(name);
            if (child == null) {
                child = new BpfCgroup(at, at.parent == null ? "/" + name : at.path + "/" + name);
                at.children.put(name, child);
                for (AttachType type : AttachType.values()) {
                    child.activate(type);
                }
            }
            at = child;
        }
        return at;
    }

    /** From the root of the hierarchy, such as {@code /arms/treatment}. */
    @Override
    public String path() {
        return path;
    }

    /** The cgroup above; empty for the root. */
    public Optional<BpfCgroup> parent() {
        return Optional.ofNullable(parent);
    }

    @Override
    public SockOps sockOps() {
        return sockOps;
    }

    @Override
    public SockoptHook sockopts() {
        return sockopts;
    }

    /** What is attached here, and what runs. */
    public Query query(AttachType type) {
        Attachments here = attachments.get(type);
        return new Query(
                here.flags,
                here.list.stream().map(Attached::program).toList(),
                effective(type).stream().map(AttachedProgram::program).toList());
    }

    /** As {@link #attach(BpfProgram, int, BpfProgram)} where the program is for, without another to replace. */
    public int attach(BpfProgram program, int flags) {
        return attach(program, flags, null);
    }

    /**
     * Attaches a program where it is for ({@link AttachType#of}). Without {@link #BPF_F_ALLOW_MULTI} there is at most one,
     * and a new one replaces it.
     *
     * @param flags 0, {@link #BPF_F_ALLOW_OVERRIDE} or {@link #BPF_F_ALLOW_MULTI}; with the last also {@link
     *     #BPF_F_REPLACE} and {@link #BPF_F_PREORDER}
     * @param replaced with {@link #BPF_F_REPLACE} the program whose place it takes, otherwise null
     * @return 0; -EINVAL for other flags, a program that is attached already or is for no cgroup; -EPERM if the cgroup has
     *     a program of another kind, or one above does not allow it ({@link #whoForbids}); -ENOENT if there is nothing
     *     to replace; -E2BIG beyond 64 programs
     */
    public int attach(BpfProgram program, int flags, BpfProgram replaced) {
        AttachType type = AttachType.of(program).orElse(null);
        boolean multi = (flags & BPF_F_ALLOW_MULTI) != 0;
        boolean replace = (flags & BPF_F_REPLACE) != 0;
        if (type == null
                || (flags & ~(KIND | BPF_F_REPLACE | BPF_F_PREORDER)) != 0
                || (flags & KIND) == KIND
                || replace && !multi
                || replace != (replaced != null)) {
            return -Errno.EINVAL;
        }
        Attachments here = attachments.get(type);
        if (whoForbids(type).isPresent() || !here.list.isEmpty() && here.flags != (flags & KIND)) {
            return -Errno.EPERM;
        }
        if (here.list.size() >= MAX_PROGRAMS) {
            return -Errno.E2BIG;
        }
        Attached attached = new Attached(program, flags);
        if (!multi) {
            here.list.clear();
            here.list.add(attached);
        } else if (program != replaced && indexOf(here, program) >= 0) {
            return -Errno.EINVAL;
        } else if (replaced != null) {
            int at = indexOf(here, replaced);
            if (at < 0) {
                return -Errno.ENOENT;
            }
            here.list.set(at, attached);
        } else {
            here.list.add(attached);
        }
        here.flags = flags & KIND;
        update(type);
        return 0;
    }

    /** The cgroup above whose program lets none be attached here; empty if that is allowed. */
    public Optional<BpfCgroup> whoForbids(AttachType type) {
        for (BpfCgroup above = parent; above != null; above = above.parent) {
            Attachments there = above.attachments.get(type);
            if ((there.flags & BPF_F_ALLOW_MULTI) != 0) {
                return Optional.empty();
            }
            if (!there.list.isEmpty()) {
                return (there.flags & BPF_F_ALLOW_OVERRIDE) != 0 ? Optional.empty() : Optional.of(above);
            }
        }
        return Optional.empty();
    }

    /**
     * Detaches a program. A cgroup that takes one only gives it up whichever is named, as in Linux.
     *
     * @return 0, -ENOENT if it is not attached, -EINVAL if it is for no cgroup
     */
    public int detach(BpfProgram program) {
        AttachType type = AttachType.of(program).orElse(null);
        if (type == null) {
            return -Errno.EINVAL;
        }
        Attachments here = attachments.get(type);
        int at = (here.flags & BPF_F_ALLOW_MULTI) != 0 ? indexOf(here, program) : here.list.size() - 1;
        if (at < 0) {
            return -Errno.ENOENT;
        }
        here.list.remove(at);
        if (here.list.isEmpty()) {
            here.flags = 0;
        }
        update(type);
        return 0;
    }

    private static int indexOf(Attachments here, BpfProgram program) {
        for (int i = 0; i < here.list.size(); i++) {
            if (here.list.get(i).program == program) {
                return i;
            }
        }
        return -1;
    }

    /** The programs of this cgroup, then those of the ones above that are run as well; see {@link #BPF_F_PREORDER}. */
    private List<AttachedProgram> effective(AttachType type) {
        List<AttachedProgram> first = new ArrayList<>();
        List<AttachedProgram> then = new ArrayList<>();
        for (BpfCgroup at = this; at != null; at = at.parent) {
            Attachments there = at.attachments.get(type);
            boolean yields = (there.flags & BPF_F_ALLOW_MULTI) == 0;
            if (yields && first.size() + then.size() > 0) {
                continue;
            }
            List<AttachedProgram> firstHere = new ArrayList<>();
            for (Attached attached : there.list) {
                (attached.isFirst() ? firstHere : then).add(new AttachedProgram(attached.program, at.id));
            }
            first.addAll(0, firstHere);
        }
        first.addAll(then);
        return first;
    }

    private void update(AttachType type) {
        activate(type);
        children.values().forEach(child -> child.update(type));
    }

    private void activate(AttachType type) {
        if (type == AttachType.BPF_CGROUP_SOCK_OPS) {
            List<AttachedProgram> programs = effective(type);
            sockOps = programs.isEmpty() ? null : new SockOpsHook(programs);
            return;
        }
        List<AttachedProgram> getters = effective(AttachType.BPF_CGROUP_GETSOCKOPT);
        List<AttachedProgram> setters = effective(AttachType.BPF_CGROUP_SETSOCKOPT);
        sockopts = getters.isEmpty() && setters.isEmpty() ? null : new CgroupSockoptHook(getters, setters);
    }
}
