package org.bpfsim.scenario.run;

import java.util.function.BooleanSupplier;
import org.bpfsim.scenario.world.Supervision;

/** Between a run and its runner: how far it is, and whether to go on. Written by one thread, read by others. */
public final class RunControl implements Supervision {
    private final BooleanSupplier stopRequested;
    private volatile double fraction;

    RunControl(BooleanSupplier stopRequested) {
        this.stopRequested = stopRequested;
    }

    @Override
    public boolean stopRequested() {
        return stopRequested.getAsBoolean();
    }

    @Override
    public void reached(double fractionOfRun) {
        fraction = fractionOfRun;
    }

    double fraction() {
        return fraction;
    }
}
