/**
 * Workloads whose hosts talk in frames: who asks whom, when, for what, and what became of it.
 *
 * <pre>
 * Services                 starts the workloads of a run, keeps their tables
 * Clients                  who asks when: open and closed loops
 * Asker                    request-response: whom, and for what
 * Aggregator               partition-aggregate: one that asks many and needs all answers
 * StorageClient, StorageNode   blocks that are read, and written to several servers
 * Ring                     all-reduce: jobs around a ring of hosts
 * Channel, Pools           a connection of a pool, opened when it is first needed
 * Proxy                    what connections may go through
 * Service                  ports, processes and servers of a workload
 * RequestBook, Request     requests with their numbers and times
 * ConnectionBook, Tally    connections with their counters
 * Site, Accounts           what is needed of the run
 * </pre>
 * What runs at the ends of a connection is {@link org.bpfsim.tcp.rpc}. The unit that an arm takes is the connection, or the request
 * if each has a connection of its own.
 */
package org.bpfsim.scenario.apps;
