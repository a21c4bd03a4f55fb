/**
 * A host's network card and what stands before it: between TCP, which hands over packets of many segments, and the port,
 * which sends them.
 *
 * <pre>
 * Nic               hands packets on: queueing discipline, ring, TSO, completions      Linux: net/core/dev.c and a driver
 * NicOptions        names, units and defaults of ip-link(8), tc(8) and ethtool(8)
 * Qdisc             seam of queueing disciplines
 * PfifoFast         three bands, first come, first served                              Linux: net/sched/sch_generic.c
 * FairQueue         a queue per socket, paced                                          Linux: net/sched/sch_fq.c
 * FqCodel, CoDel    queues by hash, kept short                                         RFC 8289, RFC 8290
 * ByteQueueLimits   how much may lie in the ring                                       Linux: lib/dynamic_queue_limits.c
 * Segmentation      cuts a packet into segments (TSO)
 * Gro               puts segments together                                             Linux: net/ipv4/tcp_offload.c
 * TxPacket, TxFifo  a packet on its way through the host, and a queue of them
 * </pre>
 */
package org.bpfsim.tcp.nic;
