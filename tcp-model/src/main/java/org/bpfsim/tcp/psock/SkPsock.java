package org.bpfsim.tcp.psock;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.map.SocketLinks;
import org.bpfsim.bpf.map.SocketLinks.Reading;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.tcp.input.ReceiveBuffer;
import org.bpfsim.tcp.input.ReceiveQueue;
import org.bpfsim.tcp.output.SendMessage;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.sock.Psock;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.TcpSock;

/** A socket in a sockmap (Linux 6.12: struct sk_psock in include/linux/skmsg.h, net/ipv4/tcp_bpf.c). */
final class SkPsock implements Psock {
    private final TcpSock sk;
    private final SocketLinks links;
    private final IngressQueue ingress;
    private final Backlog backlog;
    /** Sockets whose messages wait for room in this one. */
    private final List<TcpSock> waiters = new ArrayList<>();

    private final Deferred wakeUps;

    private MessageSend messages;
    private StreamReader reader;
    private boolean stopped;
    private boolean endsWithCall;

    SkPsock(TcpSock sk) {
        this.sk = sk;
        this.links = sk.socketLinks();
        this.ingress = new IngressQueue(sk);
        this.backlog = new Backlog(this, sk);
        this.wakeUps = new Deferred(sk, () -> {
            wakeWaiters();
            if (!ingress.isEmpty()) {
                sk.raise(SockCallbacks.READABLE);
            }
            sk.deliverEvents();
        });
    }

    /** Takes over the programs that the socket has from its maps now (tcp_bpf_update_proto()). */
    void update() {
        BpfProgram onMessages = (BpfProgram) links.program(Hook.SK_MSG_VERDICT);
        if (onMessages != null) {
            if (messages == null) {
                messages = new MessageSend(this, sk);
            }
            messages.setProgram(onMessages);
        }
        if (links.reading() == Reading.OWNER) {
            stopReading();
        } else if (reader == null || reader.reading() != links.reading()) {
            reader = new StreamReader(this, sk, links);
        }
        endsWithCall = false;
    }

    /** The socket is in no map any more (sk_psock_drop()); a call that is under way is finished before. */
    void leave() {
        if (messages != null && messages.isOpen() && !sk.sk_dead) {
            endsWithCall = true;
            return;
        }
        stop();
        if (messages != null) {
            messages.end();
            messages.close();
        }
        stopReading();
        sk.copied_seq += unreadOwn(); // what a verdict let pass and nobody has read is lost
        backlog.purge();
        ingress.purge();
        sk.psock = null;
        wakeWaiters();
    }

    void sendEnded() {
        if (endsWithCall) {
            leave();
        }
    }

    private void stopReading() {
        if (reader != null) {
            reader.stop(unreadOwn());
            reader = null;
        }
    }

    /** No more bytes come here from other sockets (SK_PSOCK_TX_ENABLED is cleared). */
    void stop() {
        stopped = true;
    }

    /** Whether bytes of other sockets can come here. */
    boolean takesBytes() {
        return !stopped;
    }

    /** Bytes of the socket's own stream that were let pass, and that nobody has read. */
    private int unreadOwn() {
        return ingress.ownBytes() + backlog.ownBytes();
    }

    Backlog backlog() {
        return backlog;
    }

    /** Runs a program; its work is done where the socket's is. */
    static long run(BpfProgram program, Object context, TcpSock sk) {
        long answer = program.run(context);
        if (sk.kernel.cpus != null) {
            sk.kernel.cpus.ranProgram(sk, program.lastRunInstructions(), program.lastRunHelperCalls());
        }
        return answer;
    }

    /** Bytes were copied to the application; there is room for others. */
    private void copied(int bytes) {
        if (!waiters.isEmpty() && !isReaderBehind()) {
            wakeUps.soon();
        }
        if (sk.kernel.cpus != null) {
            sk.kernel.cpus.copied(sk, bytes);
        }
    }

    // ---- sending

    @Override
    public boolean takesMessages() {
        return messages != null;
    }

    @Override
    public long send(long bytes, int flags, boolean file) {
        return messages.send(bytes, flags, file);
    }

    /** Sends bytes of another socket's stream, as the kernel's worker does: a program on messages sees them. */
    long sendRedirected(ByteRange range) {
        return messages == null
                ? Outgoing.send(sk, range, SendMessage.MSG_DONTWAIT, false)
                : messages.sendForeign(range);
    }

