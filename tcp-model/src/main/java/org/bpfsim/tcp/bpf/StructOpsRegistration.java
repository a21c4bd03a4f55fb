package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.CongestionRegistry;

/**
 * The life of a {@code tcp_congestion_ops} struct_ops map on one host (Linux 6.12, kernel/bpf/bpf_struct_ops.c and
 * net/ipv4/bpf_tcp_ca.c). One of {@code .struct_ops} is INIT, then INUSE from registration on, then TOBEFREE once it is
 * unregistered, while sockets may still use it. One of {@code .struct_ops.link} is INIT, then READY for good; {@link
 * StructOpsLink}s register it.
 */
public final class StructOpsRegistration {
    /** {@code enum bpf_struct_ops_state}, in its order. */
    public enum State {
        INIT,
        INUSE,
        TOBEFREE,
        READY
    }

    private static final int EINPROGRESS = 115;
    private static final int FLAGS_MASK = CongestionOps.TCP_CONG_NON_RESTRICTED | CongestionOps.TCP_CONG_NEEDS_ECN;
    private static final int NAME_MAX = 15;

    private final StructOpsMap map;
    private final BpfCongestionOps ops;
    private final CongestionRegistry registry;
    private State state = State.INIT;
    private int refcount;

    public StructOpsRegistration(StructOpsMap map, CongestionRegistry registry) {
        this.map = map;
        this.registry = registry;
        this.ops = new BpfCongestionOps(this, map);
    }

    /**
     * Registers it, as updating the map's only element does; a map of {@code .struct_ops.link} is only checked and made
     * ready.
     *
     * @return 0; -EBUSY if that was done before; -EINVAL if its name or flags are not allowed or a required member is
     *     missing ({@code ssthresh}, {@code undo_cwnd}, {@code cong_avoid} or {@code cong_control}); -EEXIST if the name
     *     is taken
     */
    public int register() {
        if (state != State.INIT) {
            return -Errno.EBUSY;
        }
        if (!isName(ops.name()) || (map.number("flags") & ~FLAGS_MASK) != 0 || !ops.isComplete()) {
            return -Errno.EINVAL;
        }
        if (map.link()) {
            state = State.READY;
            return 0;
        }
        int error = registry.register(ops);
        if (error != 0) {
            return error;
        }
        refcount = 1;
        state = State.INUSE;
        return 0;
    }

    /**
     * Unregisters it, as deleting the map's element does: no socket can choose it any more, those that have it keep it.
     *
     * @return 0; -ENOENT if it is not registered; -EINPROGRESS if it was unregistered before; -EOPNOTSUPP if that is a
     *     link's to do
     */
    public int unregister() {
        if (map.link()) {
            return -Errno.EOPNOTSUPP;
        }
        return switch (state) {
            case INUSE -> {
                registry.unregister(ops);
                state = State.TOBEFREE;
                put();
                yield 0;
            }
            case TOBEFREE -> -EINPROGRESS;
            case INIT, READY -> -Errno.ENOENT;
        };
    }

    boolean isOf(StructOpsMap other) {
        return map == other;
    }

    /** Whether it is of {@code .struct_ops.link}. */
    boolean isForLinks() {
        return map.link();
    }

    /** A link registers it: 0 or an error of the registry. */
    int linkRegisters() {
        int error = registry.register(ops);
        refcount += error == 0 ? 1 : 0;
        return error;
    }

    /** A link puts it in the place of another: 0 or -EINVAL. */
    int linkReplaces(StructOpsRegistration old) {
        int error = registry.replace(old.ops, ops);
        if (error == 0) {
            refcount++;
            old.put();
        }
        return error;
    }

    /** A link lets go of it. */
    void linkUnregisters() {
        registry.unregister(ops);
        put();
    }

    /**
     * What {@code bpftool map dump} prints of the map: how many references there are, the state, and the struct with its
     * functions as ids of programs.
     */
    public String dump() {
        return StructOpsDump.text(map, refcount, state.ordinal());
    }

    /** What an error of {@link #register} means, and how to mend it. */
    public String explain(int error) {
        return switch (-error) {
            case Errno.EBUSY -> "it was registered before (EBUSY)";
            case Errno.EEXIST ->
                "the host has a congestion control named \"" + name() + "\" already (EEXIST). Give it another .name";
            default -> explainInvalid() + " (EINVAL)";
        };
    }

    private String explainInvalid() {
        if (!isName(ops.name())) {
            return "its .name \"" + ops.name() + "\" is not 1 to 15 letters, digits, underscores and dots";
        }
        if (!ops.isComplete()) {
            return "it needs .ssthresh, .undo_cwnd, and .cong_avoid or .cong_control";
        }
        return "its .flags have bits other than TCP_CONG_NON_RESTRICTED (1) and TCP_CONG_NEEDS_ECN (2)";
    }

    /** The name that sockets choose it by. */
    public String name() {
        return ops.name();
    }

    public State state() {
        return state;
    }

    /** Sockets that use it, and one for the registration itself: {@code refcnt} of {@code bpftool map dump}. */
    public int refcount() {
        return refcount;
    }

    boolean tryGet() {
        if (refcount == 0) {
            return false;
        }
        refcount++;
        return true;
    }

    void put() {
        if (refcount == 0) {
            throw new AssertionError("struct_ops " + name() + ": a socket gave back a reference that nobody holds");
        }
        refcount--;
    }

    /** {@code bpf_obj_name_cpy()}: 1 to 15 letters, digits, underscores and dots. */
    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= NAME_MAX
                && name.chars().allMatch(c -> c == '_' || c == '.' || c < 128 && Character.isLetterOrDigit(c));
    }
}
