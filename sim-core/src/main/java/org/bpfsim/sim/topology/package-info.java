/**
 * Whole networks: which switches there are, how they are linked, where each host sits.
 *
 * <pre>
 * Topology                           a plan; builds a Network on a scheduler
 * Dumbbell, SingleSwitch,
 *   LeafSpine, FatTree, Datacenters  the plans that there are
 * SwitchSpec                         memory and queues of a switch
 * NetworkBuilder                     lays links and routes for the plans
 * Network                            what is built: NICs, switches, ports, who sits where
 * PathInfo                           the links between two hosts, and the time an idle path takes
 * PeerPermutation                    the workload and paths that drivers of other simulators share
 * </pre>
 *
 * Names of port classes are part of the results: {@code host-nic} everywhere; {@code leaf-down, leaf-up, spine-down};
 * {@code edge-down, edge-up, agg-down, agg-up, core-down}; {@code switch-down}; {@code bottleneck};
 * {@code spine-up, border-down, wan}.
 */
package org.bpfsim.sim.topology;
