package org.bpfsim.scenario.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.AttachSpec;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.sim.SimTime;

/** The parts of the measured interval between which programs come or go; reports score them apart. */
public final class Phases {
    private static final long NS_PER_US = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    /**
     * One part.
     *
     * @param key name in results: {@code before-40ms}, {@code 40ms-to-80ms}, {@code from-80ms}
     * @param fromNs flows that begin from here on belong to it
     */
    public record Phase(String key, long fromNs) {}

    private Phases() {}

    /** In the order of time; empty if nothing changes while flows are measured. */
    public static List<Phase> of(Scenario scenario) {
        List<Long> changes = new ArrayList<>(changesNs(scenario));
        if (changes.isEmpty()) {
            return List.of();
        }
        List<Phase> phases = new ArrayList<>();
        phases.add(new Phase("before-" + time(changes.get(0)), 0));
        for (int i = 1; i < changes.size(); i++) {
            phases.add(new Phase(time(changes.get(i - 1)) + "-to-" + time(changes.get(i)), changes.get(i - 1)));
        }
        long last = changes.get(changes.size() - 1);
        phases.add(new Phase("from-" + time(last), last));
        return Collections.unmodifiableList(phases);
    }

    private static SortedSet<Long> changesNs(Scenario scenario) {
        SortedSet<Long> changes = new TreeSet<>();
        for (ArmSpec arm : scenario.arms()) {
            for (AttachSpec attach : arm.attach()) {
                for (long atPs : new long[] {attach.atPs(), attach.untilPs()}) {
                    if (atPs > scenario.run().warmUpPs()
                            && atPs < scenario.run().measureEndPs()) {
                        changes.add(SimTime.toNanos(atPs));
                    }
                }
            }
        }
        return changes;
    }

    private static String time(long ns) {
        return ns % NS_PER_MS == 0 ? ns / NS_PER_MS + "ms" : ns % NS_PER_US == 0 ? ns / NS_PER_US + "us" : ns + "ns";
    }
}
