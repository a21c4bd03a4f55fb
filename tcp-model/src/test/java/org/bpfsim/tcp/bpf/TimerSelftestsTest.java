package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.sim.SimTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Linux's selftests of {@code bpf_timer_*} (6.12, progs/timer*.c), their fentry programs as sock_ops programs, with the values that
 * prog_tests/timer*.c expect. Not among them: timer_lockup, which needs two CPUs.
 */
class TimerSelftestsTest {
    private final TestKernel host = TestKernel.create();

    private BpfInstance instance(LoadedObject object, Execution execution) {
        return object.instantiate(new KernelServices(host.kernel(), line -> {}), host.kernel(), execution);
    }

    private void run(BpfInstance instance, String program) {
        SockOpsContext context = new SockOpsContext();
        context.set(host.socket(), 0, 0, 0, 0, null);
        BpfProgram p = instance.program(program).orElseThrow();
        assertThat(p.run(context)).isZero();
    }

    private void passUs(long us) {
        host.kernel().scheduler.runUntil(host.kernel().scheduler.nowPs() + us * SimTime.PS_PER_US);
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void timer(Execution execution) throws Exception {
        BpfInstance instance = instance(
                KernelObjects.load("timer", Set.of("test1", "test2", "test3", "test4", "test5", "race")), execution);
        Globals globals = new Globals(instance);
        assertThat(globals.number("callback_check")).isEqualTo(52);

        for (int i = 1; i <= 5; i++) {
            run(instance, "test" + i);
        }
        passUs(50);

        assertThat(globals.number("callback_check")).isEqualTo(42);
        assertThat(globals.number("callback2_check")).isEqualTo(42);
        assertThat(globals.number("bss_data")).isEqualTo(10);
        assertThat(globals.number("abs_data")).isEqualTo(12);
        assertThat(globals.number("pinned_callback_check")).isEqualTo(2);
        assertThat(globals.number("err")).isZero();
        assertThat(globals.number("ok")).isEqualTo(1 | 2 | 4);

        for (int i = 0; i < 1000; i++) {
            run(instance, "race");
            passUs(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void timerInAMapOfAMap(Execution execution) throws Exception {
        BpfInstance instance = instance(KernelObjects.load("timer_mim"), execution);
        Globals globals = new Globals(instance);

        run(instance, "test1");
        passUs(100);
        long count = globals.number("cnt");
        assertThat(count).isGreaterThan(10);
        passUs(100);
        assertThat(globals.number("cnt")).isGreaterThan(count);
        assertThat(globals.number("err")).isZero();
        assertThat(globals.number("ok")).isEqualTo(1 | 2);

        ((MapInstance) instance.map("inner_htab").orElseThrow()).giveBack();
        assertThat(instance.map("outer_arr").orElseThrow().delete(new byte[] {1, 0, 0, 0}))
                .isZero();
        count = globals.number("cnt");
        passUs(1000);
        assertThat(globals.number("cnt")).isEqualTo(count);
    }

    @Test
    void timerOfAnotherMapInAMapIsRefused() {
        assertThatThrownBy(() -> KernelObjects.load("timer_mim_reject"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("timer");
    }

    @Test
    void callbackMustReturnZero() {
        assertThatThrownBy(() -> KernelObjects.load("timer_failure"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("should have been in [0, 0]");
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void valuesThatAreWrittenLeaveTheTimerAlone(Execution execution) throws Exception {
        for (String map : new String[] {"amap", "hmap"}) {
            BpfInstance instance = instance(KernelObjects.load("timer_crash"), execution);
            new Globals(instance).set("crash_map", map.equals("amap") ? 0 : 1);
            run(instance, "sys_enter");

            BpfMap found = instance.map(map).orElseThrow();
            byte[] value = found.lookup(new byte[4]);
            assertThat(LittleEndian.get(value, 0, 8)).isZero();
        }
    }
}
