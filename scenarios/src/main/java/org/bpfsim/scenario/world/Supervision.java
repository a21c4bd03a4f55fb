package org.bpfsim.scenario.world;

/** Who watches a simulation while it goes. */
public interface Supervision {
    /** True if the simulation is to be given up now. */
    boolean stopRequested();

    /** The simulation is this far, from 0 to 1, by simulated time. */
    void reached(double fractionOfRun);

    /** Nobody. */
    Supervision NONE = new Supervision() {
        @Override
        public boolean stopRequested() {
            return false;
        }

        @Override
        public void reached(double fractionOfRun) {
            // nobody asks
        }
    };
}
