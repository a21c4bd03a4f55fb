/**
 * A scenario as checked, immutable values: what {@code schema} binds YAML to and everything else reads.
 *
 * <pre>
 * Scenario      the whole file
 * NetworkSpec   topology, links, switches, addresses      TopologySpec, LinkSpec, SwitchSpec, AddressTemplates
 * HostsSpec     kernel, CONFIG_HZ, sysctls
 * WorkloadSpec  rpc, bulk, incast                         SizeSpec: how large flows are
 * ArmSpec       who is treated, and with which programs   AttachSpec
 * RunSpec       how long, how often, from which seed
 * </pre>
 * Times are picoseconds, rates bit/s, sizes bytes. Cross-checks between sections are {@code schema}'s.
 */
package org.bpfsim.scenario.model;
