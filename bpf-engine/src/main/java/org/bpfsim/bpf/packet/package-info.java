/**
 * Program families whose context is a packet on a byte array: socket filters, tc classifiers, xdp, and sk_skb.
 *
 * <pre>
 * PacketBuffer    the packet and its metadata: the context
 * SkBuff          struct __sk_buff
 * PacketFamilies  sections, contexts, helpers and kfuncs of the four
 * PacketHelpers   what their helpers do
 * PacketRun       runs a program on a packet, as BPF_PROG_TEST_RUN does
 * </pre>
 */
package org.bpfsim.bpf.packet;
