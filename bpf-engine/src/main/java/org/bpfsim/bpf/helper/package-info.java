/**
 * Helpers and kfuncs: what programs call outside themselves.
 *
 * <pre>
 * Helper, Kfunc     name and function
 * HelperCall        what a function sees of its caller: memory, objects, maps, services
 * BaseHelpers       those that need the engine only                man 7 bpf-helpers
 * MapHelpers, StringHelpers, Dynptrs, Checksums         parts of the base set
 * BaseKfuncs        kernel functions that every program may call
 * Packet            a context that is a packet
 * HelperNames       Linux's numbers and names
 * RuntimeServices   time, random numbers, output: supplied by the embedder
 * </pre>
 */
package org.bpfsim.bpf.helper;
