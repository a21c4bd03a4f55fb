package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.Errno;

/**
 * What holds a struct_ops map registered, as libbpf's {@code bpf_map__attach_struct_ops()} makes it: for a map of {@code
 * .struct_ops.link} a BPF link, whose map can be replaced while sockets use it (Linux 6.12, kernel/bpf/bpf_struct_ops.c);
 * for a map of {@code .struct_ops} its registration and nothing more.
 */
public final class StructOpsLink {
    private static final int ENOLINK = 67;

    private StructOpsRegistration map;

    /**
     * Registers a map. A map may be attached, detached and attached again if it is one for links.
     *
     * @return 0, or an error of {@link StructOpsRegistration#register}
     * @throws IllegalStateException if this link has a map
     */
    public int attach(StructOpsRegistration newMap) {
        if (map != null) {
            throw new IllegalStateException("the link has a map: " + map.name());
        }
        int error = makeReady(newMap);
        if (error == 0 && newMap.isForLinks()) {
            error = newMap.linkRegisters();
        }
        if (error == 0) {
            map = newMap;
        }
        return error;
    }

    /**
     * Puts another map of the same name in place ({@code bpf_link__update_map()}): sockets that are there keep what they have,
     * the next ones get the new one.
     *
     * @return 0; -EINVAL if one of the maps is not for links or the name is another; -ENOLINK if this link was detached
     */
    public int update(StructOpsRegistration newMap) {
        if (map != null && !map.isForLinks()) {
            return -Errno.EINVAL;
        }
        if (newMap == map) {
            return 0;
        }
        int error = newMap.isForLinks() ? makeReady(newMap) : 0;
        return error != 0 ? error : put(newMap);
    }

    /**
     * The same if the link has the expected map ({@code bpf_link_update()} with {@code BPF_F_REPLACE}).
     *
     * @return as {@link #update}; -EPERM if it has another
     */
    public int replace(StructOpsRegistration expected, StructOpsRegistration newMap) {
        if (!isReady(newMap)) {
            return -Errno.EINVAL;
        }
        return map != null && map != expected ? -Errno.EPERM : put(newMap);
    }

    /** Unregisters the map: 0, also if there is none any more. */
    public int detach() {
        if (map == null) {
            return 0;
        }
        StructOpsRegistration old = map;
        map = null;
        if (!old.isForLinks()) {
            return old.unregister();
        }
        old.linkUnregisters();
        return 0;
    }

    private int put(StructOpsRegistration newMap) {
        if (!isReady(newMap)) {
            return -Errno.EINVAL;
        }
        if (map == null) {
            return -ENOLINK;
        }
        int error = newMap.linkReplaces(map);
        if (error == 0) {
            map = newMap;
        }
        return error;
    }

    private static boolean isReady(StructOpsRegistration map) {
        return map.state() == StructOpsRegistration.State.READY;
    }

    /** Does what updating the map's element does; a map for links may be ready from before. */
    private static int makeReady(StructOpsRegistration map) {
        return isReady(map) ? 0 : map.register();
    }
}
