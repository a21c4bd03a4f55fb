package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.scenario.model.AttachSpec;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.plan.Variant;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.tcp.bpf.TcpBpf;
import org.junit.jupiter.api.Test;

/**
 * A verified program cannot fault unless we have a defect. If it does all the same, its run fails and says where. Here the defect
 * is a helper's.
 */
class FaultsTest {
    @Test
    void aFaultFailsTheRunWithPlaceAndSourceLine() throws Exception {
        ProgramFamily real = TcpBpf.environment(250).families().stream()
                .filter(f -> f.name().equals("sock_ops"))
                .findFirst()
                .orElseThrow();
        ProgramFamily defective = ProgramFamily.builder("sock_ops")
                .section("sockops")
                .context(real.context().orElseThrow())
                .helper("bpf_trace_printk", (call, format, size, a, b, c) -> {
                    throw call.fault("the helper is defective");
                })
                .build();
        BpfObject object = BpfObject.open(Files.readAllBytes(Path.of("src/test/bpf/trace.bpf.o")), "trace.bpf.o");
        Scenario scenario = Runs.scenario("tiny", text -> text);
        Programs programs = new Programs(List.of(new Programs.Attachment(
                1,
                Loader.load(object, BpfEnvironment.builder().family(defective).build()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                MapContents.NONE,
                List.of(),
                0,
                AttachSpec.FOR_GOOD,
                Programs.Attachment.NOTHING)));

        RunResult result = Simulation.run(
                        scenario, programs, new PlannedRun("r0000", Variant.AB, 0, ""), Supervision.NONE)
                .orElseThrow();

        assertThat(result.failure())
                .hasValueSatisfying(message -> assertThat(message)
                        .contains("trace.bpf.o: sockops/trace: insn")
                        .contains("trace.bpf.c:")
                        .contains("the helper is defective"));
    }
}
