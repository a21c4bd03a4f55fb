package org.bpfsim.scenario.result;

/** The tables of applications that talk in frames. */
public record ServiceTables(RequestTable requests, ConnectionTable connections) {}
