/**
 * Who does the work on a host: applications' threads, and the cores that they share with the kernel.
 *
 * <pre>
 * Process, Task     an application and its threads, each with an epoll loop
 * InstantTask       a thread on a host without CPUs: everything but {@link org.bpfsim.tcp.cpu.Task#compute} takes no time
 * </pre>
 * An application is what its sockets' handlers do. It makes a {@link org.bpfsim.tcp.cpu.Process} with {@code
 * TcpHost.process()}, and names one of its tasks whenever it opens a socket; handlers then run in that task.
 */
package org.bpfsim.tcp.cpu;
