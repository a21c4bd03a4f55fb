package org.bpfsim.bpf.program;

import org.bpfsim.bpf.interpreter.Machine;

/** The way to the machine of an instance, for tests that watch it. */
public final class TestMachines {
    private TestMachines() {}

    /** The machine that the next run of any program of the instance will be made by. */
    public static Machine of(BpfInstance instance) {
        return instance.nextMachine();
    }
}
