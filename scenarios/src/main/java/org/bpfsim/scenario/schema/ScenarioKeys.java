package org.bpfsim.scenario.schema;

import java.util.List;
import java.util.Map;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.HostsSpec;
import org.bpfsim.scenario.model.Metric;
import org.bpfsim.scenario.model.NetworkSpec;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.model.WorkloadSpec;

/** The whole file. */
final class ScenarioKeys {
    private static final Key<String> NAME = Key.required(
            "name",
            Scalars.word("[a-z0-9][a-z0-9-]{0,62}", "lower-case letters, digits and dashes (at most 63)"),
            "Names the scenario and its result folder.",
            "larger-window");

    private static final Key<String> QUESTION = Key.maybe(
            "question",
            Scalars.text(),
            "none",
            "What the experiment is to answer; heads the report.",
            "Does a larger initial window shorten short flows?");

    private static final Key<NetworkSpec> NETWORK = Key.required(
            "network", NetworkKeys.NETWORK, "Hosts, switches and what joins them.", "{topology: {star: {hosts: 8}}}");

    private static final Key<HostsSpec> HOSTS = Key.maybe(
            "hosts", RunKeys.HOSTS, "all defaults", "The kernel of every host.", "{sysctl: {net.ipv4.tcp_ecn: 1}}");

    private static final Key<List<WorkloadSpec>> WORKLOAD = Key.required(
            "workload",
            new ListType<>(WorkloadKeys.WORKLOAD),
            "What the hosts do; all items run at the same time.",
            "[{rpc: {sizes: web-search, load: 50%}}]");

    private static final Key<Map<String, ArmSpec>> ARMS = Key.maybe(
            "arms",
            ArmKeys.ARMS,
            "everybody in `control`",
            "The treatments by name. A flow's arm is a seeded hash of the flow's identity; flows that no arm takes are"
                    + " `control`. Sockets of an arm live in the cgroup `/arms/<name>` on both hosts.",
            "{larger-window: {share: 10%, attach: [{object: ../programs/distance_tune.bpf.o}]}}");

    private static final Key<RunSpec> RUN = Key.maybe(
            "run", RunKeys.RUN, "all defaults", "How long, how often, from which seed.", "{replications: 10, seed: 7}");

    private static final Key<List<Metric>> METRICS = Key.maybe(
            "metrics",
            new ListType<>(Scalars.choice(Scalars.words(Metric.class, Metric::word))),
            "all",
            "What the report scores, in its order.",
            "[fct, slowdown]");

    private static final Key<List<ExpectKeys.Item>> EXPECT = Key.maybe(
            "expect",
            new ListType<>(ExpectKeys.EXPECTATION),
            "nothing",
            "What should come out; the report says whether it did.",
            "[{metric: fct_p99, arm: larger-window, direction: lower, by: 10%..60%}]");

    static final RecordType<Scenario> SCENARIO = RecordType.of(
            "Scenario",
            "The top of the file.",
            List.of(NAME, QUESTION, NETWORK, HOSTS, WORKLOAD, ARMS, RUN, METRICS, EXPECT),
            f -> scenario(f));

    private ScenarioKeys() {}

    private static Scenario scenario(Fields f) {
        List<ArmSpec> arms = ArmKeys.named(f.find(ARMS).orElse(Map.of()));
        return new Scenario(
                f.get(NAME),
                f.find(QUESTION).orElse(""),
                f.get(NETWORK),
                f.find(HOSTS).orElseGet(RunKeys.HOSTS::allDefaults),
                f.get(WORKLOAD),
                arms,
                f.find(RUN).orElseGet(RunKeys.RUN::allDefaults),
                f.find(METRICS).orElse(List.of(Metric.values())),
                f.find(EXPECT).orElse(List.of()).stream()
                        .map(item -> ExpectChecks.complete(item, arms))
                        .toList());
    }
}
