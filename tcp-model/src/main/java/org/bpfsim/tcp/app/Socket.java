package org.bpfsim.tcp.app;

import java.nio.charset.StandardCharsets;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.tcp.cpu.CpuTask;
import org.bpfsim.tcp.cpu.Task;
import org.bpfsim.tcp.input.ReceiveQueue;
import org.bpfsim.tcp.input.UrgentData;
import org.bpfsim.tcp.output.Fin;
import org.bpfsim.tcp.output.SendCall;
import org.bpfsim.tcp.output.SendMessage;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.sock.OptionBytes;
import org.bpfsim.tcp.sock.ReceiveLowat;
import org.bpfsim.tcp.sock.SkbFrags;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.SockoptHook;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.UserPages;

/**
 * A connected (or listening) socket as an application sees it: system calls that do not block (Linux 6.12,
 * net/ipv4/tcp.c). Bytes are counted, not carried, unless {@link #setPayload} says where they are.
 *
 * <p>Longer than other classes: it is the whole list of calls on a socket, most of which are a few lines. What is more has a class
 * of its own: {@link Close}, {@link BlockingWriter}, {@link ZerocopyReceive}.
 */
public final class Socket implements SockCallbacks {
    /** socket(), connect() and epoll_ctl(); accept4() and epoll_ctl(). */
    private static final int CONNECT_CALLS = 3;

    private static final int ACCEPT_CALLS = 2;
    /** What sendfile() moves at once: 16 pages of 4 KiB. */
    private static final int PIPE_BYTES = 65_536;

    private final TcpSock sk;
    private SocketHandler handler;
    private Task task;
    /** The same if it is one that runs on a core, else null: nothing takes time then. */
    private CpuTask cpuTask;
    /** What has happened since the thread dealt with it last, and whether it knows that something has. */
    private int events;

    private boolean reported;
    /** Nobody has accepted the connection yet. */
    private boolean waitsForAccept;
    /** Of {@link #writeAll} and the like. */
    private final BlockingWriter writer = new BlockingWriter(this);

    private final Runnable handlesEvents = this::handleEvents;
    private boolean wasConnected;
    private boolean endWasTold;
    private boolean overWasTold;

    /** For the host: a socket and its application. */
    public Socket(TcpSock sk, SocketHandler handler) {
        this.sk = sk;
        this.handler = handler;
        sk.callbacks = this;
    }

    SocketHandler handler() {
        return handler;
    }

    CpuTask cpuTask() {
        return cpuTask;
    }

    /** Sets the application; only the host and tests need it. */
    public void setHandler(SocketHandler handler) {
        this.handler = handler;
    }

    /** The thread in which the handler runs; null if it is of no application that has threads. */
    public Task task() {
        return task;
    }

    /** Gives the socket to a thread (of the same application), in which the handler runs from now on. */
    public void setTask(Task task) {
        this.task = task;
        this.cpuTask = task instanceof CpuTask t ? t : null;
    }

    /**
     * For the host: the thread that listens is to accept the connection, and until then nobody hears what happens to it.
     * Without CPUs it is accepted at once.
     */
    public void acceptLater(Runnable accept) {
        if (cpuTask == null) {
            accept.run();
            return;
        }
        waitsForAccept = true;
        cpuTask.ready(sk, () -> {
            enter(ACCEPT_CALLS);
            accept.run();
            waitsForAccept = false;
            wakeUp(sk, 0);
        });
    }

    /** System calls begin; {@link #leave} follows. */
    private boolean enter(int calls) {
        return cpuTask != null && cpuTask.enter(sk, calls);
    }

    private void leave(boolean entered) {
        if (entered) {
            cpuTask.leave();
        }
    }

    /** For the host: the calls that lead to a connection begin; {@link #connectingEnds} follows. */
    public boolean connectingBegins() {
        return enter(CONNECT_CALLS);
    }

    /** @param entered what {@link #connectingBegins} said */
    public void connectingEnds(boolean entered) {
        leave(entered);
    }

