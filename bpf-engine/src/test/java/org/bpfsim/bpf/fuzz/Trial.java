package org.bpfsim.bpf.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.interpreter.Watch;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestMachines;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.bpfsim.bpf.verifier.VerifierInput;

/** One run of a made-up program on one input, and all that can be seen of it. */
final class Trial {
    static final BpfEnvironment ENVIRONMENT = TestFamilies.environment();

    /**
     * What a run begins with.
     *
     * @param array the values of map "array" and "one", one after the other
     * @param hash entries of map "hash": keys of 8 and values of 16 bytes
     */
    record Input(byte[] packet, byte[] array, byte[] one, byte[] hash, long seed) {
        static Input random(SplittableRandom random) {
            // Linux runs no packet that ends with its Ethernet header.
            byte[] packet = new byte[15 + random.nextInt(random.nextInt(3) == 0 ? 8 : 90)];
            byte[] array = new byte[4 * 48];
            byte[] one = new byte[64];
            byte[] hash = new byte[24 * random.nextInt(9)];
            bytes(random, packet);
            bytes(random, array);
            bytes(random, one);
            for (int at = 0; at < hash.length; at += 24) {
                hash[at] = (byte) (at / 24);
                for (int i = 8; i < 24; i++) {
                    hash[at + i] = (byte) random.nextInt();
                }
            }
            return new Input(packet, array, one, hash, random.nextLong());
        }

        /** Small numbers, corners and noise. */
        private static void bytes(SplittableRandom random, byte[] bytes) {
            int kind = random.nextInt(3);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (kind == 0 || random.nextInt(3) == 0 ? random.nextInt() : kind == 1 ? 0 : -1);
            }
        }
    }

    /** What can be seen of a run. */
    record Outcome(
            long r0,
            long instructions,
            byte[] packet,
            byte[] array,
            byte[] one,
            List<String> maps,
            List<String> calls) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Outcome o && text().equals(o.text());
        }

        @Override
        public int hashCode() {
            return text().hashCode();
        }

        String text() {
            HexFormat hex = HexFormat.of();
            return "r0 " + Long.toHexString(r0) + "\ninstructions " + instructions + "\npacket " + hex.formatHex(packet)
                    + "\narray "
                    + hex.formatHex(array) + "\none " + hex.formatHex(one) + "\n" + String.join("\n", maps) + "\n"
                    + String.join("\n", calls);
        }
    }

    private final FuzzProgram program;
    private final LoadedObject loaded;

    /** @throws BpfLoadException if the loader refuses the program */
    Trial(FuzzProgram program) throws BpfLoadException {
        this.program = program;
        this.loaded = Loader.load(program.object(), ENVIRONMENT);
    }

    /** What the verifier was given. */
    VerifierInput verifierInput() {
        return loaded.programs().get(0).verified().input();
    }

    /** @throws org.bpfsim.bpf.BpfFault if the program does what it must not */
    Outcome run(Input input, Execution execution) {
        return run(input, execution, null, Long.MAX_VALUE);
    }

    /** The same, watched after some instructions if it is interpreted. */
    Outcome run(Input input, Execution execution, Watch watch, long after) {
        Services services = new Services(input.seed());
        BpfInstance instance = loaded.instantiate(services, null, execution);
        BpfMap array = instance.map("array").orElseThrow();
        for (int i = 0; i < 4; i++) {
            array.update(key(i), Arrays.copyOfRange(input.array(), 48 * i, 48 * i + 48), 0);
        }
        instance.map("one").orElseThrow().update(key(0), input.one(), 0);
        BpfMap hash = instance.map("hash").orElseThrow();
        for (int at = 0; at < input.hash().length; at += 24) {
            hash.update(
                    Arrays.copyOfRange(input.hash(), at, at + 8), Arrays.copyOfRange(input.hash(), at + 8, at + 24), 0);
        }
        PacketBuffer buffer = new PacketBuffer();
        buffer.set(input.packet(), program.family().equals("socket_filter") ? 14 : 0);
        BpfProgram entry = instance.programs().get(0);
        TestMachines.of(instance).watch(watch, after);
        long r0 = entry.run(buffer);
        byte[] values = new byte[4 * 48];
        for (int i = 0; i < 4; i++) {
            System.arraycopy(array.lookup(key(i)), 0, values, 48 * i, 48);
        }
        List<String> maps = new ArrayList<>();
        for (BpfMap map : instance.maps()) {
            if (!map.name().equals("array") && !map.name().equals("one")) {
                maps.add(map.name() + " " + contents(map));
            }
        }
        return new Outcome(
                r0,
                entry.lastRunInstructions(),
                buffer.data(),
                values,
                instance.map("one").orElseThrow().lookup(key(0)),
                maps,
                services.calls);
    }

    private static byte[] key(int index) {
        return new byte[] {(byte) index, 0, 0, 0};
    }

    /** Entries by key; of a queue by place; of a ring buffer none. */
    private static String contents(BpfMap map) {
        HexFormat hex = HexFormat.of();
        List<String> entries = new ArrayList<>();
        if (map.keyBytes() == 0) {
            if (map.type().equals("queue")) {
                byte[] next = map.take(new byte[0]);
                while (next != null) {
                    entries.add(hex.formatHex(next));
                    next = map.take(new byte[0]);
                }
            }
            return String.join(" ", entries);
        }
        for (byte[] key : map.keys()) {
            StringBuilder all = new StringBuilder(hex.formatHex(key) + "=");
            map.lookupAll(key).forEach(v -> all.append(hex.formatHex(v)).append('/'));
            entries.add(all.toString());
        }
        entries.sort(Comparator.naturalOrder());
        return String.join(" ", entries);
    }

    /** Writes down what is asked of it. */
    private static final class Services implements RuntimeServices {
        private final SplittableRandom random;
        private final List<String> calls = new ArrayList<>();
        private long nowNs = 1_000_000_000;

        Services(long seed) {
            random = new SplittableRandom(seed);
        }

        @Override
        public long ktimeNs() {
            nowNs += 1000;
            calls.add("ktime " + nowNs);
            return nowNs;
        }

        @Override
        public long jiffies64() {
            return nowNs / 4_000_000;
        }

        @Override
        public int prandomU32() {
            int value = random.nextInt(3) == 0 ? random.nextInt(64) : random.nextInt();
            calls.add("prandom " + value);
            return value;
        }

        @Override
        public int cpu() {
            // Not written down: asking changes nothing, and maps may ask or not.
            return 0;
        }

        @Override
        public int cpus() {
            return 2;
        }

        @Override
        public void trace(String line) {
            calls.add("trace " + line);
        }
    }
}
