package org.bpfsim.tcp.packetdrill.socket;

import java.util.stream.LongStream;
import org.bpfsim.tcp.output.FastOpenSyn;
import org.bpfsim.tcp.output.SendMessage;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.UserPages;

/** A write that is under way, which may connect and may wait (Linux 6.12, tcp_sendmsg_locked() in net/ipv4/tcp.c). */
final class WriteCall implements PendingCall {
    /**
     * What is written.
     *
     * @param elements bytes of each element of the iovec
     * @param flags MSG_*
     * @param badBuffer whether the buffer's address is wrong
     * @param anyFamily whether the address to connect to is AF_UNSPEC
     */
    record Request(long[] elements, int flags, boolean badBuffer, boolean anyFamily) {
        Request(long bytes, int flags, boolean badBuffer, boolean anyFamily) {
            this(new long[] {bytes}, flags, badBuffer, anyFamily);
        }

        long bytes() {
            return LongStream.of(elements).sum();
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    private static final int QUEUEING_FLAGS = SendMessage.MSG_MORE | SendMessage.MSG_EOR;

    private enum Step {
        CONNECT,
        AWAIT,
        WRITE
    }

    private final SocketFile file;
    private final TcpSock sk;
    private final Request request;
    private final Connecting connecting;
    private final int port;
    private Step step = Step.CONNECT;
    private long written;
    /** What is left to write without copying; null unless MSG_ZEROCOPY is in force. */
    private final UserPages pages;

    WriteCall(SocketFile file, Request request, Connecting connecting, int port) {
        this.file = file;
        this.sk = file.tcp();
        this.request = request;
        this.connecting = connecting;
        this.port = port;
        this.pages = isZeroCopy() ? new UserPages(request.elements()) : null;
    }

    @Override
    public long attempt() {
        sk.sk_write_pending = 0;
        long result = attemptStep();
        if (result == BLOCKED && Connecting.isUnderWay(sk)) {
            boolean allIsInSyn = sk.fastopen_req != null && sk.fastopen_req.copied == request.bytes();
            sk.sk_write_pending = allIsInSyn ? 0 : 1;
        }
        return result;
    }

    private long attemptStep() {
        if (step == Step.CONNECT) {
            if (!request.has(Constants.MSG_FASTOPEN) && !sk.defer_connect) {
                step = Step.WRITE;
            } else {
                long result = connect();
                if (result != 0) {
                    return result;
                }
            }
        }
        if (step == Step.AWAIT) {
            long result = connected(Connecting.await(file));
            if (result != 0) {
                return result;
            }
        }
        return write();
    }

    private long connect() {
        if (request.anyFamily()) {
            return -Constants.EOPNOTSUPP;
        }
        int begun = FastOpenSyn.begin(sk, request.badBuffer() ? 0 : request.bytes());
        if (begun < 0) {
            return begun;
        }
        if (sk.defer_connect) {
            Syn.connect(sk);
        }
        return connected(connecting.begin(file, port, true, waits()));
    }

    /** Goes on with what connecting gave; returns 0 if the write goes on. */
    private long connected(long result) {
        if (result == BLOCKED) {
            step = Step.AWAIT;
            return BLOCKED;
        }
        written = FastOpenSyn.end(sk);
        if (pages != null && written > 0) {
            pages.skip(written);
        }
        if (result == -Constants.EINPROGRESS && written > 0) {
            return finished();
        }
        step = Step.WRITE;
        return result;
    }

    private long write() {
        if (request.badBuffer() && sk.skc_state == TcpState.ESTABLISHED) {
            return -Constants.EFAULT;
        }
        if (sk.daddr == null) {
            return -Constants.EPIPE;
        }
        if (written == request.bytes() && written > 0) {
            return finished();
        }
        int flags = request.flags() & QUEUEING_FLAGS;
        long taken = file.socket.send(request.bytes() - written, flags, written > 0, pages);
        if (taken < 0) {
            return written > 0 ? written : taken;
        }
        written += taken;
        if (written == request.bytes()) {
            return finished();
        }
        if (waits()) {
            return BLOCKED;
        }
        if (written > 0 && sk.tx_timestamps != null) {
            sk.tx_timestamps.mark(sk);
        }
        return written > 0 ? finished() : -Constants.EAGAIN;
    }

    private boolean waits() {
        return !file.nonBlocking && !request.has(Constants.MSG_DONTWAIT);
    }

    private boolean isZeroCopy() {
        return request.has(Constants.MSG_ZEROCOPY) && file.zeroCopy;
    }

    private long finished() {
        if (isZeroCopy() && written > 0) {
            file.errors.sent(sk.write_seq);
        }
        return written;
    }
}
