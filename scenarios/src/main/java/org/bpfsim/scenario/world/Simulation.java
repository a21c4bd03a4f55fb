package org.bpfsim.scenario.world;

import java.util.Optional;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.result.PortTable;
import org.bpfsim.scenario.result.QueueTable;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;

/** Runs a world to its end and gathers its tables. */
public final class Simulation {
    /** The simulation looks up from its work this often in the time that is sure to be simulated. */
    private static final int SLICES = 500;

    private final RunSpec run;
    private final PlannedRun planned;
    private final World world;
    private final Supervision supervision;

    private Simulation(Scenario scenario, Programs programs, PlannedRun planned, Supervision supervision) {
        this.run = scenario.run();
        this.planned = planned;
        this.world = new World(scenario, programs, planned);
        this.supervision = supervision;
    }

    /**
     * The result of a run, or empty if it was told to stop before its end. A program that faults ends the run; its
     * result then says so and holds what was measured before.
     */
    public static Optional<RunResult> run(
            Scenario scenario, Programs programs, PlannedRun planned, Supervision supervision) {
        Simulation simulation = new Simulation(scenario, programs, planned, supervision);
        try {
            simulation.world.start();
            if (!simulation.advance()) {
                return Optional.empty();
            }
        } catch (BpfFault e) {
            return Optional.of(simulation.result(Optional.of(e.getMessage())));
        }
        return Optional.of(simulation.result(Optional.empty()));
    }

    /** Simulates to the end; false if told to stop. */
    private boolean advance() {
        long sureEndPs = run.measureEndPs() + run.coolDownPs();
        long slicePs = Math.max(1, sureEndPs / SLICES);
        if (!advance(run.measureEndPs(), slicePs, sureEndPs)) {
            return false;
        }
        world.sampler().stop();
        world.cpuBooks().stop();
        return advance(run.measureEndPs() + Math.max(run.drainPs(), run.coolDownPs()), slicePs, sureEndPs);
    }

    private boolean advance(long endPs, long slicePs, long sureEndPs) {
        Scheduler scheduler = world.scheduler();
        while (scheduler.nowPs() < endPs && !world.ledger().nothingToWaitFor()) {
            scheduler.runUntil(Math.min(endPs, scheduler.nowPs() + slicePs));
            if (supervision.stopRequested()) {
                return false;
            }
            supervision.reached(Math.min(1, (double) scheduler.nowPs() / sureEndPs));
        }
        return true;
    }

    private RunResult result(Optional<String> failure) {
        world.ledger().close();
        world.services().close();
        Scheduler scheduler = world.scheduler();
        return new RunResult(
                planned,
                scheduler.fingerprint().toString(),
                scheduler.eventsFired(),
                SimTime.toNanos(scheduler.nowPs()),
                failure,
                world.ledger().flows(),
                new QueueTable(world.sampler()),
                new PortTable(world.network().ports()),
                world.ledger().arms(),
                world.services().any() ? Optional.of(world.services().tables()) : Optional.empty(),
                world.cpuBooks().tables(),
                world.trace(),
                world.maps());
    }
}
