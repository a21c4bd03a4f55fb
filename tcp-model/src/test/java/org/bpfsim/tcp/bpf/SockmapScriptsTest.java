package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.output.SendMessage;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets in sockmaps answer as those of Linux 6.18 did, operation by operation ({@code src/test/linux/sockmaps.txt}). */
class SockmapScriptsTest {
    private static final int STEP_BYTES = 20;
    private static final int PORT = 10_000;
    private static final SocketHandler NOTHING = new SocketHandler() {};
    /** Each socket sends 1, 2, 3, … */
    private static final Payload COUNTING = (offset, length, target, at) -> {
        for (int i = 0; i < length; i++) {
            target[at + i] = (byte) (offset + i + 1);
        }
    };

    private final TestNetwork network = new TestNetwork(1, 5, QueueSpec.UNBOUNDED, TestNetwork.ipv4(0, 1));
    private final Socket[] sockets = new Socket[4];
    private BpfInstance instance;
    private Globals globals;

    static List<String> linuxDid() throws IOException {
        return Files.readAllLines(Path.of("src/test/linux/sockmaps.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("linuxDid")
    void socketsAnswerAsLinuxDid(String line) throws Exception {
        String[] parts = line.split("\\|", -1);
        String expected = (parts.length > 3 ? parts[3] : parts[2]).strip();
        prepare();
        List<String> answers = new ArrayList<>();
        for (String operation : parts[1].split(";")) {
            String answer = perform(operation.strip().split(" +"));
            if (!answer.isEmpty()) {
                answers.add(answer);
            }
        }
        assertThat(String.join(" ", answers)).as(parts[1]).isEqualTo(expected);
    }

    private void prepare() throws Exception {
        // Buffers as on a loopback interface, so that none of this waits for room.
        network.sysctl("net.ipv4.tcp_wmem", "4096 2626560 4194304").sysctl("net.ipv4.tcp_rmem", "4096 1000000 6291456");
        TcpHost server = network.hosts.get(TestNetwork.SERVER);
        TcpHost client = network.hosts.get(1);
        // The two hosts stand for one kernel: both ends of a connection can be in one map.
        instance =
                new HostPrograms(client.kernel(), l -> {}).load(Objects.load(Objects.TEST_PROGRAMS, "messages.bpf.o"));
        globals = new Globals(instance);
        for (int i = 0; i < 4; i += 2) {
            int peer = i + 1;
            server.listen(PORT + i, null, socket -> {
                sockets[peer] = socket;
                return NOTHING;
            });
            sockets[i] = client.connect(server.addresses().get(0), PORT + i, null, NOTHING);
        }
        network.runUs(1_000);
        for (Socket socket : sockets) {
            socket.setPayload(COUNTING);
        }
    }

    private static byte[] bytes(long value, int length) {
        byte[] bytes = new byte[length];
        LittleEndian.put(bytes, 0, length, value);
        return bytes;
    }

    private static int number(String[] words, int at) {
        return at < words.length ? (int) (long) Long.decode(words[at]) : 0;
    }

    private Socket socket(String name) {
        return sockets[name.charAt(0) - 'a'];
    }

    private BpfMap map(String name) {
        return instance.map(name).orElseThrow();
    }

    private BpfProgram program(String name) {
        return instance.program(name).orElseThrow();
    }

    private static Hook hook(String word) {
        return switch (word) {
            case "msg" -> Hook.SK_MSG_VERDICT;
            case "parser" -> Hook.SK_SKB_STREAM_PARSER;
            case "stream" -> Hook.SK_SKB_STREAM_VERDICT;
            case "skb" -> Hook.SK_SKB_VERDICT;
            default -> throw new IllegalArgumentException(word);
        };
    }

    private String perform(String[] words) {
        String answer = switch (words[0]) {
            case "step" -> step(words);
            case "verdict" -> {
                int key = number(words, 2);
                globals.set("stream", stepBytes(number(words, 1), 0, 0, key & 255, key >>> 8));
                yield "";
            }
            case "parseas" -> {
                globals.set("parse_as", number(words, 1) & 0xffff_ffffL);
                yield "";
            }
            case "zeros" -> {
                globals.set("zeros", number(words, 1));
                yield "";
            }
            case "attach" -> "" + SocketMapPrograms.attach(program(words[1]), map(words[2]), hook(words[3]));
            case "detach" -> "" + SocketMapPrograms.detach(program(words[1]), map(words[2]), hook(words[3]));
            case "query" -> query(words);
            case "put" -> "" + put(words);
            case "del" -> "" + map(words[1]).delete(bytes(number(words, 2), 4));
            case "get" -> map(words[1]).lookup(bytes(number(words, 2), 4)) == null ? "" + -Errno.ENOENT : "1";
            case "runs", "verdicts", "parses" -> "" + globals.number(words[0]);
            case "size" -> element("sizes", words);
            case "visible" -> element("visible", words);
            case "length" -> element("lengths", words);
            case "wait" -> "";
            default -> onSocket(words, socket(words[1]));
        };
        network.runUs(words[0].equals("wait") ? 1000L * number(words, 1) : 15_000);
        return answer;
    }

    private static byte[] stepBytes(int... numbers) {
        byte[] bytes = new byte[STEP_BYTES];
        for (int i = 0; i < numbers.length; i++) {
            LittleEndian.put(bytes, 4 * i, 4, numbers[i]);
        }
        return bytes;
    }

    private String step(String[] words) {
        int index = number(words, 1);
        int key = number(words, 5);
        byte[] all = globals.bytes("steps");
        byte[] one = stepBytes(number(words, 2), number(words, 3), number(words, 4), key & 255, key >>> 8);
        System.arraycopy(one, 0, all, index * STEP_BYTES, STEP_BYTES);
        globals.set("steps", all);
        globals.set("last", Math.max(globals.number("last"), index));
        return "";
    }

    private String element(String array, String[] words) {
        return "" + LittleEndian.u32(globals.bytes(array), 4 * number(words, 1));
    }

    private String query(String[] words) {
        if (!(map(words[1]) instanceof SocketMap sockets)) {
            return "" + -Errno.EOPNOTSUPP;
        }
        Hook hook = hook(words[2]);
        if (SocketMapPrograms.isBlocked(sockets, hook)) {
            return "" + -Errno.EBUSY;
        }
        return "" + SocketMapPrograms.query(sockets, hook).map(p -> 1).orElse(0);
    }

    private int put(String[] words) {
        byte[] key = bytes(number(words, 2), 4);
        int flags = number(words, 4);
        if (Character.isDigit(words[3].charAt(0))) {
            return map(words[1]).update(key, bytes(Long.decode(words[3]), 8), flags);
        }
        Socket socket = socket(words[3]);
        boolean isClient = socket == sockets[0] || socket == sockets[2];
        return isClient
                ? map(words[1]).update(key, bytes(socket.descriptor(), 8), flags)
                : ((SocketMap) map(words[1])).update(key, socket.tcp(), flags);
    }

    private String onSocket(String[] words, Socket socket) {
        TcpSock sk = socket.tcp();
        switch (words[0]) {
            case "send" -> {
                return sent(socket.write(number(words, 2)), number(words, 2));
            }
            case "sendfile" -> {
                return sent(socket.sendfile(number(words, 2), SendMessage.MSG_DONTWAIT), number(words, 2));
            }
            case "recv" -> {
                return receive(socket, number(words, 2));
            }
            case "inq" -> {
                return "" + socket.available();
            }
            case "poll" -> {
                boolean in = socket.isReadable() || (sk.sk_shutdown & TcpSock.RCV_SHUTDOWN) != 0 || sk.sk_err != 0;
                boolean hup = sk.skc_state == TcpState.CLOSE;
                return (in ? "i" : "-")
                        + (sk.isStreamWriteable() ? "o" : "-")
                        + (sk.sk_err != 0 ? "e" : "-")
                        + (hup ? "h" : "-");
            }
            case "soerr" -> {
                int error = sk.sk_err;
                sk.sk_err = 0;
                return "" + error;
            }
            case "state" -> {
                return "" + sk.skc_state;
            }
            case "rcvd" -> {
                return String.format(Locale.ROOT, "%d", sk.bytes_received);
            }
            case "shut" -> {
                socket.shutdown();
                return "";
            }
            case "close" -> {
                socket.close();
                return "";
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static String sent(long taken, int bytes) {
        return "" + (taken == 0 && bytes > 0 ? -Errno.EAGAIN : taken);
    }

    private static String receive(Socket socket, int most) {
        byte[] buffer = new byte[most];
        socket.read(0); // programs see what came before they did when somebody reads
        int there = Math.min(most, socket.available());
        socket.peek(0, buffer, 0, there);
        int bytes = socket.read(most);
        if (bytes > 0) {
            return String.format(Locale.ROOT, "%d:%02x-%02x", bytes, buffer[0], buffer[bytes - 1]);
        } else if (socket.atEndOfStream()) {
            return "0";
        }
        int error = socket.tcp().sk_err;
        socket.tcp().sk_err = 0;
        return "" + (error != 0 ? -error : -Errno.EAGAIN);
    }
}
