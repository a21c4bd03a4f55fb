package org.bpfsim.scenario.result;

import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.QueueSampler;

/** Depth of queues over time, by class of port. */
public final class QueueTable {
    private final QueueSampler sampler;

    /** Reads what a sampler has taken. */
    public QueueTable(QueueSampler sampler) {
        this.sampler = sampler;
    }

    /** What was sampled. */
    public QueueSampler sampler() {
        return sampler;
    }

    String toCsv() {
        Csv csv = new Csv("t_ns,port_class,ports,mean_bytes,max_bytes");
        for (int sample = 0; sample < sampler.samples(); sample++) {
            for (QueueSampler.Column column : sampler.columns()) {
                csv.add(SimTime.toNanos(sampler.timePs(sample)))
                        .add(column.portClass())
                        .add(column.ports());
                csv.addTenths(Math.round(column.meanBytes(sample) * 10))
                        .add(column.maxBytes(sample))
                        .endLine();
            }
        }
        return csv.toString();
    }
}
