package org.bpfsim.bpf.testrun;

import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.packet.PacketRun;
import org.bpfsim.bpf.program.AttachedProgram;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.socket.PlainSocket;
import org.bpfsim.bpf.sockmap.Message;
import org.bpfsim.bpf.sockopt.CgroupSockopt;
import org.bpfsim.bpf.sockopt.SockoptPrograms;

/** A program with a context that is made of bytes, as its family wants it. Linux test-runs programs on packets only. */
interface ContextRun {
    /** Runs once: R0's low 32 bits. */
    int verdict(byte[] data);

    /** The bytes as the last run left them. */
    byte[] data();

    /** What else the last run said. */
    default List<String> notes() {
        return List.of();
    }

    /** What is wrong with the bytes, or empty. */
    default Optional<String> problem(byte[] data) {
        return Optional.empty();
    }

    /** @param option level and name that a program on socket options finds */
    static ContextRun of(BpfProgram program, int[] option) {
        // From 10.0.0.2:80 to 10.0.0.1:40000, established.
        PlainSocket socket = PlainSocket.v4(0x0a000001, 40_000, 0x0a000002, 80, 1);
        switch (program.family().name()) {
            case "sk_msg":
                return new OnMessage(program, socket);
            case "sk_skb":
                return new OnStream(program, socket);
            case "cgroup_sockopt":
                return new OnOption(program, socket, option[0], option[1]);
            default:
                return new OnPacket(new PacketRun(program));
        }
    }

    /** Socket filters, tc, xdp. */
    record OnPacket(PacketRun run) implements ContextRun {
        @Override
        public int verdict(byte[] data) {
            return run.verdict(data);
        }

        @Override
        public byte[] data() {
            return run.data();
        }

        @Override
        public Optional<String> problem(byte[] data) {
            return PacketRun.problem(data);
        }
    }

    /** {@code sk_msg}: one piece, as of a short send(). */
    final class OnMessage implements ContextRun {
        private final BpfProgram program;
        private final PlainSocket socket;
        private final Message message = new Message();

        OnMessage(BpfProgram program, PlainSocket socket) {
            this.program = program;
            this.socket = socket;
        }

        @Override
        public int verdict(byte[] data) {
            message.clear(socket);
            // A copy, as send() makes one: programs may write it.
            message.add(data.clone(), 0, data.length, false);
            message.rewind();
            return (int) program.run(message);
        }

        @Override
        public byte[] data() {
            return message.bytes(message.size());
        }

        @Override
        public List<String> notes() {
            return List.of("apply_bytes: " + Integer.toUnsignedString(message.applyBytes()) + ", cork_bytes: "
                    + Integer.toUnsignedString(message.corkBytes()));
        }
    }

    /** {@code sk_skb}. */
    final class OnStream implements ContextRun {
        private static final int IPV4 = 0x0800;

        private final BpfProgram program;
        private final PlainSocket socket;
        private final PacketBuffer buffer = new PacketBuffer();

        OnStream(BpfProgram program, PlainSocket socket) {
            this.program = program;
            this.socket = socket;
        }

        @Override
        public int verdict(byte[] data) {
            buffer.setStream(data, 0, data.length, socket, IPV4);
            return (int) program.run(buffer);
        }

        @Override
        public byte[] data() {
            return buffer.data();
        }
    }

    /** {@code cgroup/getsockopt} after a kernel that answered the bytes, {@code cgroup/setsockopt} with them as value. */
    final class OnOption implements ContextRun {
        private final BpfProgram program;
        private final PlainSocket socket;
        private final int level;
        private final int optname;
        private byte[] value = new byte[0];
        private String note = "";

        OnOption(BpfProgram program, PlainSocket socket, int level, int optname) {
            this.program = program;
            this.socket = socket;
            this.level = level;
            this.optname = optname;
        }

        @Override
        public int verdict(byte[] data) {
            if (program.section().contains(CgroupSockopt.SETSOCKOPT)) {
                SockoptPrograms.Setting setting =
                        SockoptPrograms.set(List.of(new AttachedProgram(program, 1)), socket, level, optname, data);
                value = setting.value();
                note = "level: " + setting.level() + ", optname: " + setting.optname() + ", the kernel "
                        + (setting.result() == 0 ? "handles it" : "is bypassed");
                return setting.result();
            }
            SockoptPrograms.Getting got = SockoptPrograms.get(
                    List.of(new AttachedProgram(program, 1)), socket, level, optname, data.length, data, 0);
            value = got.value();
            note = "optlen: " + got.optlen();
            return got.result();
        }

        @Override
        public byte[] data() {
            return value;
        }

        @Override
        public List<String> notes() {
            return List.of(note);
        }
    }
}
