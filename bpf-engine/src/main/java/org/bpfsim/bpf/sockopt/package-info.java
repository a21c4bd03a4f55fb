/**
 * Programs on socket options: cgroup/getsockopt and cgroup/setsockopt.
 *
 * <pre>
 * CgroupSockopt    the family: sections, struct bpf_sockopt, helpers
 * SockoptCall      one call of an application, before or after the kernel's handler: the context
 * SockoptPrograms  runs the programs of a cgroup, and says what becomes of the call   Linux 6.12: kernel/bpf/cgroup.c
 * </pre>
 */
package org.bpfsim.bpf.sockopt;
