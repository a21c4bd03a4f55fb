package org.bpfsim.tcp.sock;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The congestion controls that a host knows, by name. */
public final class CongestionRegistry {
    private final Map<String, CongestionOps> byName = new TreeMap<>();

    /**
     * Adds one.
     *
     * @return 0, or -EEXIST if the name is taken, as Linux's {@code tcp_register_congestion_control()} gives
     */
    public int register(CongestionOps ops) {
        return byName.putIfAbsent(ops.name(), ops) == null ? 0 : -Errno.EEXIST;
    }

    /** Removes one; sockets that use it keep it. */
    public void unregister(CongestionOps ops) {
        byName.remove(ops.name(), ops);
    }

    /**
     * Puts one in the place of another; sockets that use the old one keep it.
     *
     * @return 0, or -EINVAL if the old one is not there or has another name ({@code tcp_update_congestion_control()})
     */
    public int replace(CongestionOps old, CongestionOps ops) {
        if (byName.get(old.name()) != old || !old.name().equals(ops.name())) {
            return -Errno.EINVAL;
        }
        byName.put(ops.name(), ops);
        return 0;
    }

    /** The one of that name, or null. */
    public CongestionOps find(String name) {
        return byName.get(name);
    }

    /** Their names in alphabetical order, as {@code net.ipv4.tcp_available_congestion_control}. */
    public Collection<String> names() {
        return Collections.unmodifiableCollection(byName.keySet());
    }
}
