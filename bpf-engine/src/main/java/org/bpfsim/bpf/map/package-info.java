/**
 * BPF maps with kernel semantics.
 */
package org.bpfsim.bpf.map;
