/**
 * An interpreter of Google's packetdrill language against the simulated stack, so that scripts written for Linux run
 * unmodified, in simulated time.
 *
 * <pre>
 * Packetdrill     runs scripts, gives a ScriptResult each
 * Settings        what the command line and a script's options choose
 * ScriptRun       one run: goes through the events
 * CallRunner      system calls, one of which may wait
 * Clock           time, and how far off it may be
 * Flow            a connection: script's numbers to the stack's and back
 * SentSegment     what the stack has sent, in the script's numbers
 * Injector        makes segments of a script's packets
 * IcmpCodes       names of ICMP messages
 * TunDevice       the host's network device
 * PacketCheck     compares what was sent with what is expected
 * InfoVariables   the tcpi_ variables of assertions
 * </pre>
 * Language: {@code .script}; assertions: {@code .code}; shell lines: {@code .shell}; system calls: {@code .socket};
 * files: {@code .files}.
 *
 * <p>Differences from the tool: the host under test has no segmentation offload yet, so that PSH, which Linux sets on
 * every packet of more than one segment, is not compared where several segments make up one packet of the script.
 */
package org.bpfsim.tcp.packetdrill;
