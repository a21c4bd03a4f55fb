package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options as programs set and read them (Linux 6.12, __bpf_setsockopt() in net/core/filter.c). */
class BpfSockOptTest {
    private static final int SOL_SOCKET = 1;
    private static final int SOL_TCP = 6;
    private static final int TCP_CONGESTION = 13;

    private final TcpSock sk = TestKernel.create().socket();
    private final Memory memory = new Memory();

    private int set(int level, int name, int value) {
        memory.store(0, 4, value);
        return BpfSockOpt.set(memory, sk, level, name, 0, 4);
    }

    private int get(int level, int name) {
        assertThat(BpfSockOpt.get(memory, sk, level, name, 0, 4)).isZero();
        return (int) memory.load(0, 4);
    }

    private int setCongestion(String name) {
        byte[] bytes = new byte[16];
        byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(text, 0, bytes, 0, text.length);
        memory.write(0, bytes, 0, 16);
        return BpfSockOpt.set(memory, sk, SOL_TCP, TCP_CONGESTION, 0, 16);
    }

    @Test
    void bufferIsDoubledAndCappedBySysctl() {
        assertThat(set(SOL_SOCKET, 7, 100_000)).isZero();
        assertThat(sk.sk_sndbuf).isEqualTo(200_000);
        assertThat(set(SOL_SOCKET, 8, 1_500_000)).isZero();
        assertThat(sk.sk_rcvbuf).isEqualTo(2 * 212_992);
        assertThat(sk.sk_userlocks).isEqualTo(TcpSock.SOCK_SNDBUF_LOCK | TcpSock.SOCK_RCVBUF_LOCK);
        assertThat(get(SOL_SOCKET, 7)).isEqualTo(200_000);
    }

    @Test
    void initialWindowIsRefusedOnceDataWasSent() {
        assertThat(set(SOL_TCP, 1001, 40)).isZero();
        assertThat(sk.snd_cwnd).isEqualTo(40);
        sk.data_segs_out = 1;
        assertThat(set(SOL_TCP, 1001, 50)).isEqualTo(-Errno.EINVAL);
        assertThat(sk.snd_cwnd).isEqualTo(40);
    }

    @Test
    void clampLimitsWindowAndSlowStart() {
        assertThat(set(SOL_TCP, 1002, 100)).isZero();
        assertThat(sk.snd_cwnd_clamp).isEqualTo(100);
        assertThat(sk.snd_ssthresh).isEqualTo(100);
    }

    @ParameterizedTest(name = "{0} us: {1}")
    @CsvSource({"1000, -22", "2000, 0", "200000, 0", "200001, -22", "-5, -22"})
    void timeoutsLieBetweenTwoTicksAnd200Milliseconds(int us, int result) {
        assertThat(set(SOL_TCP, 1003, us)).isEqualTo(result);
        assertThat(set(SOL_TCP, 1004, us)).isEqualTo(result);
    }

    @Test
    void congestionControlIsChosenAndReadByName() {
        assertThat(setCongestion("dctcp")).isZero();
        assertThat(sk.icsk_ca_ops.name()).isEqualTo("dctcp");
        assertThat(BpfSockOpt.get(memory, sk, SOL_TCP, TCP_CONGESTION, 0, 16)).isZero();
        assertThat(memory.string(0, 16)).isEqualTo("dctcp");
    }

    @Test
    void congestionControlErrorsAreLinuxs() {
        assertThat(setCongestion("none")).isEqualTo(-Errno.ENOENT);
        assertThat(setCongestion("cdg")).isEqualTo(-Errno.ENOTSUPP);
        sk.bpf_chg_cc_inprogress = true;
        assertThat(setCongestion("reno")).isEqualTo(-Errno.EBUSY);
    }

