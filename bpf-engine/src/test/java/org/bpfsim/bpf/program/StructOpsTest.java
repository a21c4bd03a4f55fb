package org.bpfsim.bpf.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StructOpsTest {
    private final TestKernel kernel = new TestKernel();
    private final TestKernel.Sock sk = new TestKernel.Sock();
    private BpfInstance instance;
    private StructOpsMap ops;

    @BeforeEach
    void load() throws Exception {
        instance = kernel.instance("struct_ops.bpf.o");
        ops = instance.structOps("like_dctcp").orElseThrow();
    }

    private long run(String member, long... numbers) {
        BpfProgram program = ops.program(member).orElseThrow();
        program.argument(0, sk, TestKernel.TCP_SOCK);
        for (int i = 0; i < numbers.length; i++) {
            program.argument(i + 1, numbers[i]);
        }
        return program.run();
    }

    private int priv(int field) {
        return LittleEndian.s32(sk.icsk_ca_priv, 4 * field);
    }

    @Test
    void dataMembersAreReadFromTheObject() {
        assertThat(ops.string("name")).isEqualTo("bpf_like_dctcp");
        assertThat(ops.number("flags")).isEqualTo(2);
        assertThat(ops.link()).isFalse();
        assertThat(ops.type()).isEqualTo("tcp_congestion_ops");
        assertThat(ops.program("undo_cwnd")).isEmpty();
    }

    @Test
    void linkSectionGivesALink() {
        StructOpsMap partly = instance.structOps("partly").orElseThrow();

        assertThat(partly.link()).isTrue();
        assertThat(partly.program("init")).isPresent();
        assertThat(partly.program("ssthresh")).isEmpty();
    }

    @Test
    void initWritesPrivateMemoryAndGlobalData() {
        sk.rcv_nxt = 77;
        sk.snd_una = 99;
        sk.delivered = 5;

        run("init");

        assertThat(priv(3)).as("alpha, from .rodata").isEqualTo(1024);
        assertThat(priv(2)).as("prior_rcv_nxt").isEqualTo(77);
        assertThat(priv(4)).as("next_seq, set by a static function").isEqualTo(100);
        assertThat(priv(0)).as("old_delivered").isEqualTo(5);
        assertThat(priv(5)).as("CONFIG_HZ").isEqualTo(250);
        assertThat(LittleEndian.s32(instance.map(".bss").orElseThrow().lookup(new byte[4]), 0))
                .isEqualTo(1);
    }

    @Test
    void socketStorageLivesWithTheSocket() {
        run("init");
        run("in_ack_event", 0);
        run("in_ack_event", 0);

        assertThat(sk.localStorage().values().values())
                .singleElement()
                .satisfies(v -> assertThat(LittleEndian.s64(v, 0)).isEqualTo(9));
    }

    @Test
    void ssthreshAnswersAValue() {
        run("init");
        sk.snd_cwnd = 100;

        assertThat(run("ssthresh")).isEqualTo(50);
    }

    @Test
    void congAvoidReadsABitfieldAndCallsAKfunc() {
        run("init");
        run("cong_avoid", 1, 3);
        assertThat(sk.snd_cwnd).as("not limited by cwnd").isEqualTo(10);

        sk.is_cwnd_limited = true;
        run("cong_avoid", 1, 3);
        assertThat(sk.snd_cwnd).as("slow start").isEqualTo(13);

        sk.snd_ssthresh = 5;
        run("cong_avoid", 1, 3);
        assertThat(sk.snd_cwnd).as("avoidance").isEqualTo(14);
        assertThat(sk.sk_pacing_rate).isEqualTo(1_000_000);
    }

    @Test
    void instancesShareNothingThatTheyWrite() throws Exception {
        run("init");
        BpfInstance other = instance.object().instantiate(kernel, kernel);

        assertThat(other.map(".bss").orElseThrow().lookup(new byte[4])).containsOnly(0);
    }

    @Test
    void executedInstructionsAreCounted() {
        run("init");

        assertThat(ops.program("init").orElseThrow().lastRunInstructions()).isBetween(30L, 200L);
    }

    @Test
    void runsInARowSeeTheirOwnArguments() {
        TestKernel.Sock other = new TestKernel.Sock();
        BpfProgram ssthresh = ops.program("ssthresh").orElseThrow();
        BpfProgram congAvoid = ops.program("cong_avoid").orElseThrow();
        BpfProgram init = ops.program("init").orElseThrow();
        sk.snd_cwnd = 100;
        other.snd_cwnd = 40;
        init.run(sk, TestKernel.TCP_SOCK);
        init.run(other, TestKernel.TCP_SOCK);
        sk.is_cwnd_limited = true;

        assertThat(ssthresh.run(sk, TestKernel.TCP_SOCK)).isEqualTo(50);
        assertThat(ssthresh.run(other, TestKernel.TCP_SOCK)).isEqualTo(20);
        assertThat(ssthresh.run(sk, TestKernel.TCP_SOCK)).isEqualTo(50);

        congAvoid.run(sk, TestKernel.TCP_SOCK, 1, 3);
        congAvoid.run(other, TestKernel.TCP_SOCK, 1, 3);
        congAvoid.run(sk, TestKernel.TCP_SOCK, 1, 5);
        assertThat(sk.snd_cwnd).as("3 and 5 more").isEqualTo(108);
        assertThat(other.snd_cwnd).as("not limited by cwnd").isEqualTo(40);

        assertThat(ssthresh.run(sk, TestKernel.TCP_SOCK)).isEqualTo(54);
        ssthresh.argument(0, other, TestKernel.TCP_SOCK);
        assertThat(ssthresh.run()).isEqualTo(20);
    }

    @Test
    void programsThatReachNothingThroughAddressesStandAlone() {
        List<DecodedProgram> compiled = instance.object().executable(Execution.COMPILER);

        assertThat(compiled)
                .filteredOn(p -> p.code().standsAlone())
                .extracting(DecodedProgram::name)
                .containsExactlyInAnyOrder("like_dctcp_ssthresh", "like_dctcp_cong_avoid");
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void nullInPlaceOfASocketIsAFault(Execution execution) {
        instance = instance.object().instantiate(kernel, kernel, execution);
        ops = instance.structOps("like_dctcp").orElseThrow();
        BpfProgram ssthresh = ops.program("ssthresh").orElseThrow();
        BpfProgram inAck = ops.program("in_ack_event").orElseThrow();
        run("init");
        sk.snd_cwnd = 100;

        assertThatThrownBy(() -> ssthresh.run(null, TestKernel.TCP_SOCK))
                .isInstanceOf(BpfFault.class)
                .hasMessageContaining("the pointer is NULL");
        assertThatThrownBy(() -> inAck.run(null, TestKernel.TCP_SOCK, 1)).isInstanceOf(BpfFault.class);
        assertThat(ssthresh.run(sk, TestKernel.TCP_SOCK)).isEqualTo(50);
    }
}