    /** The stack's side of the socket, for looking at its state. */
    public TcpSock tcp() {
        return sk;
    }

    /** A number by which a user names the socket to the kernel, as when it is put into a map: its file descriptor. */
    public int descriptor() {
        return sk.kernel.descriptors.of(sk);
    }

    public IpAddress localAddress() {
        return sk.saddr;
    }

    public IpAddress peerAddress() {
        return sk.daddr;
    }

    public int localPort() {
        return sk.skc_num;
    }

    public int peerPort() {
        return sk.skc_dport;
    }

    /** Says where the bytes are that {@link #write} sends. */
    public void setPayload(Payload payload) {
        if (sk.psock != null) {
            sk.psock.setPayload(payload);
        } else {
            sk.tx_payload = payload;
        }
    }

    /**
     * Writes what there is room for, as a non-blocking write() does.
     *
     * @return bytes taken (0 stands for -EAGAIN; {@link SocketHandler#onWritable} follows), or a negative errno
     */
    public long write(long bytes) {
        return send(bytes, SendMessage.MSG_DONTWAIT, false);
    }

    /**
     * As {@link #write(long)}, with flags.
     *
     * @param flags {@link SendMessage#MSG_MORE}: what does not fill a segment waits for the next write;
     *     {@link SendMessage#MSG_EOR}: the last byte ends a record
     * @param resumed whether this goes on with a call that took bytes before and had to wait for room
     */
    public long send(long bytes, int flags, boolean resumed) {
        return send(bytes, flags, resumed, null);
    }

    /**
     * As {@link #send(long, int, boolean)}, without copying (MSG_ZEROCOPY): pages of the application become fragments of
     * buffers, which take {@link SkbFrags#MAX} of them.
     *
     * @param pages where the bytes lie; the call goes past what it takes. Or null: they are copied
     */
    public long send(long bytes, int flags, boolean resumed, UserPages pages) {
        boolean entered = enter(1);
        try {
            return sendMessage(bytes, flags, resumed, pages);
        } finally {
            leave(entered);
        }
    }

    private long sendMessage(long bytes, int flags, boolean resumed, UserPages pages) {
        if (sk.psock != null && sk.psock.takesMessages()) {
            return sk.psock.send(bytes, flags, false);
        }
        return SendCall.send(sk, bytes, flags, resumed, pages);
    }

    /**
     * Sends bytes of a file: sendfile(). As {@link #send(long, int, boolean)}, in parts of {@value #PIPE_BYTES} bytes; programs of a
     * sockmap may not see the bytes, see {@link org.bpfsim.tcp.sock.HostKernel#sendfileSharesPages}.
     */
    public long sendfile(long bytes, int flags) {
        boolean entered = enter(1);
        try {
            return sk.psock == null || !sk.psock.takesMessages()
                    ? SendCall.send(sk, bytes, flags | SendMessage.MSG_SPLICE_PAGES, false, null)
                    : sendMessages(bytes, flags);
        } finally {
            leave(entered);
        }
    }

    private long sendMessages(long bytes, int flags) {
        long taken = 0;
        long last = 0;
        for (long part; (part = Math.min(bytes - taken, PIPE_BYTES)) > 0; ) {
            last = sk.psock.send(part, flags, true);
            taken += Math.max(last, 0);
            if (last < part) {
                break;
            }
        }
        return taken > 0 ? taken : last;
    }

    /** Writes so many bytes as a process does that blocks in write(): the rest follows as room is made. */
    public void writeAll(long bytes) {
        writer.write(bytes);
    }

    /** As {@link #writeAll}, and ends the outgoing stream behind the last byte. */
    public void writeAllAndShutdown(long bytes) {
        writer.writeAndShutdown(bytes);
    }

    /** Bytes that {@link #writeAll} has still to hand over. */
    public long owedBytes() {
        return writer.owedBytes();
    }

    /** Bytes that can be read now (SIOCINQ). */
    public int available() {
        return sk.psock == null ? sk.unread() : sk.psock.available();
    }

