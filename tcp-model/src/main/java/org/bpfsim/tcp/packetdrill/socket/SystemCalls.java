package org.bpfsim.tcp.packetdrill.socket;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.host.Listener;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.packetdrill.files.ScratchFiles;
import org.bpfsim.tcp.packetdrill.script.Action;
import org.bpfsim.tcp.packetdrill.script.Expression;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * The system calls of a script: socket(), bind(), listen(), accept(), connect(), close() and their like; reading and
 * writing is in {@link DataCalls}, options in {@link OptionCalls}, waiting for several files in {@link PollCalls}.
 */
public final class SystemCalls {
    /** Makes a call that has begun from the arguments and the result that is expected. */
    interface Maker {
        PendingCall make(Arguments arguments, Expression result);
    }

    private final TcpHost host;
    private final Connecting connecting;
    private final int bindPort;
    private final int connectPort;
    private final Consumer<SocketFile> onSocket;
    private final Runnable onWake;
    private final FileTable files = new FileTable();
    private final Map<String, Maker> calls = new TreeMap<>();

    /**
     * @param peer whom connect() reaches
     * @param bindPort port of bind() where the script leaves it open
     * @param connectPort the same for connect()
     * @param toleranceUs how far a time stamp may be off
     * @param disk what open() finds
     * @param onSocket hears of each socket that socket() makes
     * @param onWake called when a socket has news
     */
    public SystemCalls(
            TcpHost host,
            IpAddress peer,
            int bindPort,
            int connectPort,
            long toleranceUs,
            ScratchFiles disk,
            Consumer<SocketFile> onSocket,
            Runnable onWake) {
        this.host = host;
        this.bindPort = bindPort;
        this.connectPort = connectPort;
        this.onSocket = onSocket;
        this.onWake = onWake;
        calls.put("socket", this::socket);
        calls.put("bind", this::bind);
        calls.put("listen", this::listen);
        calls.put("accept", this::accept);
        calls.put("connect", this::connect);
        calls.put("shutdown", this::shutdown);
        calls.put("close", this::close);
        connecting = new Connecting(host, peer);
        DataCalls data = new DataCalls(files, connecting, connectPort, toleranceUs);
        data.addTo(calls);
        new FileCalls(files, disk, data).addTo(calls);
        new OptionCalls(files).addTo(calls);
        new PollCalls(files, this::nowUs).addTo(calls);
    }

    /**
     * Begins a call.
     *
     * @throws CallException if it is not modelled or its arguments are wrong
     */
    public PendingCall begin(Action.SystemCall call) {
        Maker maker = calls.get(call.name());
        if (maker == null) {
            throw new CallException("system call " + call.name() + "() is not modelled. Modelled are: "
                    + String.join(", ", calls.keySet()));
        }
        return maker.make(new Arguments(call.arguments()), call.result());
    }

    /**
     * Compares a result with the script's.
     *
     * @throws CallException if they differ
     */
    public static void checkResult(Action.SystemCall call, long result) {
        if (call.result() instanceof Expression.Ellipsis) {
            return;
        }
        long expected = Arguments.value(call.result());
        if (expected >= 0) {
            boolean makesFile = call.name().equals("socket")
                    || call.name().equals("accept")
                    || call.name().equals("open")
                    || call.name().equals("epoll_create");
            if (result < 0 || !makesFile && result != expected) {
                throw new CallException("Expected result " + expected + " but got " + shown(result));
            }
            return;
        }
        if (result >= 0) {
            throw new CallException("Expected result " + expected + " but got " + result);
        }
        if (call.errno() != null) {
            Long errno = Constants.number(call.errno());
            if (errno == null) {
                throw new CallException("unknown errno " + call.errno());
            }
            if (errno != -result) {
                throw new CallException("Expected errno " + errno + " (" + call.errno() + ") but got " + -result + " ("
                        + Constants.errnoName((int) -result) + ")");
            }
        }
    }

    private static String shown(long result) {
        return result < 0 ? "-1 with errno " + -result + " (" + Constants.errnoName((int) -result) + ")" : "" + result;
    }

    private long nowUs() {
        return host.kernel().scheduler.nowPs() / SimTime.PS_PER_US;
    }

    private int newFd(Expression result) {
        return (int) Math.max(-1, Arguments.value(result));
    }

