/**
 * Reads ELF64 objects for {@code EM_BPF}.
 */
package org.bpfsim.bpf.elf;
