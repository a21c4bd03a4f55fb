package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.TcpState;

/**
 * One run of the kernel's selftest test_sockmap (Linux 6.12, tools/testing/selftests/bpf/test_sockmap.c): what its run_options(),
 * sendmsg_test() and msg_loop() do in user space. Client 1 is connected to peer 1, client 2 to peer 2; client 1 sends.
 */
final class SockmapRun {
    /** The global variables of the selftest, under its names. */
    static final class Options implements Cloneable {
        boolean sendpage;
        boolean base;
        int iovCount;
        int iovLength;
        int rate;
        boolean dataTest;
        boolean checkRecvedLen;
        boolean txWaitMem;

        boolean txmsgPass;
        boolean txmsgRedir;
        boolean txmsgDrop;
        int txmsgApply;
        int txmsgCork;
        int txmsgStart;
        int txmsgEnd;
        int txmsgStartPush;
        int txmsgEndPush;
        int txmsgStartPop;
        int txmsgPop;
        boolean txmsgIngress;
        boolean txmsgRedirSkb;
        boolean ktlsSkbDrop;
        boolean omitSkbParser;
        int skbUseParser;
        boolean peek;

        Options copy() {
            try {
                return (Options) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String toString() {
            return (sendpage ? "sendpage" : "sendmsg") + " " + rate + "x" + iovCount + "x" + iovLength
                    + (base ? ",base" : "") + (txmsgPass ? ",pass" : "") + (txmsgRedir ? ",redir" : "")
                    + (txmsgDrop ? ",drop" : "") + (txmsgApply > 0 ? ",apply " + txmsgApply : "")
                    + (txmsgCork > 0 ? ",cork " + txmsgCork : "")
                    + (txmsgEnd > 0 ? ",start " + txmsgStart + ",end " + txmsgEnd : "")
                    + (txmsgEndPush > 0 ? ",push (" + txmsgStartPush + "," + txmsgEndPush + ")" : "")
                    + (txmsgPop > 0 ? ",pop (" + txmsgStartPop + "," + txmsgPop + ")" : "")
                    + (txmsgIngress ? ",ingress" : "") + (txmsgRedirSkb ? ",redir_skb" : "")
                    + (omitSkbParser ? ",omit_skb_parser" : "")
                    + (skbUseParser > 0 ? ",parser " + skbUseParser : "")
                    + (peek ? ",peek" : "") + (dataTest ? ",data" : "");
        }
    }

    private static final int S1_PORT = 10_000;
    private static final int S2_PORT = 10_001;
    private static final int CLIENT = 1;
    private static final long SECONDS_3_US = 3_000_000;

    private final Options o;
    private final TestNetwork network = new TestNetwork(1, 5, QueueSpec.UNBOUNDED, TestNetwork.ipv4(0, 1));
    private final BpfInstance instance;
    private final TcpHost server = network.hosts.get(TestNetwork.SERVER);
    private final Receiver receiver;
    private final Sender sender;
    private Socket c1;
    private Socket c2;
    private Socket p1;
    private Socket p2;

    SockmapRun(LoadedObject object, Options options) {
        o = options;
        receiver = new Receiver();
        sender = new Sender();
        instance = o.base ? null : network.attachAsOneKernel(object, "bpf_sockmap");
    }

    // ---- what the sender does: msg_loop(tx), msg_loop_sendpage()

    private final class Sender implements SocketHandler {
        int calls;
        /** The first that went wrong: what a call returned. */
        long wrong;

        long sent;
        boolean isOver;
        private long soFar;
        private boolean begun;

        @Override
        public void onWritable(Socket socket) {
            if (begun) {
                go();
            }
        }

        void go() {
            begun = true;
            long bytes = o.sendpage ? o.iovLength : (long) o.iovLength * o.iovCount;
            while (calls < o.rate && !isOver) {
                long left = bytes - soFar;
                long taken = o.sendpage ? c1.sendfile(left, 0) : c1.send(left, 0, soFar > 0);
                if (taken == 0) {
                    return; // a blocking call that waits
                }
                boolean isPlain = c1.tcp().psock == null || !c1.tcp().psock.takesMessages();
                if (isPlain && taken > 0 && taken < left) {
                    soFar += taken;
                    continue;
                }
                soFar = 0;
                calls++;
                sent += Math.max(taken, 0);
                if (o.txmsgDrop ? taken >= 0 : taken < 0 && !(o.txWaitMem && taken == -Errno.EACCES)) {
                    wrong = taken;
                    isOver = true;
                } else if (taken < 0 && !o.txmsgDrop) {
                    isOver = true;
                }
            }
            isOver = true;
        }
    }

    // ---- what the receiver does: msg_loop(rx), msg_verify_data()

    private final class Receiver implements SocketHandler {
        private final int iovCount = o.sendpage ? 1 : o.iovCount;
        private final int bufferBytes = iovCount * o.iovLength * (o.checkRecvedLen ? 2 : 1);
        private final int chunk = o.sendpage ? o.iovLength : o.iovLength * o.iovCount;
        private final float wanted = wanted();
        private int verifyPushStart;
        private int verifyPushLen;
        private int verifyPopStart;
        private int verifyPopLen;
        private int k;
        private int bytesCnt;
        private int checkCnt;
        private int push;
        long received;
        String corruption;

        Receiver() {
            prepare();
            push = o.dataTest ? verifyPushLen : 0;
        }

        private float wanted() {
            float total = (float) o.iovLength * o.rate * (o.sendpage ? 1 : o.iovCount);
            float times = o.txmsgApply > 0 ? total / o.txmsgApply : o.rate;
            return total + o.txmsgEndPush * times - o.txmsgPop * times;
        }

        boolean isComplete() {
            return received >= wanted;
        }

        @Override
        public void onReadable(Socket socket, long available) {
            if (o.txWaitMem) {
                return;
            }
            byte[] buffer = new byte[bufferBytes];
            int bytes;
            while (!isComplete() && (bytes = Math.min(bufferBytes, socket.available())) > 0) {
                socket.peek(0, buffer, 0, bytes);
                bytes = socket.read(bytes);
                received += bytes;
                if (o.dataTest && corruption == null) {
                    verify(buffer, bytes);
                }
            }
        }

        /** msg_verify_date_prep(). */
        private void prepare() {
            int pushEnd = o.txmsgStartPush + o.txmsgEndPush - 1;
            int popEnd = o.txmsgStartPop + o.txmsgPop - 1;
            verifyPushStart = o.txmsgStartPush;
            verifyPopStart = o.txmsgStartPop;
            verifyPushLen = o.txmsgEndPush;
            verifyPopLen = o.txmsgPop;
            if (o.txmsgEndPush > 0 && o.txmsgPop > 0 && o.txmsgStartPush <= popEnd && o.txmsgStartPop <= pushEnd) {
                int overlap = o.txmsgStartPush < o.txmsgStartPop
                        ? Math.min(pushEnd - o.txmsgStartPop + 1, o.txmsgPop)
                        : Math.min(popEnd - o.txmsgStartPush + 1, o.txmsgEndPush);
                verifyPushLen = Math.max(o.txmsgEndPush - overlap, 0);
                verifyPopLen = Math.max(o.txmsgPop - overlap, 0);
            }
        }

        /** Bytes that were pushed are not looked at, and those that were popped are missing. */
        private void verify(byte[] bytes, int size) {
            for (int j = 0; j < size; j++) {
                if (push > 0 && checkCnt == verifyPushStart + verifyPushLen - push) {
                    j += skipPushed(size - j) - 1;
                    continue;
                }
                if (verifyPopLen > 0 && checkCnt == verifyPopStart) {
                    bytesCnt += verifyPopLen;
                    checkCnt += verifyPopLen;
                    k += verifyPopLen;
                    endChunk();
                    if (push > 0 && checkCnt == verifyPushStart + verifyPushLen - push) {
                        j += skipPushed(size - j) - 1;
                        continue;
                    }
                }
                if ((bytes[j] & 0xff) != (k & 0xff)) {
                    corruption = "byte " + (received - size + j) + " is " + (bytes[j] & 0xff) + ", not " + (k & 0xff);
                    return;
                }
                k++;
                bytesCnt++;
                checkCnt++;
                endChunk();
            }
        }

        private int skipPushed(int here) {
            int skipped = Math.min(push, here);
            push -= skipped;
            checkCnt += skipped;
            return skipped;
        }

        private void endChunk() {
            if (bytesCnt == chunk) {
                k = 0;
                bytesCnt = 0;
                checkCnt = 0;
                push = verifyPushLen;
            }
        }
    }

    // ---- run_options()

    private BpfProgram program(String name) {
        return instance.program(name).orElseThrow();
    }

    private BpfMap map(String name) {
        return instance.map(name).orElseThrow();
    }

    private static byte[] number(int value) {
        byte[] bytes = new byte[4];
        LittleEndian.put(bytes, 0, 4, value);
        return bytes;
    }

    private void set(String map, int key, int value) {
        int error = map(map).update(number(key), number(value), 0);
        if (error != 0) {
            throw new AssertionError("bpf_map_update_elem of " + map + " at " + key + ": " + error);
        }
    }

    /** The two hosts stand for one kernel, so the socket is named as itself and not by one host's number. */
    private void put(String map, int key, Socket socket) {
        int error = ((SocketMap) map(map)).update(number(key), socket.tcp(), 0);
        if (error != 0) {
            throw new AssertionError("bpf_map_update_elem of " + map + " at " + key + ": " + error);
        }
    }

    private void attach(String program, String map) {
        BpfProgram p = program(program);
        Hook hook = SocketMapPrograms.hook(p).orElseThrow();
        int error = SocketMapPrograms.attach(p, map(map), hook);
        if (error != 0) {
            throw new AssertionError("bpf_program__attach_sockmap " + program + " to " + map + ": " + error);
        }
    }

    /** Plays the run: what went wrong, or an empty string. */
    String play() {
        if (!o.base) {
            if (!o.omitSkbParser) {
                attach("bpf_prog1", "sock_map");
            }
            attach("bpf_prog2", "sock_map");
        }
        connect();
        if (!o.base) {
            attachToMessages();
        }
        return sendmsgTest();
    }

    private void connect() {
        var cgroup = network.cgroups.get(TestNetwork.SERVER);
        SocketHandler first = o.base ? receiver : new SocketHandler() {};
        SocketHandler second = o.base ? new SocketHandler() {} : receiver;
        server.listen(S1_PORT, cgroup, socket -> {
            p1 = socket;
            return first;
        });
        server.listen(S2_PORT, cgroup, socket -> {
            p2 = socket;
            return second;
        });
        TcpHost client = network.hosts.get(CLIENT);
        var address = server.addresses().get(0);
        c1 = client.connect(address, S1_PORT, network.cgroups.get(CLIENT), sender);
        c2 = client.connect(address, S2_PORT, network.cgroups.get(CLIENT), new SocketHandler() {});
        network.runUs(1_000);
        if (p1 == null || p2 == null || c1.tcp().skc_state != TcpState.ESTABLISHED) {
            throw new AssertionError("connections do not stand");
        }
    }

    private void attachToMessages() {
        String program = o.txmsgPass
                ? "bpf_prog4"
                : o.txmsgRedir
                        ? "bpf_prog6"
                        : o.txmsgApply > 0
                                ? "bpf_prog8"
                                : o.txmsgCork > 0 ? "bpf_prog9" : o.txmsgDrop ? "bpf_prog10" : "";
        if (!program.isEmpty()) {
            attach(program, "sock_map_txmsg");
            put("sock_map_txmsg", 0, c1);
            put("sock_map_redir", 0, o.txmsgRedir ? c2 : c1);
            set("sock_apply_bytes", 0, o.txmsgApply);
            set("sock_cork_bytes", 0, o.txmsgCork);
            int[] bytes = {o.txmsgStart, o.txmsgEnd, o.txmsgStartPush, o.txmsgEndPush, o.txmsgStartPop, o.txmsgPop};
            for (int i = 0; i < bytes.length; i++) {
                set("sock_bytes", i, bytes[i]);
            }
            if (o.txmsgIngress) {
                set("sock_redir_flags", 0, 1);
                put("sock_map_txmsg", 1, p1);
                put("sock_map_redir", 1, p1);
                put("sock_map_redir", 2, p2);
            }
            if (o.txmsgRedirSkb) {
                set("sock_skb_opts", 0, 1);
                put("sock_map", 3, p2);
            }
        }
        if (o.skbUseParser > 0) {
            set("sock_skb_opts", 2, o.skbUseParser);
        }
    }

    private String sendmsgTest() {
        int period = o.sendpage ? o.iovLength : o.iovLength * o.iovCount;
        c1.setPayload(new Repeating(period));
        if (o.txWaitMem) {
            c2.tcp().sk_sndbuf = 4608; // SO_SNDBUFFORCE 1024: SOCK_MIN_SNDBUF
            p2.tcp().sk_rcvbuf = 2304;
        }
        sender.go();
        long end = network.scheduler.nowPs() / 1_000_000 + SECONDS_3_US;
        while (!receiver.isComplete() && network.scheduler.nowPs() / 1_000_000 < end) {
            network.runUs(o.txmsgCork > 0 ? 300_000 : 100_000);
        }
        if (o.txWaitMem) {
            p2.close();
            c2.close();
            network.runUs(SECONDS_3_US);
        }
        StringBuilder problems = new StringBuilder();
        if (sender.wrong != 0) {
            problems.append("tx: call ")
                    .append(sender.calls)
                    .append(" returned ")
                    .append(sender.wrong)
                    .append(". ");
        } else if (!sender.isOver) {
            problems.append("tx: call ").append(sender.calls + 1).append(" does not return. ");
        }
        boolean expectsNothing = o.txmsgDrop || o.ktlsSkbDrop || o.txWaitMem;
        if (receiver.corruption != null) {
            problems.append("rx: ").append(receiver.corruption).append(". ");
        }
        if (!expectsNothing && o.txmsgCork == 0 && !receiver.isComplete()) {
            problems.append("rx: timeout: recved ")
                    .append(receiver.received)
                    .append('/')
                    .append(receiver.wanted);
        }
        if (o.checkRecvedLen && receiver.received > receiver.wanted) {
            problems.append("rx: received ")
                    .append(receiver.received)
                    .append(", not ")
                    .append(receiver.wanted);
        }
        return problems.toString();
    }

    /** Bytes that were received. */
    long received() {
        return receiver.received;
    }

    long sent() {
        return sender.sent;
    }

    /** What the sender's buffer holds again and again: 0, 1, 2, … */
    private record Repeating(int period) implements Payload {
        @Override
        public void copyTo(long streamOffset, int length, byte[] target, int targetOffset) {
            for (int i = 0; i < length; i++) {
                target[targetOffset + i] = (byte) ((streamOffset + i) % period);
            }
        }
    }
}
