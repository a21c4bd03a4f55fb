/**
 * Result tables of a run, and the folder that holds all runs of an experiment.
 *
 * <pre>
 * FlowTable, QueueTable, PortTable, ArmTable, RequestTable, ConnectionTable   columns of one run, filled while it goes
 * RunResult      what one run leaves
 * ResultFolder   writes runs (each file set appears at once, complete), finds those that are done
 * FolderLock     one process at a time
 * Manifest       manifest.json: what is needed to repeat the experiment
 * </pre>
 * Files, all with {@code \n} and the same bytes wherever and however often they are made:
 *
 * <pre>
 * manifest.json           scenario as resolved, hashes of objects, plan, runs with their fingerprints
 * scenario.yaml           as given; objects/ holds copies of its ELF objects
 * runs/ID/run.json        id, variant, replication, fingerprint, events, simulated time, status
 * runs/ID/flows.csv       one line per measured flow; src connected, dst answered; fct_ns is empty if unfinished. Counters are
 *                         of both ends together and count every segment, SYN and FIN included
 * runs/ID/queues.csv      depth by class of port over the measured interval
 * runs/ID/ports.csv       totals by port over the whole run
 * runs/ID/arms.csv        totals by arm: flows that started in the measured interval, and bytes that applications
 *                         read within it, from whatever flow (bytes_completed)
 * runs/ID/cpu.csv         if hosts have CPUs: what each core did in the measured interval, in nanoseconds by cause and arm (empty:
 *                         no arm's); with its idle time the rows of a core add up to the interval
 * runs/ID/cpu-counts.csv  within it, by host and arm: wake-ups of threads, system calls, packets that full receive rings lost
 * runs/ID/requests.csv    what applications asked for, one line per request, query or job that started in the measured
 *                         interval; latency_ns is empty if it was not answered, late if it had no deadline
 * runs/ID/connections.csv what their connections did within it, both ends (and a proxy) together
 * runs/ID/maps/           ARM.OBJECT.MAP.json: the maps that the scenario dumps, by host
 * runs/ID/trace.txt       what programs printed with bpf_trace_printk(), if anything
 * </pre>
 */
package org.bpfsim.scenario.result;
