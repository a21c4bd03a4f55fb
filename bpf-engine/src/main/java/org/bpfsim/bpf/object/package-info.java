/**
 * What an object contains by libbpf's conventions: programs, maps, global data, struct_ops.
 */
package org.bpfsim.bpf.object;