    private PendingCall socket(Arguments a, Expression result) {
        a.expect(3, 3);
        long type = a.number(1);
        if ((type & 0xf) != 1) {
            throw new CallException("only sockets of type SOCK_STREAM are modelled");
        }
        if (a.number(2) != 0 && a.number(2) != 6) {
            throw new CallException("only sockets of protocol IPPROTO_TCP are modelled");
        }
        return () -> {
            SocketFile file = new SocketFile(host.socket(null, null), onWake);
            file.nonBlocking = (type & Constants.O_NONBLOCK) != 0;
            files.put(newFd(result), file);
            onSocket.accept(file);
            return 0;
        };
    }

    static int portOf(Expression address, int otherwise) {
        if (!(address instanceof Expression.Struct s)) {
            return otherwise;
        }
        return (int) Arguments.value(Arguments.field(s, "sin_port"));
    }

    private PendingCall bind(Arguments a, Expression result) {
        a.expect(3, 3);
        SocketFile file = files.socket(a.integer(0));
        int port = portOf(a.get(1), bindPort);
        return () -> {
            if (file.bound) {
                return -Constants.EINVAL;
            }
            file.bound = true;
            file.tcp().skc_num = port;
            return 0;
        };
    }

    private PendingCall listen(Arguments a, Expression result) {
        a.expect(2, 2);
        SocketFile file = files.socket(a.integer(0));
        return () -> {
            int backlog = a.integer(1);
            if (file.listening) {
                host.setBacklog(file.tcp(), backlog);
                return 0;
            }
            if (!file.bound || file.tcp().skc_state != TcpState.CLOSE) {
                return -Constants.EINVAL;
            }
            try {
                Listener listener = host.listen(file.socket, file.tcp().skc_num, backlog, child -> {
                    SocketFile accepted = new SocketFile(child, onWake);
                    accepted.zeroCopy = file.zeroCopy;
                    accepted.state = Connecting.State.CONNECTED;
                    file.enqueue(accepted);
                    return accepted;
                });
                listener.keepInQueue();
            } catch (IllegalStateException e) {
                return -Constants.EADDRINUSE;
            }
            file.listening = true;
            return 0;
        };
    }

    private PendingCall accept(Arguments a, Expression result) {
        a.expect(3, 4);
        SocketFile file = files.socket(a.integer(0));
        return () -> {
            if (!file.listening) {
                return -Constants.EINVAL;
            }
            SocketFile child = file.acceptQueue.poll();
            if (child == null) {
                return file.nonBlocking ? -Constants.EAGAIN : PendingCall.BLOCKED;
            }
            child.tcp().accepted();
            files.put(newFd(result), child);
            return 0;
        };
    }

    private PendingCall connect(Arguments a, Expression result) {
        a.expect(3, 3);
        SocketFile file = files.socket(a.integer(0));
        int port = portOf(a.get(1), connectPort);
        return new PendingCall() {
            private boolean begun;

            @Override
            public long attempt() {
                if (begun) {
                    return Connecting.await(file);
                }
                begun = true;
                return connecting.begin(file, port, false, !file.nonBlocking);
            }
        };
    }

    static long takeError(TcpSock sk) {
        int error = sk.sk_err;
        sk.sk_err = 0;
        return -error;
    }

    private PendingCall shutdown(Arguments a, Expression result) {
        a.expect(2, 2);
        SocketFile file = files.socket(a.integer(0));
        int how = a.integer(1);
        return () -> {
            TcpSock sk = file.tcp();
            if (sk.skc_state == TcpState.CLOSE || file.listening) {
                return -Constants.ENOTCONN;
            }
            if (how != 1) {
                sk.sk_shutdown |= TcpSock.RCV_SHUTDOWN;
            }
            if (how != 0) {
                file.socket.shutdown();
            }
            return 0;
        };
    }

    private PendingCall close(Arguments a, Expression result) {
        a.expect(1, 1);
        int fd = a.integer(0);
        return () -> {
            OpenFile file = files.remove(fd);
            if (file == null) {
                return -Constants.EBADF;
            }
            if (file instanceof SocketFile s) {
                s.socket.close();
                for (SocketFile child : s.acceptQueue) {
                    child.socket.abort();
                }
                s.acceptQueue.clear();
            }
            return 0;
        };
    }

    /** To be called when the host has received something. */
    public void afterInput() {
        files.noteCompletions();
    }

    /** The file of an accepted connection from a peer's port, or null. */
    public SocketFile acceptedFrom(int peerPort) {
        return files.socketOf(peerPort);
    }
}
