package org.bpfsim.scenario.model;

/**
 * Hosts, switches and what joins them.
 *
 * @param hostLink between a host and its switch
 * @param fabricLink between switches
 * @param wanLink between datacenters; meaningless in other topologies
 */
public record NetworkSpec(
        TopologySpec topology,
        LinkSpec hostLink,
        LinkSpec fabricLink,
        LinkSpec wanLink,
        SwitchSpec switches,
        AddressTemplates addresses) {}
