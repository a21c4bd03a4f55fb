package org.bpfsim.scenario.model;

/**
 * Hosts, switches and what joins them.
 *
 * @param hostLink between a host and its switch
 * @param fabricLink between switches
 */
public record NetworkSpec(
        TopologySpec topology,
        LinkSpec hostLink,
        LinkSpec fabricLink,
        SwitchSpec switches,
        AddressTemplates addresses) {}
