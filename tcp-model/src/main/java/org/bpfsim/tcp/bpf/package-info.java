/**
 * Where BPF programs attach to simulated sockets, as in Linux 6.12.
 *
 * <pre>
 * TcpBpf              what a host's kernel offers programs: types, families, helpers, kfuncs, configuration
 * HostPrograms        loads objects on a host and puts them into effect
 * SockTypes, TcpSockType, CongestionTypes, UapiTypes   the kernel structs, field by field, over TcpSock
 * SocketCasts         a socket as the struct that it is; SocketKinds has those beside tcp_sock
 * SocketLookup        sockets by addresses and ports
 *
 * SockOpsFamily       programs of type sock_ops; SockOpsContext is what they are called with
 * BpfCgroup           a hierarchy of cgroups: what is attached where, and so what runs; AttachType
 * SockOpsHook         calls the sock_ops programs in effect; HeaderOptions is what they do to TCP options
 * SocketMapPrograms   programs on maps of sockets; what they do there is in tcp.psock
 * CgroupSockoptHook   calls programs around setsockopt() and getsockopt()
 *
 * StructOpsFamily     programs of type struct_ops that implement tcp_congestion_ops, and the kernel's kfuncs for them
 * StructOpsRegistration   a struct_ops map from INIT over INUSE to TOBEFREE; counts the sockets that use it
 * StructOpsLink       registers a map, and puts another in its place; StructOpsDump shows one
 * BpfCongestionOps    a registered map as the stack sees it
 *
 * BpfSockOpt          bpf_setsockopt() and bpf_getsockopt() for both
 * KernelServices      clock, ticks, random numbers and cookies for programs, from the host; ProgramOutput takes their output
 * KernelAlarm         fires their timers
 * </pre>
 *
 * Programs see sockets through {@link org.bpfsim.bpf.types.StructType}s, which read and write the fields of {@link
 * org.bpfsim.tcp.sock.TcpSock} directly: nothing is copied for a call. A field, option or helper that is not modelled
 * ends loading, or the run, with its name.
 *
 * <p>docs/bpf-support.md has a table of what works and the tests that show it; it is made from {@code
 * src/test/bpf/proofs.txt}, where a new test gets its line.
 */
package org.bpfsim.tcp.bpf;