    @Override
    public void setPayload(Payload payload) {
        if (messages != null) {
            messages.setPayload(payload);
        } else {
            Outgoing.continueWith(sk, payload, Outgoing.applicationOffset(sk));
        }
    }

    @Override
    public Payload payload() {
        return messages != null ? messages.payload() : Outgoing.application(sk);
    }

    /** Wakes the sender of a message once there is room here. */
    void awaitSpace(TcpSock sender) {
        if (!waiters.contains(sender)) {
            waiters.add(sender);
        }
    }

    /** Whether so much waits for the reader that senders of messages have to wait, too. */
    boolean isReaderBehind() {
        return ingress.bytes() >= sk.kernel.sysctls.tcp_rmem[2];
    }

    @Override
    public void writeSpace() {
        if (reader != null && !backlog.isEmpty()) {
            backlog.schedule();
        }
        if (!waiters.isEmpty()) {
            wakeUps.soon();
        }
    }

    private void wakeWaiters() {
        List<TcpSock> woken = List.copyOf(waiters);
        waiters.clear();
        for (TcpSock sender : woken) {
            sender.raise(SockCallbacks.WRITABLE);
            sender.deliverEvents();
        }
    }

    // ---- receiving

    /** A message of another socket is put before the reader; each of its bytes is charged. */
    void redirected(List<ByteRange> ranges) {
        if (!ranges.isEmpty() && takesBytes()) {
            toReader(new IngressQueue.Entry(ranges, 0, 0));
        }
    }

    /** Puts bytes before the reader, and wakes it when the caller has done (sk_psock_data_ready()). */
    void toReader(IngressQueue.Entry entry) {
        ingress.add(entry);
        wakeUps.soon();
    }

    @Override
    public int available() {
        return ingress.bytes() + (reader == null ? inReceiveQueue() : 0);
    }

    @Override
    public boolean isReadable() {
        return !ingress.isEmpty();
    }

    /** Reads what other sockets sent first; then, what in Linux takes another call, what is in TCP's queue. */
    @Override
    public int read(int maxBytes) {
        if (reader != null) {
            return readPassed(maxBytes);
        }
        int bytes = Math.min(maxBytes, ingress.bytes());
        if (bytes > 0) {
            sk.copied_seq += ingress.read(bytes);
            copied(bytes);
        }
        return bytes == maxBytes || inReceiveQueue() <= 0 ? bytes : bytes + ReceiveQueue.read(sk, maxBytes - bytes);
    }

    /** Reads what programs have let pass (tcp_bpf_recvmsg_parser()). */
    private int readPassed(int maxBytes) {
        if (inReceiveQueue() > 0) {
            reader.dataReady(); // it came before there was a program
        }
        int bytes = Math.min(maxBytes, ingress.bytes());
        if (bytes <= 0) {
            return 0;
        }
        sk.copied_seq += ingress.read(bytes);
        copied(bytes);
        ReceiveBuffer.afterRead(sk);
        ReceiveQueue.cleanup(sk);
        return bytes;
    }

    @Override
    public void peek(int offset, byte[] target, int targetOffset, int length) {
        int passed = Math.max(0, Math.min(length, ingress.bytes() - offset));
        if (passed > 0) {
            ingress.peek(offset, target, targetOffset, passed);
        }
        if (passed < length) {
            int skip = Math.max(0, offset - ingress.bytes()) + unreadOwn();
            ReceiveQueue.peek(sk, skip, target, targetOffset + passed, length - passed);
        }
    }

    @Override
    public void forgetRead() {
        if (reader == null && unreadOwn() == 0 && sk.rx_payload != null) {
            sk.rx_payload.forget(sk.readOffset());
        }
    }

    @Override
    public int inReceiveQueue() {
        return reader == null ? sk.unread() - unreadOwn() : reader.waiting();
    }

    @Override
    public void queued(int start, int end, int truesize, boolean fin) {
        if (reader != null) {
            reader.queued(start, end, truesize, fin);
        }
    }

    @Override
    public boolean dataReady() {
        if (reader == null) {
            return false;
        }
        reader.dataReady();
        return true;
    }

    @Override
    public int receiveMemory() {
        return ingress.memory();
    }
}
