package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.tcp.sock.SockCommon;

/** Tells a host's CPUs, if it has any, what a program has executed. Hot path: no allocation. */
final class BpfCost {
    private BpfCost() {}

    /** The program has just run for a socket. */
    static void charge(SockCommon sk, BpfProgram program) {
        if (sk.kernel.cpus != null) {
            sk.kernel.cpus.ranProgram(sk, program.lastRunInstructions(), program.lastRunHelperCalls());
        }
    }
}
