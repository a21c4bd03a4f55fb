package org.bpfsim.scenario.result;

import java.util.List;
import org.bpfsim.sim.link.Port;

/** Totals of every port over a whole run. */
public final class PortTable {
    private final String csv;

    /** Reads the counters as they are now. */
    public PortTable(List<Port> ports) {
        Csv lines = new Csv("port,port_class,tx_packets,tx_bytes,dropped_packets,ce_marked_packets,max_queue_bytes");
        for (Port port : ports) {
            lines.add(port.name()).add(port.portClass()).add(port.txPackets()).add(port.txBytes());
            lines.add(port.droppedPackets())
                    .add(port.markedPackets())
                    .add(port.maxQueueBytes())
                    .endLine();
        }
        csv = lines.toString();
    }

    String toCsv() {
        return csv;
    }
}
