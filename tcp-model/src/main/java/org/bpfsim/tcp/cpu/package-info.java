/**
 * Who does the work on a host: applications' threads, and the cores that they share with the kernel.
 *
 * <pre>
 * Process, Task     an application and its threads, each with an epoll loop
 * InstantTask       a thread on a host without CPUs: everything but {@link org.bpfsim.tcp.cpu.Task#compute} takes no time
 * CpuTask           a thread on a host with CPUs
 *
 * CpuOptions, CpuCosts   how many cores, and what the kernel's work costs them
 * HostCpus          the cores of a host: which does what; where the stack says what it has done
 * Core              softirqs first, then threads in turn
 * Work, Tape        what a core runs; what of it is done and not paid for
 * Softirq           a receive queue of the NIC: poll, GRO, TCP     Linux: net_rx_action(), NAPI
 * CpuAccounts       who has spent what on which core; Cause
 * </pre>
 * An application is what its sockets' handlers do. It makes a {@link org.bpfsim.tcp.cpu.Process} with {@code
 * TcpHost.process()}, and names one of its tasks whenever it opens a socket; handlers then run in that task.
 */
package org.bpfsim.tcp.cpu;
