package org.bpfsim.tcp.psock;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.helper.SocketHelpers;
import org.bpfsim.bpf.memory.ByteSource;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.sockmap.Message;
import org.bpfsim.tcp.output.SendMessage;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Sends what an application writes as messages of which a program decides (Linux 6.12, tcp_bpf_sendmsg(),
 * tcp_bpf_send_verdict() and tcp_bpf_push() in net/ipv4/tcp_bpf.c).
 *
 * <p>A call that waits for memory in Linux is kept here, and goes on where it stood when it is called again. Numbers of bytes
 * that programs name have 32 bits without a sign.
 *
 * <p>What is not modelled: memory of messages is not charged to the socket, as there is always enough of it; pages that a
 * program let pass are not counted one by one in TCP's buffers (a buffer holds 17). Linux puts as much before another socket's
 * reader as net.ipv4.tcp_mem allows, hundreds of megabytes; here a sender waits for a reader that is net.ipv4.tcp_rmem's maximum
 * behind.
 */
final class MessageSend {
    private static final int NONE = 0;
    private static final int PASS = 1;
    private static final int DROP = 2;
    private static final int REDIRECT = 3;

    /** Stands for a call that waits for room. */
    private static final int WAITS = Integer.MIN_VALUE;

    /** The bytes of a payload, as pieces of messages name them. */
    private record Bytes(Payload payload) implements ByteSource {
        @Override
        public void copyTo(long offset, int length, byte[] target, int targetOffset) {
            payload.copyTo(offset, length, target, targetOffset);
        }
    }

    private final SkPsock psock;
    private final TcpSock sk;
    private final PageFrag pages = new PageFrag();
    private BpfProgram program;

    /** Where the application's bytes are, and how many it has handed over. */
    private Payload payload;

    private long offset;
    private ByteSource source = ByteSource.ZEROS;

    /** What the last verdict is good for: so many more bytes, and all of this message. */
    private int eval;

    private int applyBytes;
    private int corkBytes;
    private TcpSock redirect;
    private boolean redirectToIngress;
    private Message cork;

    private Message fresh = new Message();
    private Message lastFilled;
    private int lastFilledSize;
    private int lastFilledPieces;
    private int lastFilledPages;

    // ---- the call that is under way

    private boolean isOpen;
    private boolean fromFile;
    private int flags;
    private long size;
    private long left;
    private long copied;
    private int error;

    // ---- the message that is on its way to a socket

    private Message pushed;
    private boolean pushedWasCork;
    private int pushLeft;
    private int pushSize;
    private boolean pushResumed;
    private TcpSock pushTarget;
    private int delta;

    MessageSend(SkPsock psock, TcpSock sk) {
        this.psock = psock;
        this.sk = sk;
        setPayload(Outgoing.application(sk));
        offset = Outgoing.applicationOffset(sk);
    }

    /** The program that the socket has now; a call that is under way keeps it when the socket leaves its maps. */
    void setProgram(BpfProgram newProgram) {
        program = newProgram;
    }

    void setPayload(Payload newPayload) {
        payload = newPayload;
        source = newPayload == null ? ByteSource.ZEROS : new Bytes(newPayload);
    }

    Payload payload() {
        return payload;
    }

    /** Whether a call has not taken all of its bytes yet. */
    boolean isOpen() {
        return isOpen;
    }

    /** The socket has left its maps: what the application writes from now on goes by TCP. */
    void end() {
        Outgoing.continueWith(sk, payload, offset);
    }

    /** Throws away what is held back, as the socket is closed (sk_psock_cork_free()). */
    void close() {
        cork = null;
        isOpen = false;
    }

    /** See {@link org.bpfsim.tcp.sock.Psock#send}. */
    long send(long bytes, int callFlags, boolean file) {
        if (!isOpen) {
            begin(bytes, callFlags, file);
        }
        run();
        if (isOpen) {
            return 0;
        }
        psock.sendEnded();
        if (copied > 0) {
            return copied;
        }
        return error == -Errno.EAGAIN ? 0 : error;
    }

