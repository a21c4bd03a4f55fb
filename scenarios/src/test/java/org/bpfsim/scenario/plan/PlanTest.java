package org.bpfsim.scenario.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.schema.ScenarioBinder;
import org.bpfsim.scenario.yaml.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
    private final String text = Files.readString(Path.of("library/tiny.yaml"));

    PlanTest() throws IOException {}

    @Test
    void hasOneRunPerReplication() {
        Plan plan = plan(text);
        assertThat(plan.runs()).extracting(PlannedRun::id).containsExactly("r0000", "r0001", "r0002");
        assertThat(plan.runs()).extracting(PlannedRun::replication).containsExactly(0, 1, 2);
        assertThat(plan.runs()).extracting(PlannedRun::identity).doesNotHaveDuplicates();
    }

    @Test
    void totalEffectAddsEverybodyInEachArmReplicationByReplication() {
        Plan plan = plan(text.replace("replications: 3", "replications: 2, total-effect: true"));
        assertThat(plan.runs())
                .extracting(run -> run.variant().name())
                .containsExactly("ab", "all:control", "all:treated", "ab", "all:control", "all:treated");
        assertThat(plan.runs())
                .extracting(PlannedRun::id)
                .containsExactly(
                        "r0000",
                        "r0000-all-control",
                        "r0000-all-treated",
                        "r0001",
                        "r0001-all-control",
                        "r0001-all-treated");
    }

    @Test
    void identityIsTheSameOnEveryMachine() {
        assertThat(ScenarioJson.of(scenario(text)).toString()).isEqualTo(TINY);
        assertThat(Plan.of(scenario(text), new TreeMap<>(), "1").identity()).isEqualTo("81abeec303569580");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replications: 3|replications: 30",
                "seed: 1|seed: 1, total-effect: true",
                "question: Does|question: Hm, does",
                "name: tiny|name: other",
                "# Small|# Not so small",
                "10Gbps|10_000Mbps"
            })
    void whatDoesNotChangeARunKeepsItsIdentity(String from, String to) {
        assertThat(text).contains(from);
        assertThat(plan(text.replace(from, to)).runs()).containsAll(plan(text).runs());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"seed: 1|seed: 2", "load: 30%|load: 31%", "share: 50%|share: 49%", "buffer: 1MB|buffer: 2MB"})
    void whatChangesARunChangesItsIdentity(String from, String to) {
        assertThat(text).contains(from);
        assertThat(plan(text.replace(from, to)).identity())
                .isNotEqualTo(plan(text).identity());
    }

    @Test
    void anObjectsContentAndTheVersionChangeTheIdentity() {
        Scenario scenario = scenario(text);
        assertThat(Plan.of(scenario, new TreeMap<>(Map.of("a.o", "1")), "1").identity())
                .isNotEqualTo(Plan.of(scenario, new TreeMap<>(Map.of("a.o", "2")), "1")
                        .identity())
                .isNotEqualTo(Plan.of(scenario, new TreeMap<>(Map.of("a.o", "1")), "2")
                        .identity());
    }

    private static Plan plan(String text) {
        return Plan.of(scenario(text), new TreeMap<>(), "1");
    }

    private static Scenario scenario(String text) {
        Problems problems = new Problems();
        var bound = ScenarioBinder.bind("tiny.yaml", text, problems);
        assertThat(problems.toList()).isEmpty();
        return bound.orElseThrow().scenario();
    }

    /** Canonical form of tiny.yaml: a change here changes the identity of everybody's results. */
    private static final String TINY = "{\"name\":\"tiny\",\"question\":\"Does everything work from end to end?\""
            + ",\"network\":{\"topology\":{\"kind\":\"Dumbbell\",\"hostsPerSide\":2},\"hostLink\":{\"rateBitsPerSec\":10000000000,\"delayPs\":1000000,\"loss\":null},\"fabricLink\":{\"rateBitsPerSec\":10000000000,\"delayPs\":1000000,\"loss\":null},\"wanLink\":{\"rateBitsPerSec\":100000000000,\"delayPs\":10000000000,\"loss\":null},\"switches\":{\"bufferBytes\":1000000,\"alpha\":\"100%\",\"ecnThreshold\":\"65 packets\",\"queueLimit\":null},\"addresses\":{\"ipv4\":\"10.{pod}.{rack}.{host}\",\"ipv6\":\"2001:db8:{pod}:{rack}::{host}\"}}"
            + ",\"hosts\":{\"kernel\":\"linux-6.12\",\"hz\":250,\"sysctl\":{},\"nic\":{\"gsoMaxSize\":65536,\"gsoMaxSegs\":65535,\"queues\":{\"qdisc\":{\"kind\":\"pfifo-fast\",\"fq\":null,\"fqCodel\":null},\"txqueuelen\":1000,\"txRing\":1024,\"txUsecs\":8,\"rxUsecs\":0,\"gro\":true}},\"cpu\":null}"
            + ",\"workload\":[{\"kind\":\"Rpc\",\"sizes\":{\"kind\":\"Uniform\",\"minBytes\":1000,\"maxBytes\":64000},\"load\":\"30%\",\"peers\":\"any-other-rack\",\"family\":\"both\",\"port\":7300,\"requestBytes\":100}]"
            + ",\"arms\":[{\"name\":\"treated\",\"share\":\"50%\",\"attach\":[]}]"
            + ",\"run\":{\"warmUpPs\":1000000000,\"measurePs\":4000000000,\"coolDownPs\":1000000000,\"drainPs\":2000000000000,\"replications\":3,\"seed\":1,\"totalEffect\":false,\"samplePs\":100000000},\"metrics\":[\"fct\",\"slowdown\",\"goodput\",\"retransmits\",\"ecn-marks\",\"queue\",\"latency\",\"throughput\",\"qct\",\"deadline-misses\",\"job-time\",\"reads\",\"cpu\",\"wakeups\",\"syscalls\",\"cpu-utilisation\"]"
            + ",\"expect\":[{\"metric\":\"unfinished\",\"group\":\"all\",\"arm\":\"treated\",\"against\":\"control\",\"in\":\"ab\",\"direction\":null,\"by\":null,\"value\":{\"low\":0,\"high\":0}}]}";
}
