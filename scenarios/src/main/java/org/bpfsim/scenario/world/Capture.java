package org.bpfsim.scenario.world;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.pcap.PcapWriter;
import org.bpfsim.sim.topology.Network;

/**
 * One run, watched at some places, for Wireshark. Watching changes nothing: the run is, packet by packet, the one whose
 * results are stored.
 */
public final class Capture {
    private final World world;

    /** Builds the world of a run. */
    public Capture(Scenario scenario, Programs programs, PlannedRun planned) {
        world = new World(scenario, programs, planned);
    }

    /**
     * Simulates from the run's start and writes what passes.
     *
     * @param places names of hosts ({@code host-3}: what its NIC sends and receives, as tcpdump there would show) and of
     *     ports ({@code leaf-0:spine-1}: what it sends)
     * @param untilPs when to end
     * @param out gets a pcap file and is closed
     * @throws IllegalArgumentException if there is no such place; the message lists what there is
     */
    public void write(List<String> places, long untilPs, OutputStream out) throws IOException {
        requirePlaces(places);
        try (PcapWriter writer = new PcapWriter(new BufferedOutputStream(out))) {
            for (String place : places) {
                watch(place, writer);
            }
            world.start();
            world.scheduler().runUntil(untilPs);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Looks whether {@link #write} knows the places.
     *
     * @throws IllegalArgumentException if there is no such place; the message lists what there is
     */
    public void requirePlaces(List<String> places) {
        places.forEach(this::requirePlace);
    }

    private void watch(String place, PcapWriter writer) {
        Optional<Port> port = port(place);
        if (port.isPresent()) {
            port.get().setTap(writer.outgoing());
        } else {
            int host = host(place);
            world.network().hostPort(host).setTap(writer.outgoing());
            world.network().accessPort(host).setTap(writer.incoming());
        }
    }

    private void requirePlace(String place) {
        if (port(place).isEmpty() && host(place) < 0) {
            Network network = world.network();
            throw new IllegalArgumentException(
                    "there is neither a host nor a port \"" + place + "\". Hosts are host-0 to host-"
                            + (network.hostCount() - 1) + "; ports are "
                            + network.ports().stream().map(Port::name).collect(Collectors.joining(", ")) + ".");
        }
    }

    private Optional<Port> port(String place) {
        return world.network().ports().stream()
                .filter(port -> port.name().equals(place))
                .findFirst();
    }

    private int host(String place) {
        for (int host = 0; host < world.network().hostCount(); host++) {
            if (place.equals("host-" + host)) {
                return host;
            }
        }
        return -1;
    }
}
