package org.bpfsim.tcp.bpf;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.tcp.cong.NativeCongestionControls;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Stack;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** A kernel without a network, and sockets on it. */
record TestKernel(HostKernel kernel) {
    static TestKernel create() {
        HostKernel kernel = new HostKernel(
                "h0", 0, new Scheduler(), new SegmentPool(), () -> 4, 1000, 1500, 38, segment -> segment.release());
        NativeCongestionControls.registerAll(kernel.congestionControls);
        kernel.attachStack(new Stack() {
            @Override
            public void sendAck(TcpSock sk, int rcvNxt) {}

            @Override
            public void pushPending(TcpSock sk) {}
        });
        return new TestKernel(kernel);
    }

    /** An established socket with ECN. */
    TcpSock socket() {
        TcpSock sk = new TcpSock(kernel);
        sk.skc_state = TcpState.ESTABLISHED;
        sk.ecn_flags = TcpSock.TCP_ECN_OK;
        sk.snd_cwnd = 10;
        CongestionControl.assign(sk);
        CongestionControl.init(sk);
        return sk;
    }
}
