/**
 * Helpers and kfuncs: what programs call outside themselves.
 *
 * <pre>
 * Helper, Kfunc     name and function
 * HelperCall        what a function sees of its caller: memory, objects, maps, services
 * BaseHelpers       those that need the engine only                man 7 bpf-helpers
 * MapHelpers, StringHelpers, Dynptrs, Checksums         parts of the base set
 * TimerHelpers      timers in values of maps
 * TaskHelpers, Task                                     who runs
 * SocketHelpers                                         maps of sockets; redirects
 * BaseKfuncs        kernel functions that every program may call
 * Packet, Redirect, SocketEvent, SystemCall             what contexts can be
 * HelperNames       Linux's numbers and names
 * RuntimeServices   time, random numbers, output: supplied by the embedder
 * </pre>
 */
package org.bpfsim.bpf.helper;