    /** Reads up to so many bytes; returns how many there were. */
    public int read(int maxBytes) {
        boolean entered = enter(1);
        try {
            int bytes = sk.psock == null ? ReceiveQueue.read(sk, maxBytes) : sk.psock.read(maxBytes);
            sk.deliverEvents();
            return bytes;
        } finally {
            leave(entered);
        }
    }

    /**
     * Copies bytes that wait to be read, zeros if the peer sends a mere number of them. {@link #read} only counts, so this is how
     * an application sees what it is about to read; it is part of that call.
     *
     * @param offset from the next byte on that a read returns; {@code offset + length} are at most {@link #available}
     */
    public void peek(int offset, byte[] target, int targetOffset, int length) {
        if (sk.psock == null) {
            ReceiveQueue.peek(sk, offset, target, targetOffset, length);
        } else {
            sk.psock.peek(offset, target, targetOffset, length);
        }
    }

    /** Nobody needs what was read so far any more, so that the sender's {@link Payload} can let go of it. */
    public void forgetRead() {
        if (sk.psock != null) {
            sk.psock.forgetRead();
        } else if (sk.rx_payload != null) {
            sk.rx_payload.forget(sk.readOffset());
        }
    }

    /** Leaves out the urgent byte if it is the next; returns whether it was. */
    public boolean skipUrgent() {
        return UrgentData.skip(sk);
    }

    /** Reads everything; returns how much it was. */
    public int readAll() {
        return read(Integer.MAX_VALUE);
    }

    /** Whether the peer has ended its stream and everything was read. */
    public boolean atEndOfStream() {
        return sk.fin_received && available() == 0;
    }

    /** Whether the application has closed it. */
    public boolean isClosed() {
        return sk.sk_dead;
    }

    /** Ends the outgoing stream: shutdown(SHUT_WR). */
    public void shutdown() {
        boolean entered = enter(1);
        if ((sk.sk_shutdown & TcpSock.SEND_SHUTDOWN) == 0) {
            sk.sk_shutdown |= TcpSock.SEND_SHUTDOWN;
            if (sk.skc_state != TcpState.SYN_RECV) { // else the FIN follows the handshake (tcp_shutdown())
                Fin.close(sk);
            }
        }
        leave(entered);
    }

    /** Closes the socket: close(). The connection ends in the background; the handler hears no more of it. */
    public void close() {
        boolean entered = enter(1);
        release();
        leave(entered);
    }

    private void release() {
        handler = null;
        Close.release(sk);
    }

    /** Aborts the connection with a RST. */
    public void abort() {
        sk.sk_lingertime = 0;
        close();
    }

    /** Sets an option by Linux's numbers; see {@link SockOptions}. Returns 0 or a negative errno. */
    public int setsockopt(int level, int name, int value) {
        if (hook() != null) {
            byte[] bytes = new byte[Integer.BYTES];
            LittleEndian.put(bytes, 0, Integer.BYTES, value);
            return setsockopt(level, name, bytes);
        }
        boolean entered = enter(1);
        int result = SockOptions.set(sk, level, name, value);
        sk.deliverEvents();
        leave(entered);
        return result;
    }

    /**
     * Sets an option, or whatever a {@code cgroup/setsockopt} program makes of level and name: setsockopt(). Returns 0 or a
     * negative errno.
     */
    public int setsockopt(int level, int name, byte[] value) {
        boolean entered = enter(1);
        SockoptHook hook = hook();
        int result = hook == null
                ? OptionBytes.set(sk, level, name, value)
                : hook.set(sk, level, name, value, OptionBytes::set);
        sk.deliverEvents();
        leave(entered);
        return result;
    }

    /** Reads an option into {@code room} bytes, past {@code cgroup/getsockopt} programs: getsockopt(). */
    public SockoptHook.Reply getsockopt(int level, int name, int room) {
        boolean entered = enter(1);
        SockoptHook hook = hook();
        SockoptHook.Reply reply = hook == null
                ? OptionBytes.get(sk, level, name, room)
                : hook.get(sk, level, name, room, OptionBytes::get);
        leave(entered);
        return reply;
    }

