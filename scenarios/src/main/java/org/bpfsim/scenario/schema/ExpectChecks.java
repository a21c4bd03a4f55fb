package org.bpfsim.scenario.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.Distance;
import org.bpfsim.scenario.model.Expectation;
import org.bpfsim.scenario.model.Expectation.Where;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.model.Score;
import org.bpfsim.scenario.model.TopologySpec;
import org.bpfsim.scenario.plan.Phases;
import org.bpfsim.scenario.yaml.Problems;

/** Checks expectations against the scenario that they are about. */
final class ExpectChecks {
    private static final String ALL = "all";
    private static final List<String> SIZES = List.of("le-10KB", "10KB-100KB", "100KB-1MB", "1MB-10MB", "gt-10MB");

    private static final List<String> CORES = List.of("all cores", "busiest core");

    private final Bound bound;
    private final Scenario scenario;
    private final Problems problems;

    private ExpectChecks(Bound bound, Problems problems) {
        this.bound = bound;
        this.scenario = bound.scenario();
        this.problems = problems;
    }

    static void check(Bound bound, Problems problems) {
        ExpectChecks checks = new ExpectChecks(bound, problems);
        List<Expectation> all = bound.scenario().expect();
        for (int i = 0; i < all.size(); i++) {
            checks.check(all.get(i), "expect[" + i + "]");
        }
    }

    /** An item with its arm: the one that is written, or the only one that there is. */
    static Expectation complete(ExpectKeys.Item item, List<ArmSpec> arms) {
        String only = arms.isEmpty()
                ? Scenario.CONTROL
                : arms.size() == 1 ? arms.get(0).name() : "";
        return new Expectation(
                item.metric(),
                item.group(),
                item.arm().orElse(only),
                item.against(),
                item.in(),
                item.direction(),
                item.by(),
                item.value());
    }

    private void check(Expectation e, String path) {
        boolean ports = e.metric().scope() == Score.Scope.PORTS;
        boolean mixedPorts = ports && e.in() == Where.AB;
        if (e.arm().isEmpty() && !mixedPorts) {
            problem(
                    path,
                    "there are several arms, and none is named.",
                    "Add `arm: " + scenario.arms().get(0).name() + "`.");
            return;
        }
        if (!mixedPorts) {
            arm(e.arm(), path + ".arm");
        }
        if (e.direction().isPresent()) {
            arm(e.against(), path + ".against");
            if (e.arm().equals(e.against())) {
                problem(path, "`" + e.arm() + "` is compared with itself.", "Name another arm in `arm` or `against`.");
            }
            if (mixedPorts) {
                problem(
                        path + ".metric",
                        "in the experiment all arms share queues and links: `"
                                + e.metric().word() + "` cannot differ between arms.",
                        "Write `in: rollout`, or expect a `value`.");
            }
        }
        if (e.in() == Where.ROLLOUT && !scenario.run().totalEffect()) {
            problem(path + ".in", "no roll-out is simulated.", "Write `run: {total-effect: true}`.");
        }
        Optional<org.bpfsim.scenario.model.Metric> family = e.metric().metric();
        if (family.isPresent() && !scenario.metrics().contains(family.get())) {
            problem(
                    path + ".metric",
                    "`metrics` leaves out `" + family.get().word() + "`, so `"
                            + e.metric().word() + "` is not scored.",
                    "Add it there.");
        }
        List<String> groups =
                e.metric() == Score.CPU_UTILISATION ? CORES : groups(e.metric().scope());
        if (!groups.contains(e.group())) {
            problem(
                    path + (bound.places().containsKey(path + ".group") ? ".group" : ".metric"),
                    "`" + e.metric().word() + "` has no group `" + e.group() + "` in this scenario.",
                    DidYouMean.remedy(e.group(), groups));
        }
    }

    private void arm(String name, String path) {
        if (!scenario.armNames().contains(name)) {
            problem(path, "there is no arm `" + name + "`.", DidYouMean.remedy(name, scenario.armNames()));
        }
    }

    private List<String> groups(Score.Scope scope) {
        List<String> groups = new ArrayList<>();
        switch (scope) {
            case ARM -> groups.add(ALL);
            case FLOWS -> {
                groups.add(ALL);
                groups.addAll(SIZES);
                for (Distance distance : Distance.values()) {
                    groups.add(distance.word());
                }
                Phases.of(scenario).forEach(phase -> groups.add(phase.key()));
            }
            case PORTS -> groups.addAll(portClasses(scenario.network().topology()));
        }
        return groups;
    }

    /** As the topologies of sim-core name them. */
    private static List<String> portClasses(TopologySpec topology) {
        return topology.match(new TopologySpec.Cases<>() {
            @Override
            public List<String> leafSpine(TopologySpec.LeafSpine t) {
                return List.of("host-nic", "leaf-down", "leaf-up", "spine-down");
            }

            @Override
            public List<String> fatTree(TopologySpec.FatTree t) {
                return List.of("host-nic", "edge-down", "edge-up", "agg-down", "agg-up", "core-down");
            }

            @Override
            public List<String> dumbbell(TopologySpec.Dumbbell t) {
                return List.of("host-nic", "switch-down", "bottleneck");
            }

            @Override
            public List<String> star(TopologySpec.Star t) {
                return List.of("host-nic", "switch-down");
            }

            @Override
            public List<String> datacenters(TopologySpec.Datacenters t) {
                return List.of("host-nic", "leaf-down", "leaf-up", "spine-down", "spine-up", "border-down", "wan");
            }
        });
    }

    private void problem(String path, String what, String remedy) {
        problems.add(bound.place(path), what, remedy);
    }
}
