/**
 * Reads relocatable ELF64 objects for {@code EM_BPF}, little-endian.
 *
 * <pre>
 * ElfObject      sections, symbols, relocations       ELF gABI, chapter 4
 * ElfReader      checks every offset before its use
 * ElfRelocation  R_BPF_* types                        docs.kernel.org/bpf/llvm_reloc.html
 * </pre>
 * Any bytes give an object or a {@code BpfLoadException}.
 */
package org.bpfsim.bpf.elf;
