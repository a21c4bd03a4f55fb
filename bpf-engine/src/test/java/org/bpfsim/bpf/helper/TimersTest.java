package org.bpfsim.bpf.helper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.GlobalVariables;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.bpfsim.bpf.testrun.TestServices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code bpf_timer_*}: line by line what Linux 6.18 made of src/test/bpf/alarms.script. */
class TimersTest {
    private static final Path PROGRAMS = Path.of("src/test/bpf");
    private static final List<String> OPERATIONS =
            List.of("", "init", "set", "start", "cancel", "update", "delete", "abs");
    private static final List<String> MAPS = List.of("array", "hash", "malloced", "lru");
    private static final long MS = 1_000_000;
    private static final int LOG = 16;

    /** The object, and what was seen of its callbacks. */
    private static final class Run {
        private final TestServices services = TestServices.silent();
        private final BpfInstance instance;
        private final BpfProgram program;
        private final GlobalVariables variables;
        private final PacketBuffer packet = new PacketBuffer();
        private int seen;

        Run(Execution execution) throws Exception {
            byte[] elf = Files.readAllBytes(PROGRAMS.resolve("alarms.bpf.o"));
            instance = Loader.load(BpfObject.open(elf, "alarms.bpf.o"), TestFamilies.environment())
                    .instantiate(services, null, execution);
            program = instance.program("step").orElseThrow();
            variables = new GlobalVariables(instance);
            packet.set(new byte[64], 0);
        }

        /** What comes of a line, as the recorder prints it; empty if nothing does. */
        String line(String line) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "then":
                    action("then", line.substring("then ".length()));
                    return "";
                case "user":
                    return " " + user(words);
                case "wait":
                    services.passTime(Long.parseLong(words[1]) * MS);
                    return fired();
                default:
                    action("now", line);
                    assertThat(program.run(packet)).isZero();
                    return " " + variables.get("result");
            }
        }

        private void action(String variable, String line) {
            String[] words = line.split(" ");
            variables.set(variable, 0, OPERATIONS.indexOf(words[0]));
            variables.set(variable, 4, MAPS.indexOf(words[1]));
            variables.set(variable, 8, number(words, 2));
            variables.set(variable, 12, number(words, words[0].equals("start") ? 4 : 3));
            long ns = words.length > 3 ? Long.parseUnsignedLong(words[3]) : 0;
            variables.set(variable, 16, (int) ns);
            variables.set(variable, 20, (int) (ns >>> 32));
        }

        private static int number(String[] words, int index) {
            return index < words.length ? (int) Long.parseUnsignedLong(words[index]) : 0;
        }

        private int user(String[] words) {
            BpfMap map = instance.map(words[2]).orElseThrow();
            if (words[1].equals("close")) {
                ((MapInstance) map).giveBack();
                return 0;
            }
            byte[] key = new byte[4];
            LittleEndian.put(key, 0, 4, Integer.parseInt(words[3]));
            byte[] value = new byte[map.valueBytes()];
            value[0] = 7;
            return words[1].equals("update") ? map.update(key, value, 0) : map.delete(key);
        }

        private String fired() {
            StringBuilder text = new StringBuilder();
            for (int to = variables.get("fired"); seen < to; seen++) {
                int at = 4 * (seen % LOG);
                int who = variables.get("who", at);
                text.append(' ').append(MAPS.get(who >> 8)).append(':').append(who & 0xff);
                text.append(':').append(variables.get("before", at));
                text.append(':').append(variables.get("did", at));
            }
            return text.toString();
        }
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void everyCallGivesWhatLinuxGave(Execution execution) throws Exception {
        Run run = new Run(execution);
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        for (String line : Files.readAllLines(PROGRAMS.resolve("alarms.script"))) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String command = line.replaceFirst(" =.*", "");
            String result = run.line(command);
            expected.add(line);
            actual.add(command + (command.startsWith("then ") ? "" : " =" + result));
        }
        assertThat(actual).hasSizeGreaterThan(150).containsExactlyElementsOf(expected);
    }

    /** Here an LRU map evicts exactly the entry that was used longest ago; Linux's choice is approximate. */
    @ParameterizedTest
    @EnumSource(Execution.class)
    void evictionTakesTheTimerAlong(Execution execution) throws Exception {
        Run run = new Run(execution);
        for (String line : List.of("update lru 1 0", "init lru 1 1", "set lru 1", "start lru 1 2000000 0")) {
            assertThat(run.line(line)).isEqualTo(" 0");
        }
        assertThat(run.line("update lru 2 0")).isEqualTo(" 0");
        assertThat(run.line("wait 10")).isEmpty();
        assertThat(run.line("init lru 2 1")).isEqualTo(" 0");
    }

    @Test
    void instanceThatIsReleasedHasNoTimersAnyMore() throws Exception {
        Run run = new Run(Execution.byDefault());
        for (String line : List.of("init array 1 1", "set array 1", "start array 1 2000000 0")) {
            assertThat(run.line(line)).isEqualTo(" 0");
        }
        run.instance.release();
        assertThat(run.line("wait 10")).isEmpty();
        assertThat(run.line("init array 1 1")).isEqualTo(" -1");
    }

    @Test
    void whatAUserWritesAndReadsLeavesTheTimerAlone() throws Exception {
        Run run = new Run(Execution.byDefault());
        BpfMap map = run.instance.map("array").orElseThrow();
        byte[] value = new byte[map.valueBytes()];
        Arrays.fill(value, (byte) 0x5a);
        assertThat(map.update(new byte[4], value, 0)).isZero();
        byte[] read = map.lookup(new byte[4]);
        assertThat(LittleEndian.s32(read, 0)).isEqualTo(0x5a5a5a5a);
        assertThat(LittleEndian.s64(read, 8)).as("bpf_timer").isZero();
        assertThat(LittleEndian.s64(read, 16)).as("bpf_timer").isZero();
        assertThat(LittleEndian.s32(read, 24)).isEqualTo(0x5a5a5a5a);
        assertThat(run.line("init array 0 1")).as("the bytes are no timer").isEqualTo(" 0");
    }
}
