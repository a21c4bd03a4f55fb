package org.bpfsim.sim;

import java.util.Arrays;

/**
 * The clock and the list of what is to happen. Events fire in the order of (time, sequence number), and sequence
 * numbers are given out as events are armed: events at one instant fire in the order in which they were scheduled.
 *
 * <p>Hot path: no allocation (but for growth of the arrays). A 4-ary heap over parallel arrays, so that four children
 * share a cache line or two and the heap is half as deep as a binary one.
 *
 * <p>Costs, and how the order stays exact:
 * <ul>
 *   <li>Arming an event later than it was is O(1): its entry in the heap stays where it is, and moves to the event's
 *       true place when it comes to the top (TCP postpones its retransmission timer on every ACK).
 *   <li>Arming it earlier leaves the old entry behind as a dead one and adds a new one. Cancelling is O(1) and leaves a
 *       dead entry. Dead entries are dropped at the top, and all at once when they are more than half of the heap.
 *   <li>While an event fires, its entry remains at the top as a hole. The first event armed meanwhile, which is most
 *       often the same one, falls into it: one sift down instead of a removal and an insertion.
 * </ul>
 */
public final class Scheduler {
    static final long NONE = -1;

    private static final int INITIAL_CAPACITY = 1024;
    private static final int CHILDREN_LOG2 = 2;
    private static final int CHILDREN = 1 << CHILDREN_LOG2;
    /** Shifting a long right by this leaves its sign: 0, or -1 if it is negative. */
    private static final int SIGN = Long.SIZE - 1;

    private static final int FEW_DEAD_ENTRIES = 1024;

    private long[] times = new long[INITIAL_CAPACITY];
    private long[] seqs = new long[INITIAL_CAPACITY];
    private Event[] events = new Event[INITIAL_CAPACITY];
    private int size;
    private int dead;
    private boolean holeAtTop;

    private long nowPs;
    private long nextSeq;
    private long fired;
    private boolean stopped;
    private final Fingerprint fingerprint = new Fingerprint();

    public Scheduler() {
        Arrays.fill(times, SimTime.NEVER);
    }

    /** The present instant, in picoseconds. */
    public long nowPs() {
        return nowPs;
    }

    /** The run's fingerprint, into which ports mix every arrival. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** How many events have fired so far. */
    public long eventsFired() {
        return fired;
    }

    /** How many events are pending. */
    public int pendingEvents() {
        return size - dead - (holeAtTop ? 1 : 0);
    }

    /**
     * Arms an event, behind all that were armed before for the same instant. If it is pending, it is moved.
     *
     * @throws IllegalArgumentException if the time is in the past or {@link SimTime#NEVER}
     */
    public void at(long timePs, Event event) {
        at(timePs, nextSeq++, event);
    }

    /** Arms an event for so many picoseconds from now; see {@link #at(long, Event)}. */
    public void after(long delayPs, Event event) {
        at(nowPs + delayPs, nextSeq++, event);
    }

    /**
     * Reserves a place in the order of one instant, to be used later with {@link #at(long, long, Event)}. So a queue can
     * keep many packets and one pending event, and still have each packet arrive in the place that it took when it was
     * queued.
     */
    public long reserveSeq() {
        return nextSeq++;
    }

    /**
     * Arms an event in a reserved place.
     *
     * @throws IllegalArgumentException if the time is in the past or {@link SimTime#NEVER}
     */
    public void at(long timePs, long seq, Event event) {
        if (timePs < nowPs || timePs == SimTime.NEVER) {
            throw new IllegalArgumentException("event " + event + " at " + timePs + " ps, but it is " + nowPs + " ps");
        }
        boolean wasPending = event.seq != NONE;
        event.timePs = timePs;
        event.seq = seq;
        if (event.entrySeq != NONE) {
            if (!isBefore(timePs, seq, event.entryTimePs, event.entrySeq)) {
                if (!wasPending) {
                    dead--;
                }
                return;
            }
            if (wasPending) {
                dead++;
            }
        }
        event.entryTimePs = timePs;
        event.entrySeq = seq;
        if (holeAtTop) {
            holeAtTop = false;
            siftDown(0, timePs, seq, event);
        } else {
            push(timePs, seq, event);
        }
    }

    /** Makes a pending event not happen; does nothing if it is not pending. */
    public void cancel(Event event) {
        if (event.seq != NONE) {
            event.seq = NONE;
            dead++;
        }
    }

    /** Whether the event is armed and has not fired since. */
    public boolean isPending(Event event) {
        return event.seq != NONE;
    }

    /** Fires events until none is left or {@link #stop} is called. */
    public void run() {
        drain(Long.MAX_VALUE);
    }

    /**
     * Fires all events up to and including the given instant, and leaves the clock there, or where {@link #stop} was
     * called.
     */
    public void runUntil(long timePs) {
        drain(timePs);
        if (!stopped && nowPs < timePs) {
            nowPs = timePs;
        }
    }

    /** Makes {@link #run} or {@link #runUntil} return when the event that is firing has ended. */
    public void stop() {
        stopped = true;
    }

    /** Entries that the arrays can hold: for tests. */
    int heapCapacity() {
        return times.length;
    }

