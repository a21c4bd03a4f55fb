package org.bpfsim.scenario.model;

/** The shape of the network. */
public sealed interface TopologySpec {
    /** One result per shape. */
    interface Cases<R> {
        R leafSpine(LeafSpine t);

        R fatTree(FatTree t);

        R dumbbell(Dumbbell t);

        R star(Star t);

        R datacenters(Datacenters t);
    }

    <R> R match(Cases<R> cases);

    /** Hosts in all. */
    int hosts();

    /** Groups of hosts under one switch. */
    int racks();

    /** Groups of racks: datacenters, or the pods of a fat-tree; 1 where the shape has none. */
    default int pods() {
        return 1;
    }

    /** Racks under leaf switches, every leaf joined to every spine. */
    record LeafSpine(int leaves, int spines, int hostsPerLeaf) implements TopologySpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.leafSpine(this);
        }

        @Override
        public int hosts() {
            return Math.multiplyExact(leaves, hostsPerLeaf);
        }

        @Override
        public int racks() {
            return leaves;
        }
    }

    /** The three-layer Clos of k-port switches (Al-Fares, Loukissas and Vahdat, SIGCOMM 2008): k^3/4 hosts. */
    record FatTree(int k) implements TopologySpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.fatTree(this);
        }

        @Override
        public int hosts() {
            return k * k * k / 4;
        }

        @Override
        public int racks() {
            return k * k / 2;
        }

        @Override
        public int pods() {
            return k;
        }
    }

    /** Two switches joined by one fabric link, with as many hosts on either side; numbered from the left. */
    record Dumbbell(int hostsPerSide) implements TopologySpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.dumbbell(this);
        }

        @Override
        public int hosts() {
            return Math.multiplyExact(2, hostsPerSide);
        }

        @Override
        public int racks() {
            return 2;
        }
    }

    /** All hosts on one switch. */
    record Star(int hosts) implements TopologySpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.star(this);
        }

        @Override
        public int racks() {
            return 1;
        }
    }

    /** Leaf-spine networks far apart, joined by wide-area links; each is a pod. */
    record Datacenters(int count, int leaves, int spines, int hostsPerLeaf) implements TopologySpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.datacenters(this);
        }

        @Override
        public int hosts() {
            return Math.multiplyExact(racks(), hostsPerLeaf);
        }

        @Override
        public int racks() {
            return Math.multiplyExact(count, leaves);
        }

        @Override
        public int pods() {
            return count;
        }
    }
}
