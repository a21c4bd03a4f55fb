package org.bpfsim.tcp.app;

import org.bpfsim.tcp.cpu.CpuTask;
import org.bpfsim.tcp.output.SendCall;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** A process that blocks in write() until its bytes are taken: what there is no room for follows as room is made. */
final class BlockingWriter {
    /** What it passes to one write(): iperf's default. */
    private static final int WRITE_BYTES = 131_072;

    private final Socket socket;
    private final Runnable goesOn = this::goOn;
    private long owedBytes;
    /** A call has taken a part of its bytes and waits for room. */
    private boolean isWaiting;

    private boolean shutdownWhenSent;

    BlockingWriter(Socket socket) {
        this.socket = socket;
    }

    /** Adds to what is to be written. */
    void write(long bytes) {
        owedBytes += bytes;
        goOn();
    }

    /** The same, and the stream ends behind it. */
    void writeAndShutdown(long bytes) {
        shutdownWhenSent = true;
        write(bytes);
    }

    /** Bytes that are not taken yet. */
    long owedBytes() {
        return owedBytes;
    }

    /** Writes what there is room for. */
    void goOn() {
        TcpSock sk = socket.tcp();
        CpuTask cpuTask = socket.cpuTask();
        if (owedBytes > 0 || shutdownWhenSent && sk.defer_connect) { // a SYN that waits for data goes without
            long bytes = cpuTask == null ? owedBytes : Math.min(owedBytes, WRITE_BYTES);
            long taken = socket.send(bytes, 0, isWaiting);
            while (taken > 0 && taken < bytes && sk.psock != null && sk.psock.takesMessages()) {
                owedBytes -= taken; // a program has let a part pass: the process writes the rest by another call
                bytes -= taken;
                taken = socket.send(bytes, 0, false);
            }
            if (taken < 0 && socket.handler() != null) {
                socket.handler().onWriteError(socket, (int) -taken);
            }
            owedBytes = taken < 0 ? 0 : owedBytes - taken;
            if (taken == bytes && owedBytes > 0) {
                isWaiting = false;
                cpuTask.compute(0, goesOn);
                return;
            }
            isWaiting = owedBytes > 0 && (isWaiting || taken > 0);
        }
        if (owedBytes == 0 && shutdownWhenSent && TcpState.in(sk.skc_state, SendCall.WRITABLE_STATES)) {
            shutdownWhenSent = false;
            socket.shutdown();
        }
    }
}
