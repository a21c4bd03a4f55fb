package org.bpfsim.scenario.model;

/**
 * Where a host stands.
 *
 * @param pod of a fat-tree, or datacenter; else 0
 * @param rack counted through the whole network
 * @param indexInRack from 0
 */
public record HostPlace(int pod, int rack, int indexInRack) {
    /** The place of a host in a topology; hosts are numbered rack by rack. */
    public static HostPlace of(TopologySpec topology, int host) {
        return topology.match(new TopologySpec.Cases<>() {
            @Override
            public HostPlace leafSpine(TopologySpec.LeafSpine t) {
                return new HostPlace(0, host / t.hostsPerLeaf(), host % t.hostsPerLeaf());
            }

            @Override
            public HostPlace fatTree(TopologySpec.FatTree t) {
                int half = t.k() / 2;
                return new HostPlace(host / (half * half), host / half, host % half);
            }

            @Override
            public HostPlace dumbbell(TopologySpec.Dumbbell t) {
                return new HostPlace(0, host / t.hostsPerSide(), host % t.hostsPerSide());
            }

            @Override
            public HostPlace star(TopologySpec.Star t) {
                return new HostPlace(0, 0, host);
            }

            @Override
            public HostPlace datacenters(TopologySpec.Datacenters t) {
                int rack = host / t.hostsPerLeaf();
                return new HostPlace(rack / t.leaves(), rack, host % t.hostsPerLeaf());
            }
        });
    }
}
