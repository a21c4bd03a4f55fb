package org.bpfsim.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerTest {
    private final Scheduler scheduler = new Scheduler();
    private final List<String> log = new ArrayList<>();

    private final class Logged extends Event {
        private final String name;

        Logged(String name) {
            this.name = name;
        }

        @Override
        protected void fire(long nowPs) {
            log.add(name + "@" + nowPs);
        }
    }

    @Test
    void eventsOfOneInstantFireInTheOrderOfScheduling() {
        for (int i = 0; i < 100; i++) {
            scheduler.at(5, new Logged("e" + i));
        }
        scheduler.run();
        for (int i = 0; i < 100; i++) {
            assertThat(log.get(i)).isEqualTo("e" + i + "@5");
        }
    }

    @Test
    void rearmingMovesAnEventBehindOthersOfItsNewInstant() {
        Event early = new Logged("early");
        Event late = new Logged("late");
        scheduler.at(1, early);
        scheduler.at(9, late);
        scheduler.at(5, new Logged("five"));
        scheduler.at(5, early);
        scheduler.at(5, late);
        scheduler.run();
        assertThat(log).containsExactly("five@5", "early@5", "late@5");
    }

    @Test
    void reservedPlaceIsKept() {
        long place = scheduler.reserveSeq();
        scheduler.at(5, new Logged("second"));
        scheduler.at(5, place, new Logged("first"));
        scheduler.run();
        assertThat(log).containsExactly("first@5", "second@5");
    }

    @Test
    void cancelledEventDoesNotFireAndCanBeArmedAgain() {
        Event event = new Logged("e");
        scheduler.at(5, event);
        scheduler.cancel(event);
        scheduler.cancel(event);
        assertThat(scheduler.isPending(event)).isFalse();
        assertThat(event.dueAtPs()).isEqualTo(SimTime.NEVER);
        assertThat(scheduler.pendingEvents()).isZero();
        scheduler.at(3, event);
        assertThat(scheduler.pendingEvents()).isEqualTo(1);
        scheduler.run();
        assertThat(log).containsExactly("e@3");
        assertThat(scheduler.eventsFired()).isEqualTo(1);
    }

    @Test
    void runUntilFiresUpToAndIncludingTheInstantAndLeavesTheClockThere() {
        scheduler.at(5, new Logged("a"));
        scheduler.at(6, new Logged("b"));
        scheduler.runUntil(5);
        assertThat(log).containsExactly("a@5");
        scheduler.runUntil(5);
        scheduler.runUntil(10);
        assertThat(scheduler.nowPs()).isEqualTo(10);
        assertThat(log).containsExactly("a@5", "b@6");
    }

    @Test
    void stopEndsTheRunAfterTheEventThatIsFiring() {
        scheduler.at(5, new Event() {
            @Override
            protected void fire(long nowPs) {
                scheduler.stop();
            }
        });
        scheduler.at(5, new Logged("later"));
        scheduler.runUntil(7);
        assertThat(scheduler.nowPs()).isEqualTo(5);
        scheduler.run();
        assertThat(log).containsExactly("later@5");
    }

    @Test
    void runGoesOnAfterAnEventHasThrown() {
        scheduler.at(1, new Event() {
            @Override
            protected void fire(long nowPs) {
                throw new IllegalStateException("broken");
            }
        });
        scheduler.at(2, new Logged("next"));
        assertThatThrownBy(scheduler::run).hasMessage("broken");
        scheduler.run();
        assertThat(log).containsExactly("next@2");
    }

    @Test
    void schedulingInThePastIsRefused() {
        scheduler.runUntil(10);
        assertThatThrownBy(() -> scheduler.at(9, new Logged("past")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at 9 ps, but it is 10 ps");
        assertThatThrownBy(() -> scheduler.after(Long.MAX_VALUE, new Logged("overflow")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deadEntriesDoNotPileUp() {
        Event[] timers = new Event[10];
        for (int i = 0; i < timers.length; i++) {
            timers[i] = new Logged("t" + i);
        }
        Event tick = new Event() {
            private int ticks;

            @Override
            protected void fire(long nowPs) {
                for (Event timer : timers) {
                    scheduler.after(1_000_000_000, timer);
                    scheduler.after(1_000_000_000 - 10, timer); // earlier: leaves a dead entry
                }
                if (++ticks < 50_000) {
                    scheduler.after(1, this);
                }
            }
        };
        scheduler.at(0, tick);
        scheduler.run();
        assertThat(log).hasSize(timers.length);
        assertThat(scheduler.heapCapacity()).isLessThanOrEqualTo(4096);
    }

    /** What the scheduler promises, as plainly as it can be said. */
    private static final class SortedReference {
        record Entry(long timePs, long seq, int id) {}

        final List<Entry> entries = new ArrayList<>();
        long nextSeq;

        void at(long timePs, long seq, int id) {
            cancel(id);
            entries.add(new Entry(timePs, seq, id));
        }

        void cancel(int id) {
            entries.removeIf(entry -> entry.id == id);
        }

        Entry removeFirst() {
            Entry first = entries.stream()
                    .min(Comparator.comparingLong(Entry::timePs).thenComparingLong(Entry::seq))
                    .orElseThrow();
            entries.remove(first);
            return first;
        }
    }

    /** Random operations from inside firing events, mirrored on the reference, which must agree on what fires next. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void firesExactlyWhatASortedListWould(long seed) {
        Random random = new Random(seed);
        int spread = 1 << random.nextInt(12); // few distinct times: many ties
        int count = 1 + random.nextInt(200);
        SortedReference reference = new SortedReference();
        Event[] events = new Event[count];
        int[] stepsLeft = {4_000};
        for (int i = 0; i < count; i++) {
            int id = i;
            events[i] = new Event() {
                @Override
                protected void fire(long nowPs) {
                    SortedReference.Entry expected = reference.removeFirst();
                    assertThat(id).as("seed %d, at %d ps", seed, nowPs).isEqualTo(expected.id());
                    assertThat(nowPs).isEqualTo(expected.timePs());
                    if (stepsLeft[0]-- > 0) {
                        operate(random, spread, id, events, reference);
                    }
                    assertThat(scheduler.pendingEvents()).isEqualTo(reference.entries.size());
                }
            };
            long timePs = random.nextInt(spread);
            scheduler.at(timePs, events[i]);
            reference.at(timePs, reference.nextSeq++, i);
        }
        scheduler.run();
        assertThat(reference.entries).isEmpty();
    }

    private void operate(Random random, int spread, int self, Event[] events, SortedReference reference) {
        for (int n = random.nextInt(4); n > 0; n--) {
            int id = random.nextBoolean() ? self : random.nextInt(events.length);
            long timePs = scheduler.nowPs() + random.nextInt(spread);
            switch (random.nextInt(5)) {
                case 0 -> {
                    scheduler.cancel(events[id]);
                    reference.cancel(id);
                }
                case 1 -> {
                    long place = scheduler.reserveSeq();
                    long mirrored = reference.nextSeq++;
                    int other = random.nextInt(events.length);
                    scheduler.at(timePs, events[other]);
                    reference.at(timePs, reference.nextSeq++, other);
                    scheduler.at(timePs, place, events[id]);
                    reference.at(timePs, mirrored, id);
                }
                default -> {
                    scheduler.at(timePs, events[id]);
                    reference.at(timePs, reference.nextSeq++, id);
                }
            }
        }
    }
}
