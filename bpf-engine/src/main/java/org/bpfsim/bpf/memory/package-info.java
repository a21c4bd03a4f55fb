/**
 * What a running program can reach, and how its addresses are made.
 *
 * <pre>
 * AddressLayout  an address is a region and an offset
 * Region         bytes, values of a map, or a kernel object; checks bounds and rights   hot path
 * AddressSpace   the regions of one run                                                 hot path
 * WriteRights    which kernel fields a program family may write
 * </pre>
 */
package org.bpfsim.bpf.memory;
