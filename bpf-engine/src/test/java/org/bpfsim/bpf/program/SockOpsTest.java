package org.bpfsim.bpf.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.object.BpfObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SockOpsTest {
    private final TestKernel kernel = new TestKernel();
    private final TestKernel.SockOps event = new TestKernel.SockOps();
    private BpfInstance instance;

    @BeforeEach
    void load() throws Exception {
        instance = kernel.instance("sockops.bpf.o");
        event.op = 3;
        event.remote_port = 55601;
    }

    private long run(String program) {
        return instance.program(program).orElseThrow().run(event);
    }

    private long value(String map, byte[] key) {
        return LittleEndian.s64(instance.map(map).orElseThrow().lookup(key), 0);
    }

    private static byte[] key(int... words) {
        byte[] key = new byte[4 * words.length];
        for (int i = 0; i < words.length; i++) {
            LittleEndian.put(key, 4 * i, 4, words[i]);
        }
        return key;
    }

    @Test
    void mapsKeepValuesBetweenRuns() {
        run("count");
        run("count");
        event.op = 5;
        run("count");

        assertThat(value("by_op", key(3))).isEqualTo(2);
        assertThat(value("by_op", key(5))).isEqualTo(1);
        assertThat(value("seen", key(55601, 3)))
                .as("updated, then added to atomically")
                .isEqualTo(2);
        assertThat(instance.map("seen").orElseThrow().keys()).containsExactly(key(55601, 3), key(55601, 5));
    }

    @Test
    void fullHashMapAnswersE2big() {
        for (int op = 1; op <= 5; op++) {
            event.op = op;
            run("count");
        }

        assertThat(event.reply).isEqualTo(-7);
        assertThat(instance.map("seen").orElseThrow().keys()).hasSize(4);
    }

    @Test
    void outputIsFormattedAsTheKernelDoes() {
        run("count");

        assertThat(kernel.trace).containsExactly("op 3 family 10 port d931");
    }

    @Test
    void callbackRunsUntilItAnswersOne() {
        run("count");

        assertThat(value(".data", key(0))).as("1000 + 0 + 1 + … + 6").isEqualTo(1021);
    }

    @Test
    void networkOrderFieldsLookSwapped() {
        run("count");
        assertThat(kernel.options).isEmpty();

        event.remote_ip6[0] = 0x20010db8;
        run("count");
        assertThat(kernel.options).containsExactly("6/1001=40");
    }

    @Test
    void hostSeesAndSetsMaps() {
        BpfMap map = instance.map("by_op").orElseThrow();
        byte[] value = new byte[8];
        LittleEndian.put(value, 0, 8, 41);

        assertThat(map.update(key(3), value, 0)).isZero();
        run("count");

        assertThat(value("by_op", key(3))).isEqualTo(42);
        assertThat(map.update(key(8), value, 0)).as("E2BIG").isEqualTo(-7);
        assertThat(map.update(key(1), value, 1)).as("EEXIST").isEqualTo(-17);
        assertThat(map.delete(key(1))).as("EINVAL").isEqualTo(-22);
        assertThat(map.lookup(key(8))).isNull();
    }

    @Test
    void programsRunFromWithinAHelperHaveAMachineOfTheirOwn() throws Exception {
        long[] depth = {0};
        BpfInstance[] nested = new BpfInstance[1];
        ProgramFamily family = ProgramFamily.builder("sock_ops")
                .section("sockops")
                .section("sockops/")
                .context(TestKernel.BPF_SOCK_OPS)
                .helper("bpf_setsockopt", (call, ctx, level, name, value, length) -> {
                    if (depth[0]++ < 3) {
                        nested[0].program("count").orElseThrow().run(event);
                    }
                    return call.load(value, 4);
                })
                .build();
        BpfEnvironment environment = BpfEnvironment.builder().family(family).build();
        nested[0] = Loader.load(BpfObject.open(TestKernel.bytes("sockops.bpf.o"), "sockops.bpf.o"), environment)
                .instantiate(kernel, null);
        event.remote_ip6[0] = 0x20010db8;

        assertThat(nested[0].program("count").orElseThrow().run(event)).isEqualTo(1);
        assertThat(depth[0]).isEqualTo(4);
        assertThat(LittleEndian.s64(nested[0].map(".data").orElseThrow().lookup(new byte[4]), 0))
                .isEqualTo(1000 + 4 * 21);
    }

    @Test
    void untypedObjectWithLegacyMapsRuns() throws Exception {
        byte[] elf = TestKernel.bytes("legacy.bpf.o");
        makeSymbolsUntyped(elf);
        BpfObject object = BpfObject.open(elf, "legacy.bpf.o");
        BpfInstance old = Loader.load(object, TestKernel.ENVIRONMENT).instantiate(kernel, kernel);

        assertThat(old.program("bpf_legacy").orElseThrow().run(event)).isEqualTo(1);
        assertThat(kernel.trace).containsExactly("legacy 3");
        assertThat(old.map("first").orElseThrow().lookup(key(1))).containsExactly(3, 0, 0, 0);
        assertThat(old.map("second").orElseThrow().type()).isEqualTo("hash");
    }

    /** What compilers before FUNC symbols wrote. */
    private static void makeSymbolsUntyped(byte[] elf) {
        int sections = (int) LittleEndian.s64(elf, 40);
        for (int i = 0; i < LittleEndian.u16(elf, 60); i++) {
            int header = sections + 64 * i;
            if (LittleEndian.s32(elf, header + 4) == 2) {
                int table = (int) LittleEndian.s64(elf, header + 24);
                int bytes = (int) LittleEndian.s64(elf, header + 32);
                for (int at = table; at < table + bytes; at += 24) {
                    int type = elf[at + 4] & 15;
                    if (type == 1 || type == 2) {
                        elf[at + 4] &= (byte) 0xf0;
                    }
                }
            }
        }
    }
}