    private void drain(long untilPs) {
        stopped = false;
        if (holeAtTop) { // an event threw an exception
            closeHole();
        }
        while (!stopped && size > 0 && times[0] <= untilPs) {
            Event event = events[0];
            long seq = seqs[0];
            if (event.seq == seq && event.entrySeq == seq) {
                nowPs = times[0];
                event.seq = NONE;
                event.entrySeq = NONE;
                holeAtTop = true;
                fired++;
                event.fire(nowPs);
                if (holeAtTop) {
                    closeHole();
                }
                if (dead > FEW_DEAD_ENTRIES && dead > size >> 1) {
                    dropDeadEntries();
                }
            } else {
                settleTop(event, seq);
            }
        }
    }

    /** Deals with an entry at the top that does not tell its event's true place. */
    private void settleTop(Event event, long seq) {
        if (event.entrySeq != seq || event.entryTimePs != times[0]) { // left behind when the event was armed earlier
            dead--;
            removeTop();
        } else if (event.seq == NONE) { // cancelled
            event.entrySeq = NONE;
            dead--;
            removeTop();
        } else { // postponed
            event.entryTimePs = event.timePs;
            event.entrySeq = event.seq;
            siftDown(0, event.timePs, event.seq, event);
        }
    }

    private void closeHole() {
        holeAtTop = false;
        removeTop();
    }

    private void removeTop() {
        int last = --size;
        long timePs = times[last];
        Event event = events[last];
        times[last] = SimTime.NEVER;
        events[last] = null;
        if (last > 0) {
            siftDown(0, timePs, seqs[last], event);
        }
    }

    private void push(long timePs, long seq, Event event) {
        if (size + CHILDREN > times.length) {
            grow();
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >> CHILDREN_LOG2;
            if (!isBefore(timePs, seq, times[parent], seqs[parent])) {
                break;
            }
            times[hole] = times[parent];
            seqs[hole] = seqs[parent];
            events[hole] = events[parent];
            hole = parent;
        }
        place(hole, timePs, seq, event);
    }

    private void grow() {
        int capacity = times.length;
        times = Arrays.copyOf(times, capacity * 2);
        seqs = Arrays.copyOf(seqs, capacity * 2);
        events = Arrays.copyOf(events, capacity * 2);
        Arrays.fill(times, capacity, capacity * 2, SimTime.NEVER);
    }

    /** Puts an entry in the place of another and moves it down to where it belongs. */
    private void siftDown(int from, long timePs, long seq, Event event) {
        final long[] times = this.times;
        final long[] seqs = this.seqs;
        final Event[] events = this.events;
        final int size = this.size;
        int hole = from;
        int child;
        while ((child = (hole << CHILDREN_LOG2) + 1) < size) {
            // Which child is least cannot be predicted, so it is computed: a mask is -1 where the second of two comes
            // first, else 0. Differences cannot overflow, since times and numbers are not negative; where times are
            // equal the sign of the numbers' difference decides. Places past the end are at NEVER.
            long time01 = times[child + 1] - times[child];
            long seq01 = seqs[child + 1] - seqs[child];
            long mask01 = (time01 + (seq01 >> SIGN)) >> SIGN;
            long time23 = times[child + 3] - times[child + 2];
            long seq23 = seqs[child + 3] - seqs[child + 2];
            long mask23 = (time23 + (seq23 >> SIGN)) >> SIGN;
            long lowTime = times[child] + (time01 & mask01);
            long lowSeq = seqs[child] + (seq01 & mask01);
            long timeDiff = times[child + 2] + (time23 & mask23) - lowTime;
            long seqDiff = seqs[child + 2] + (seq23 & mask23) - lowSeq;
            long mask = (timeDiff + (seqDiff >> SIGN)) >> SIGN;
            int low = -(int) mask01;
            int high = 2 - (int) mask23;
            int least = child + (low ^ ((low ^ high) & (int) mask));
            long leastTime = lowTime + (timeDiff & mask);
            long leastSeq = lowSeq + (seqDiff & mask);
            if (isBefore(timePs, seq, leastTime, leastSeq)) {
                break;
            }
            times[hole] = leastTime;
            seqs[hole] = leastSeq;
            events[hole] = events[least];
            hole = least;
        }
        place(hole, timePs, seq, event);
    }

    private void place(int index, long timePs, long seq, Event event) {
        times[index] = timePs;
        seqs[index] = seq;
        events[index] = event;
    }

    /** Keeps the entries that stand for pending events and makes a heap of them again. */
    private void dropDeadEntries() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Event event = events[i];
            boolean live = event.entrySeq == seqs[i] && event.entryTimePs == times[i];
            if (live && event.seq == NONE) {
                event.entrySeq = NONE;
                live = false;
            }
            if (live) {
                place(kept++, times[i], seqs[i], event);
            }
        }
        Arrays.fill(times, kept, size, SimTime.NEVER);
        Arrays.fill(events, kept, size, null);
        size = kept;
        dead = 0;
        for (int i = (size - 2) >> CHILDREN_LOG2; i >= 0; i--) {
            siftDown(i, times[i], seqs[i], events[i]);
        }
    }

    private static boolean isBefore(long timePs, long seq, long otherTimePs, long otherSeq) {
        return timePs < otherTimePs || (timePs == otherTimePs && seq < otherSeq);
    }
}
