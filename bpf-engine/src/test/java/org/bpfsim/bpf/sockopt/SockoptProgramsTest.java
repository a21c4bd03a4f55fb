package org.bpfsim.bpf.sockopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.AttachedProgram;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.GlobalVariables;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.socket.PlainSocket;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs on socket options, against what Linux 6.18 did ({@code src/test/linux/sockopts.txt}). */
class SockoptProgramsTest {
    private static final int SEEN_WORDS = 6;
    private static final int SO_PRIORITY = 12;

    private final PlainSocket socket = PlainSocket.v4(1, 1000, 2, 80, 5);
    private int priority;

    static List<String> linuxDid() throws IOException {
        return Files.readAllLines(Path.of("src/test/linux/sockopts.txt")).stream()
                .filter(l -> !l.startsWith("#"))
                .toList();
    }

    private static BpfInstance instance() throws Exception {
        return Loader.load(
                        BpfObject.open(TestKernel.bytes("sockopts.bpf.o"), "sockopts.bpf.o"),
                        TestFamilies.environment())
                .instantiate(new TestKernel(), null);
    }

    private static List<AttachedProgram> programs(BpfInstance instance, String name) {
        return List.of(new AttachedProgram(instance.program(name).orElseThrow(), 1));
    }

    /** What the kernel makes of a setsockopt that reaches it. */
    private int handle(SockoptPrograms.Setting setting) {
        if (setting.level() != 1) {
            return -Errno.ENOPROTOOPT;
        } else if (setting.value().length < 4) {
            return -Errno.EINVAL;
        }
        if (setting.optname() == SO_PRIORITY) {
            priority = LittleEndian.s32(setting.value(), 0);
        }
        return 0;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("linuxDid")
    void callEndsAsItDoesOnLinux(String line) throws Exception {
        String[] parts = line.split("\\|", -1);
        String[] call = parts[0].strip().split(" +");
        BpfInstance instance = instance();
        GlobalVariables variables = new GlobalVariables(instance);
        for (String assignment : parts[1].strip().split(" +")) {
            int equals = assignment.indexOf('=');
            if (equals > 0) {
                variables.set(assignment.substring(0, equals), Integer.parseInt(assignment.substring(equals + 1)));
            }
        }
        int level = Integer.parseInt(call[2]);
        int optname = Integer.parseInt(call[3]);
        byte[] value = new byte[Integer.parseInt(call[4])];
        Arrays.fill(value, (byte) 5);
        if (value.length >= 4) {
            LittleEndian.put(value, 0, 4, 5);
        }

        int result;
        String after;
        if (call[1].equals("set")) {
            SockoptPrograms.Setting setting =
                    SockoptPrograms.set(programs(instance, "set"), socket, level, optname, value);
            result = setting.result() > 0 ? 0 : setting.result() < 0 ? setting.result() : handle(setting);
            after = "priority " + priority;
        } else {
            boolean known = level == 1;
            byte[] answer = known ? new byte[Math.min(4, value.length)] : value;
            SockoptPrograms.Getting got = SockoptPrograms.get(
                    programs(instance, "get"),
                    socket,
                    level,
                    optname,
                    value.length,
                    answer,
                    known ? 0 : -Errno.EOPNOTSUPP);
            result = got.result();
            byte[] first = Arrays.copyOf(got.value(), Math.min(8, got.optlen()));
            after = got.optlen() + ":" + HexFormat.of().formatHex(first);
        }

        assertThat(result).as("result").isEqualTo(Integer.parseInt(parts[2].strip()));
        assertThat(seen(variables)).as("what the program saw").isEqualTo(parts[3].strip());
        assertThat(after).isEqualTo(parts[4].strip());
    }

    private static String seen(GlobalVariables variables) {
        byte[] value = new byte[8];
        LittleEndian.put(value, 0, 4, variables.get("seen", 4 * SEEN_WORDS));
        LittleEndian.put(value, 4, 4, variables.get("seen", 4 * SEEN_WORDS + 4));
        return IntStream.range(0, SEEN_WORDS)
                        .mapToObj(i -> String.valueOf(variables.get("seen", 4 * i)))
                        .collect(Collectors.joining(","))
                + ":" + HexFormat.of().formatHex(value);
    }

    @Test
    void laterProgramsSeeWhatEarlierOnesDid() throws Exception {
        BpfInstance first = instance();
        BpfInstance second = instance();
        new GlobalVariables(first).set("answer", 0);
        List<AttachedProgram> both = Stream.of(first, second)
                .flatMap(i -> programs(i, "set").stream())
                .toList();

        assertThat(SockoptPrograms.set(both, socket, 1, SO_PRIORITY, new byte[4])
                        .result())
                .isEqualTo(-Errno.EPERM);
        assertThat(new GlobalVariables(second).get("seen", 20))
                .as("bpf_get_retval()")
                .isEqualTo(-Errno.EPERM);
    }
}
