package org.bpfsim.scenario.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * One experiment: a network, what its hosts do, who is treated how, and how often it is repeated.
 *
 * @param name names the result folder: lower-case letters, digits and dashes
 * @param question what the experiment is to answer, for the reader of its report; may be empty
 * @param arms the treatments; flows that none of them takes are {@link #CONTROL}
 * @param metrics what is scored, in the order of the report
 * @param expect what the author expects to come out
 */
public record Scenario(
        String name,
        String question,
        NetworkSpec network,
        HostsSpec hosts,
        List<WorkloadSpec> workload,
        List<ArmSpec> arms,
        RunSpec run,
        List<Metric> metrics,
        List<Expectation> expect) {

    /** The arm of all flows that no treatment takes. */
    public static final String CONTROL = "control";

    public Scenario {
        workload = List.copyOf(workload);
        arms = List.copyOf(arms);
        metrics = List.copyOf(metrics);
        expect = List.copyOf(expect);
    }

    /** All arms by index: 0 is {@link #CONTROL}, then the treatments in the order of the file. */
    public List<String> armNames() {
        return Stream.concat(Stream.of(CONTROL), arms.stream().map(ArmSpec::name))
                .toList();
    }
}
