package org.bpfsim.scenario.model;

import java.util.List;

/**
 * A treatment and who gets it.
 *
 * @param name also names its cgroup, {@code /arms/<name>}, on every host
 * @param share of all flows
 * @param attach programs, in the order in which they are attached
 */
public record ArmSpec(String name, Fraction share, List<AttachSpec> attach) {
    public ArmSpec {
        attach = List.copyOf(attach);
    }
}