    /**
     * As the other, with what stands in the application's buffer: {@code TCP_ZEROCOPY_RECEIVE} ({@link ZerocopyReceive}) reads it,
     * and its programs run in the kernel's stead.
     */
    public SockoptHook.Reply getsockopt(int level, int name, byte[] buffer) {
        if (level != SockOptions.SOL_TCP || name != ZerocopyReceive.TCP_ZEROCOPY_RECEIVE) {
            return getsockopt(level, name, buffer.length);
        }
        boolean entered = enter(1);
        SockoptHook hook = hook();
        SockoptHook.Reply reply = ZerocopyReceive.get(sk, buffer);
        if (hook != null && ZerocopyReceive.isValid(buffer)) {
            reply = hook.getInKernel(sk, level, name, reply);
        }
        leave(entered);
        return reply;
    }

    private SockoptHook hook() {
        return sk.cgroup == null ? null : sk.cgroup.sockopts();
    }

    /**
     * Reads an option as the kernel has it, by Linux's numbers.
     *
     * @throws IllegalArgumentException if it is not modelled
     */
    public int getsockopt(int level, int name) {
        return SockOptions.get(sk, level, name);
    }

    /** Chooses the congestion control: setsockopt(TCP_CONGESTION). Returns 0 or a negative errno. */
    public int setCongestionControl(String name) {
        return setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_CONGESTION, name.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A snapshot of the connection: getsockopt(TCP_INFO). */
    public TcpInfo info() {
        return TcpInfo.of(sk);
    }

    @Override
    public void wakeUp(TcpSock woken, int newEvents) {
        events |= newEvents;
        if (cpuTask == null) {
            handleEvents();
        } else if (events != 0 && !reported && !waitsForAccept && !sk.sk_dead) {
            reported = true;
            cpuTask.ready(sk, handlesEvents);
        }
    }

    private void handleEvents() {
        final int happened = events;
        events = 0;
        reported = false;
        if (!wasConnected && sk.skc_state == TcpState.ESTABLISHED) {
            connected();
        }
        if ((happened & SockCallbacks.WRITABLE) != 0) {
            writable();
        }
        if ((happened & SockCallbacks.READABLE) != 0 && handler != null && isReadable()) {
            if (!wasConnected) {
                connected();
            }
            if (handler != null) {
                handler.onReadable(this, available());
            }
        }
        if (handler != null && atEndOfStream() && !endWasTold) {
            endWasTold = true;
            handler.onEndOfStream(this);
        }
        boolean failed = (happened & SockCallbacks.ERROR) != 0 && sk.sk_err != 0;
        if (handler != null && !overWasTold && (isOver() || failed)) {
            tellOver();
        }
    }

    /** Whether epoll reports EPOLLIN because of data: as much as SO_RCVLOWAT asks for, or all that will come (tcp_poll()). */
    public boolean isReadable() {
        if (sk.psock != null && (sk.psock.isReadable() || available() == 0)) {
            return available() > 0;
        }
        return sk.unread() > 0 && (ReceiveLowat.isReached(sk) || (sk.sk_shutdown & TcpSock.RCV_SHUTDOWN) != 0);
    }

    private void connected() {
        wasConnected = true;
        if (handler != null) {
            handler.onConnected(this);
        }
        writer.goOn();
    }

    private void writable() {
        if (writer.owedBytes() > 0) {
            writer.goOn();
        } else if (handler != null && sk.skc_state != TcpState.CLOSE) {
            handler.onWritable(this);
        }
    }

    private boolean isOver() {
        return sk.skc_state == TcpState.CLOSE || sk.skc_state == TcpState.TIME_WAIT;
    }

    private void tellOver() {
        overWasTold = true;
        SocketHandler told = handler;
        if (sk.sk_err != 0) {
            told.onError(this, sk.sk_err);
        } else {
            told.onClosed(this);
            sk.leaveSocketMaps(); // both streams have ended: a process closes its descriptor then
        }
    }
}