    @ParameterizedTest(name = "level {0} option {1}")
    @CsvSource({"1, 13", "6, 14", "0, 2", "41, 1", "255, 1", "6, 1005"})
    void whatLinuxDoesNotAllowIsInvalid(int level, int name) {
        assertThat(set(level, name, 1)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void optionOfWrongLengthIsInvalid() {
        assertThat(BpfSockOpt.set(memory, sk, SOL_SOCKET, 7, 0, 8)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void requestSocketHasNoOptions() {
        assertThat(BpfSockOpt.set(memory, null, SOL_SOCKET, 7, 0, 4)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void unreadableOptionZeroesTheBuffer() {
        memory.store(0, 4, -1);
        assertThat(BpfSockOpt.get(memory, sk, SOL_TCP, 1001, 0, 4)).isEqualTo(-Errno.EINVAL);
        assertThat(memory.load(0, 4)).isZero();
    }

    @ParameterizedTest(name = "level {0} option {1} value {2}")
    @CsvSource({
        "1, 62, -1", "1, 74, 2", "1, 74, -2", "6, 4, 0", "6, 4, 32768", "6, 5, 0", "6, 5, 32768", "6, 6, 0",
                "6, 6, 128",
        "6, 7, 0", "6, 7, 128", "6, 16, 2", "6, 16, -1", "6, 27, 3", "6, 27, -1", "6, 18, -1", "6, 2, 87",
                "6, 2, 32768",
        "6, 1008, 256", "6, 1003, 200001", "6, 1004, 1000", "41, 67, 256", "41, 67, -2"
    })
    void valueOutOfLinuxsRangeIsInvalid(int level, int name, int value) {
        assertThat(set(level, name, value)).isEqualTo(-Errno.EINVAL);
    }

    @ParameterizedTest(name = "level {0} option {1}")
    @CsvSource({"1, 3", "1, 20", "6, 3", "6, 9", "6, 12", "6, 23", "0, 2", "41, 16", "17, 1"})
    void optionThatLinuxKeepsFromProgramsIsInvalid(int level, int name) {
        assertThat(set(level, name, 1)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void interfaceIsFoundByNameAndNumber() {
        assertThat(bind("eth0")).isZero();
        assertThat(get(SOL_SOCKET, 62)).isEqualTo(2);
        assertThat(bind("")).isZero();
        assertThat(get(SOL_SOCKET, 62)).isZero();
        assertThat(bind("eth1")).isEqualTo(-19);
        assertThat(BpfSockOpt.get(memory, sk, SOL_SOCKET, 25, 0, 16)).isEqualTo(-Errno.EINVAL);
    }

    private int bind(String name) {
        byte[] bytes = Arrays.copyOf(name.getBytes(StandardCharsets.ISO_8859_1), 16);
        memory.write(0, bytes, 0, 16);
        return BpfSockOpt.set(memory, sk, SOL_SOCKET, 25, 0, 16);
    }

    @Test
    void typeOfServiceOfAnIpv6SocketGivesPriorityAndLeavesItsPacketsAlone() {
        assertThat(set(0, 1, 0x10)).isZero();
        assertThat(get(0, 1)).isEqualTo(0x10);
        assertThat(sk.sk_priority).isEqualTo(6);
        assertThat(get(41, 67)).isZero();
    }

    /** 32 bytes of a program's memory at address 0. */
    private static final class Memory implements HelperCall {
        private final ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);

        @Override
        public long load(long address, int size) {
            return Integer.toUnsignedLong(bytes.getInt((int) address));
        }

        @Override
        public void store(long address, int size, long value) {
            bytes.putInt((int) address, (int) value);
        }

        @Override
        public void read(long address, byte[] to, int offset, int length) {
            System.arraycopy(bytes.array(), (int) address, to, offset, length);
        }

        @Override
        public void write(long address, byte[] from, int offset, int length) {
            System.arraycopy(from, offset, bytes.array(), (int) address, length);
        }

        @Override
        public String string(long address, int max) {
            int end = (int) address;
            while (end < address + max && bytes.get(end) != 0) {
                end++;
            }
            return new String(bytes.array(), (int) address, end - (int) address, StandardCharsets.ISO_8859_1);
        }

        @Override
        public RuntimeException fault(String reason) {
            return new IllegalStateException(reason);
        }

        @Override
        public RuntimeServices services() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object context() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object kernel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T object(long address, StructType<T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object anyObject(long address) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MapInstance map(long address) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long callback(long function, long r1, long r2, long r3, long r4) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> long ofObject(T object, StructType<? super T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long ofBytes(byte[] array, int offset, int length, boolean writable) {
            throw new UnsupportedOperationException();
        }
    }
}
