/**
 * BPF Type Format: the types of an object or of a kernel, and what they say about code (docs.kernel.org/bpf/btf.html).
 *
 * <pre>
 * Btf      types by id                  BtfReader reads .BTF
 * BtfType  one type, a closed sum
 * SpecialField  parts of values that are the kernel's
 * BtfExt   functions, lines, CO-RE      BtfExtReader reads .BTF.ext
 * </pre>
 */
package org.bpfsim.bpf.btf;
