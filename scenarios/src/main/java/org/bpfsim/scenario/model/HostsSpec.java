package org.bpfsim.scenario.model;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bpfsim.tcp.cpu.CpuOptions;

/**
 * The hosts, all alike.
 *
 * @param kernel whose behaviour and defaults they have
 * @param hz CONFIG_HZ: timer ticks per second
 * @param sysctl values that differ from the kernel's defaults, by their Linux names
 * @param nic their network cards, and the queueing discipline before them
 * @param cpu their cores; if there are none, work on a host takes no time
 */
public record HostsSpec(
        String kernel, int hz, SortedMap<String, String> sysctl, NicSpec nic, Optional<CpuOptions> cpu) {
    public HostsSpec {
        sysctl = Collections.unmodifiableSortedMap(new TreeMap<>(sysctl));
    }
}
