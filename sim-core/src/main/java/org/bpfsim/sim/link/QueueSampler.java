package org.bpfsim.sim.link;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;

/**
 * Looks at the queues of a set of ports at a fixed period and keeps, for each port class, the sum and the maximum over
 * its ports, in columns. A sample is taken at its exact instant, after what was scheduled earlier for that instant.
 *
 * <p>Sampling goes on until {@link #stop} is called, so end the run by time or by {@link Scheduler#stop}.
 */
public final class QueueSampler {
    private static final int INITIAL_SAMPLES = 1024;

    private final Scheduler scheduler;
    private final long periodPs;
    private final List<Column> columns;
    private final Event tick = new Tick();
    private long firstPs;
    private int samples;

    /**
     * @param ports the ports to sample; classes are kept in the order in which they first occur
     * @param periodPs simulated time between samples, in picoseconds, positive
     */
    public QueueSampler(Scheduler scheduler, List<Port> ports, long periodPs) {
        if (periodPs <= 0) {
            throw new IllegalArgumentException("sampling period is " + periodPs + " ps, must be positive");
        }
        this.scheduler = scheduler;
        this.periodPs = periodPs;
        Map<String, List<Port>> byClass = new LinkedHashMap<>();
        for (Port port : ports) {
            byClass.computeIfAbsent(port.portClass(), name -> new ArrayList<>()).add(port);
        }
        this.columns = byClass.entrySet().stream()
                .map(entry -> new Column(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Takes the first sample at this time; earlier samples are forgotten. */
    public void start(long firstPs) {
        this.firstPs = firstPs;
        samples = 0;
        scheduler.at(firstPs, tick);
    }

    /** Takes no more samples. */
    public void stop() {
        scheduler.cancel(tick);
    }

    /** One column for each port class. */
    public List<Column> columns() {
        return columns;
    }

    public int samples() {
        return samples;
    }

    /** When a sample was taken, in picoseconds. */
    public long timePs(int sample) {
        return firstPs + sample * periodPs;
    }

    /** The samples of one port class. */
    public static final class Column {
        private final String portClass;
        private final Port[] ports;
        private long[] sumBytes = new long[INITIAL_SAMPLES];
        private long[] maxBytes = new long[INITIAL_SAMPLES];

        private Column(String portClass, List<Port> ports) {
            this.portClass = portClass;
            this.ports = ports.toArray(new Port[0]);
        }

        public String portClass() {
            return portClass;
        }

        /** How many ports the class has. */
        public int ports() {
            return ports.length;
        }

        /** Waiting bytes per port, averaged over the ports of the class. */
        public double meanBytes(int sample) {
            return sumBytes[sample] / (double) ports.length;
        }

        /** Waiting bytes of the port with the longest queue. */
        public long maxBytes(int sample) {
            return maxBytes[sample];
        }

        private void sample(int index) {
            if (index == sumBytes.length) {
                sumBytes = Arrays.copyOf(sumBytes, index * 2);
                maxBytes = Arrays.copyOf(maxBytes, index * 2);
            }
            long sum = 0;
            long max = 0;
            for (Port port : ports) {
                long bytes = port.queueBytes();
                sum += bytes;
                max = Math.max(max, bytes);
            }
            sumBytes[index] = sum;
            maxBytes[index] = max;
        }
    }

    private final class Tick extends Event {
        @Override
        protected void fire(long nowPs) {
            for (Column column : columns) {
                column.sample(samples);
            }
            samples++;
            scheduler.at(nowPs + periodPs, this);
        }
    }
}
