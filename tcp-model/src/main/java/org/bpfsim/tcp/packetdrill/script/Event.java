package org.bpfsim.tcp.packetdrill.script;

/** One event of a script. */
public record Event(int line, When when, Action action) {}
