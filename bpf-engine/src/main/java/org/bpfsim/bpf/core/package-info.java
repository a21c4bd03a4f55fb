/**
 * Compile once, run everywhere: finds a program's kernel fields in the kernel that is there.
 *
 * <pre>
 * CoreRelocator  answers relocations of one Btf from another, and writes them into instructions
 * AccessPath     a way from a struct to a field, by name
 * TypeRules      when a type of the program stands for a type of the kernel
 * KernelBtf      an embedder's KernelTypes as Btf
 * </pre>
 */
package org.bpfsim.bpf.core;