    /** Sends bytes that are not the application's, without waiting; answers as {@link #send}. */
    long sendForeign(ByteRange range) {
        if (isOpen) {
            return 0;
        }
        Payload ownPayload = payload;
        long ownOffset = offset;
        setPayload(range.payload());
        offset = range.offset();
        long taken = send(range.length(), SendMessage.MSG_DONTWAIT, false);
        setPayload(ownPayload);
        offset = ownOffset;
        return taken;
    }

    private void begin(long bytes, int callFlags, boolean file) {
        isOpen = true;
        fromFile = file;
        flags = callFlags;
        size = bytes;
        left = bytes;
        copied = 0;
        error = 0;
        pushed = null;
    }

    /** Goes on with the call until it has ended or has to wait. */
    private void run() {
        if (pushed != null && !sendVerdict(pushed)) {
            return;
        }
        while (left > 0 && error >= 0) {
            if (sk.sk_err != 0) {
                error = -sk.sk_err;
            } else if (!sk.isStreamMemoryFree()) {
                sk.sk_nospace = true;
                if (mayWait()) {
                    return;
                }
                error = -Errno.EAGAIN;
            } else if (!sendNext()) {
                return;
            }
        }
        isOpen = false;
    }

    private boolean mayWait() {
        return (flags & SendMessage.MSG_DONTWAIT) == 0;
    }

    /** Makes a message of what comes next, or adds it to the one that is held back; false if the call has to wait. */
    private boolean sendNext() {
        Message message = cork;
        if (message == null) {
            message = fresh;
            message.clear(sk);
        }
        int taken = fill(message);
        boolean isFull = taken < left;
        left -= taken;
        copied += taken;
        offset += taken;
        if (sk.kernel.cpus != null && !(fromFile && sk.kernel.sendfileSharesPages)) {
            sk.kernel.cpus.copied(sk, taken);
        }
        if (corkBytes != 0) {
            corkBytes = Long.compareUnsigned(size, Integer.toUnsignedLong(corkBytes)) > 0 ? 0 : corkBytes - (int) size;
            if (corkBytes != 0 && !isFull) {
                return true;
            }
            eval = NONE;
            corkBytes = 0;
        }
        return sendVerdict(message);
    }

    /** Copies as much into pieces as there are pieces for (sk_msg_alloc()). */
    private int fill(Message message) {
        boolean shared = fromFile && sk.kernel.sendfileSharesPages;
        int taken = 0;
        while (taken < left) {
            int room = pages.room();
            int some = (int) Math.min(left - taken, room);
            if (!shared && isBehindLast(message)) {
                message.extend(source, offset + taken, some);
            } else if (!message.add(source, offset + taken, some, shared)) {
                break;
            }
            pages.use(some);
            taken += some;
            lastFilled = message;
            lastFilledSize = message.size();
            lastFilledPieces = message.pieces();
            lastFilledPages = pages.number();
        }
        return taken;
    }

    /** Whether the kernel's next free memory lies behind the message's last piece, so that it grows. */
    private boolean isBehindLast(Message message) {
        return lastFilled == message
                && lastFilledPages == pages.number()
                && message.pieces() > 0
                && message.pieces() == lastFilledPieces
                && message.size() == lastFilledSize;
    }

    /** Does with a message as its program says; false if the call has to wait. */
    private boolean sendVerdict(Message message) {
        boolean isFull = message.isFull();
        Message rest = message;
        while (rest != null) {
            if (pushed == null) {
                delta = 0;
                if (eval == NONE) {
                    delta = rest.size();
                    eval = runProgram(rest);
                    delta -= rest.size();
                }
                if (Integer.compareUnsigned(rest.corkBytes(), rest.size()) > 0 && !isFull) {
                    holdBack(rest);
                    return true;
                }
                pushSize = rest.size();
                if (applyBytes != 0 && Integer.compareUnsigned(applyBytes, pushSize) < 0) {
                    pushSize = applyBytes;
                }
            }
            int result;
            if (eval == PASS) {
                result = pass(rest);
            } else if (eval == REDIRECT) {
                result = redirect(rest);
                rest = pushedWasCork ? null : rest;
            } else {
                copied -= pushSize + delta;
                rest.clear(sk);
                useApplyBytes();
                error = -Errno.EACCES;
                return true;
            }
            if (result == WAITS) {
                return false;
            }
            pushed = null;
            error = result;
            if (result < 0) {
                return true;
            }
            if (applyBytes == 0) {
                eval = NONE;
                redirect = null;
            }
            rest = rest == null || rest.size() == 0 ? null : rest;
        }
        return true;
    }

