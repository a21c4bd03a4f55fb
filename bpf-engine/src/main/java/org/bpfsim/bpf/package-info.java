/**
 * An eBPF runtime for the JVM: loads the ELF objects that clang makes and runs them against kernel structs that an
 * embedder models. Knows nothing of networks.
 *
 * <pre>
 * elf          bytes            -> ElfObject       sections, symbols, relocations
 * btf          .BTF, .BTF.ext   -> Btf, BtfExt     types; lines, functions and CO-RE relocations of code
 * isa          8-byte slots     -> Instruction     opcodes, arithmetic, disassembly, structural checks   RFC 9669
 * object       ElfObject        -> BpfObject       programs, maps, struct_ops by libbpf's conventions
 * types        KernelTypes                         kernel structs, each field bound to a Java class
 * core         Btf and Btf      -> CoreRelocator   compile once, run everywhere
 * memory       Region, AddressSpace                what a program can reach, every access checked
 * map          MapInstance, BpfMap                 arrays, hashes, tries, queues, maps of maps, ring buffers, sk_storage
 * helper       Helper, Kfunc, HelperCall           what programs call outside themselves
 * interpreter  DecodedProgram, Machine             runs programs
 * program      BpfObject + BpfEnvironment -> LoadedObject -> BpfInstance -> BpfProgram
 * inspect      BpfObject        -> ObjectReport    what an object asks for, without loading it
 * packet       PacketFamilies, PacketRun           socket filters, tc and xdp: a packet in, a verdict out
 * socket       SocketView, PlainSocket             struct bpf_sock of whatever sockets there are
 * sockmap      SkMsg, Message                      programs on what sockets of a sockmap send (on what they receive: packet)
 * sockopt      CgroupSockopt, SockoptPrograms      programs on socket options
 * testrun      ObjectRun, ConformancePlugin        programs run by hand
 * </pre>
 * In this package are the errors: {@link org.bpfsim.bpf.BpfLoadException} for objects that cannot be loaded,
 * {@link org.bpfsim.bpf.BpfFault} for programs that do at run time what they must not; both know the C line.
 */
package org.bpfsim.bpf;
