package org.bpfsim.scenario.world;

import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;

/**
 * The maps of one run at one instant, as {@code bpftool map dump} would print them on each host. Looking changes nothing: the run
 * up to there is the one whose results are stored.
 */
public final class MapViews {
    /**
     * What is wanted of them; what is empty leaves everything in.
     *
     * @param host its name
     * @param arm its name
     * @param map its name in the object, or the name of a {@code struct_ops} map
     */
    public record Selection(Optional<String> host, Optional<String> arm, Optional<String> map) {
        boolean hasHost(String name) {
            return host.isEmpty() || host.get().equals(name);
        }

        boolean hasArm(String name) {
            return arm.isEmpty() || arm.get().equals(name);
        }

        boolean hasMap(String name) {
            return map.isEmpty() || map.get().equals(name);
        }
    }

    /**
     * One map.
     *
     * @param object the file that declares it
     * @param type as bpftool names it
     * @param text the dump
     * @param json the same as JSON, whatever the object says of its types
     */
    public record View(String host, String arm, String object, String map, String type, String text, String json) {}

    private final World world;

    /** Builds the world of a run. */
    public MapViews(Scenario scenario, Programs programs, PlannedRun planned) {
        world = new World(scenario, programs, planned);
    }

    /** Names of the hosts. */
    public List<String> hosts() {
        return world.hostNames();
    }

    /** Simulates from the run's start to an instant and looks; once. */
    public List<View> at(long ps, Selection selection) {
        world.start();
        world.scheduler().runUntil(ps);
        return look(selection);
    }

    /** Looks at maps as they are. */
    public List<View> look(Selection selection) {
        return world.views(selection);
    }
}