    private void holdBack(Message message) {
        corkBytes = message.corkBytes() - message.size();
        if (cork == null) {
            cork = message;
            fresh = new Message();
        }
    }

    private int runProgram(Message message) {
        message.rewind();
        long answer = SkPsock.run(program, message, sk);
        applyBytes = message.applyBytes();
        if ((int) answer != SocketHelpers.SK_PASS) {
            return DROP;
        } else if (message.redirect() == null) {
            return PASS;
        }
        redirect = (TcpSock) message.redirect();
        redirectToIngress = message.redirectsToIngress();
        return REDIRECT;
    }

    private void useApplyBytes() {
        if (applyBytes != 0) {
            applyBytes = Integer.compareUnsigned(applyBytes, pushSize) < 0 ? 0 : applyBytes - pushSize;
        }
    }

    private int pass(Message message) {
        if (pushed == null) {
            startPush(message, sk);
        }
        int result = push();
        if (result == 0) {
            useApplyBytes();
        } else if (result != WAITS) {
            copied -= message.size();
            message.clear(sk);
        }
        return result;
    }

    private int redirect(Message message) {
        if (pushed == null) {
            useApplyBytes();
            if (applyBytes == 0) {
                eval = NONE;
            }
            pushedWasCork = cork != null;
            cork = null;
            startPush(message, redirect);
        }
        int result = pushTarget.psock == null
                ? -Errno.EPIPE
                : redirectToIngress ? toIngress(message, (SkPsock) pushTarget.psock) : push();
        if (result == WAITS) {
            eval = REDIRECT;
            return WAITS;
        }
        if (applyBytes == 0) {
            eval = NONE;
        }
        if (result < 0) {
            if (!pushedWasCork) {
                copied -= message.size();
            }
            message.clear(sk);
        }
        return pushedWasCork ? 0 : result;
    }

    private void startPush(Message message, TcpSock target) {
        pushed = message;
        pushTarget = target;
        pushLeft = pushSize;
        pushResumed = false;
        if (target == sk) {
            pushedWasCork = false;
        }
    }

    /** Sends the message, or as much of it as the verdict is good for, by a socket's TCP (tcp_bpf_push()). */
    private int push() {
        while (pushLeft > 0) {
            int length = pushed.firstLength();
            int some = Math.min(length, pushLeft);
            int more = some < length ? SendMessage.MSG_MORE : 0;
            long taken = Outgoing.send(pushTarget, first(pushed, some), flags | more, pushResumed);
            if (taken < 0) {
                return (int) taken;
            } else if (taken == 0) {
                return waitFor(pushTarget);
            }
            pushed.consume((int) taken);
            pushLeft -= (int) taken;
            pushResumed = taken < some;
        }
        return 0;
    }

    private int waitFor(TcpSock target) {
        if (target != sk || redirectToIngress) {
            ((SkPsock) target.psock).awaitSpace(sk);
        }
        return mayWait() ? WAITS : -Errno.EAGAIN;
    }

    /** Puts the message, or so much of it, before another socket's reader (bpf_tcp_ingress()). */
    private int toIngress(Message message, SkPsock target) {
        if (target.isReaderBehind()) {
            return waitFor(pushTarget);
        }
        List<ByteRange> ranges = new ArrayList<>();
        int wanted = pushSize;
        while (wanted > 0) {
            int some = Math.min(wanted, message.firstLength());
            ranges.add(first(message, some));
            message.consume(some);
            wanted -= some;
        }
        target.redirected(ranges);
        return 0;
    }

    private static ByteRange first(Message message, int length) {
        byte[] array = message.firstBytes();
        if (array != null) {
            return ByteRange.of(array, (int) message.firstOffset(), length);
        }
        Payload payload = message.firstSource() instanceof Bytes bytes ? bytes.payload() : null;
        return new ByteRange(payload, message.firstOffset(), length);
    }
}
