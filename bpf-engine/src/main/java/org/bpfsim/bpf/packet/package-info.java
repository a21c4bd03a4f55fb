/**
 * Program families whose context is a packet on a byte array: socket filters, tc classifiers, xdp.
 *
 * <pre>
 * PacketBuffer    the packet and its metadata: the context
 * PacketFamilies  sections, contexts, helpers and kfuncs of the three
 * PacketHelpers   what their helpers do
 * PacketRun       runs a program on a packet, as BPF_PROG_TEST_RUN does
 * </pre>
 */
package org.bpfsim.bpf.packet;
