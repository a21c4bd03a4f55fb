package org.bpfsim.bench.hold;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import umontreal.ssj.simevents.Simulator;
import umontreal.ssj.simevents.eventlist.BinaryTree;
import umontreal.ssj.simevents.eventlist.DoublyLinked;
import umontreal.ssj.simevents.eventlist.EventList;
import umontreal.ssj.simevents.eventlist.Henriksen;
import umontreal.ssj.simevents.eventlist.RedblackTree;
import umontreal.ssj.simevents.eventlist.SplayTree;

/**
 * Millions of hold steps per second. Every contestant does the same: it takes the earliest event, calls it, and the
 * event schedules itself again.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class HoldBenchmark {
    private static final int STEPS = 10_000;

    /** Which event list holds the events. */
    @Param({"bpfsim", "PriorityQueue", "Henriksen", "SplayTree", "BinaryTree", "RedblackTree", "DoublyLinked"})
    public String list;

    /** How many events are pending. */
    @Param({"1000", "100000", "1000000"})
    public int pending;

    private Runnable contestant;

    /** Fills the list. */
    @Setup
    public void fill() {
        Increments increments = new Increments();
        contestant = switch (list) {
            case "bpfsim" -> ours(increments);
            case "PriorityQueue" -> priorityQueue(increments);
            case "Henriksen" -> ssj(new Henriksen(), increments);
            case "SplayTree" -> ssj(new SplayTree(), increments);
            case "BinaryTree" -> ssj(new BinaryTree(), increments);
            case "RedblackTree" -> ssj(new RedblackTree(), increments);
            case "DoublyLinked" -> ssj(new DoublyLinked(), increments);
            default -> throw new IllegalArgumentException(list);
        };
    }

    /** Ten thousand hold steps. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void hold() {
        contestant.run();
    }

    private Runnable ours(Increments increments) {
        Scheduler scheduler = new Scheduler();
        int[] left = new int[1];
        for (int i = 0; i < pending; i++) {
            scheduler.after(increments.nextPs(), new Event() {
                @Override
                protected void fire(long nowPs) {
                    scheduler.after(increments.nextPs(), this);
                    if (--left[0] == 0) {
                        scheduler.stop();
                    }
                }
            });
        }
        return () -> {
            left[0] = STEPS;
            scheduler.run();
        };
    }

    private Runnable ssj(EventList eventList, Increments increments) {
        Simulator simulator = new Simulator();
        simulator.init(eventList);
        int[] left = new int[1];
        for (int i = 0; i < pending; i++) {
            new umontreal.ssj.simevents.Event(simulator) {
                @Override
                public void actions() {
                    schedule(increments.nextPs());
                    if (--left[0] == 0) {
                        simulator.stop();
                    }
                }
            }.schedule(increments.nextPs());
        }
        return () -> {
            left[0] = STEPS;
            simulator.start();
        };
    }

    /** What one would write without a library: comparable entries, with a sequence number for ties, and an action each. */
    private Runnable priorityQueue(Increments increments) {
        PriorityQueue<Entry> queue = new PriorityQueue<>(pending);
        long[] sequence = new long[1];
        for (int i = 0; i < pending; i++) {
            LongConsumer action = new LongConsumer() {
                @Override
                public void accept(long nowPs) {
                    queue.add(new Entry(nowPs + increments.nextPs(), sequence[0]++, this));
                }
            };
            action.accept(0);
        }
        return () -> {
            for (int i = 0; i < STEPS; i++) {
                Entry entry = queue.remove();
                entry.action.accept(entry.timePs);
            }
        };
    }

    private record Entry(long timePs, long seq, LongConsumer action) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(timePs, other.timePs);
            return byTime != 0 ? byTime : Long.compare(seq, other.seq);
        }
    }
}
