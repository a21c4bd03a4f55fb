package org.bpfsim.sim;

/**
 * Something that happens at a point of simulated time. Subclass it once per kind of thing (a port's next arrival, a
 * socket's retransmission timer), make one object per thing and re-arm that: an event is scheduled at most once at a
 * time, and holds its own place in the {@link Scheduler}, so that arming it allocates nothing.
 */
public abstract class Event {
    /** Where the event really stands in the order; {@code seq} is {@link Scheduler#NONE} unless it is pending. */
    long timePs;

    long seq = Scheduler.NONE;
    /** The heap entry that stands for this event, never after (timePs, seq); {@code NONE} if there is no entry. */
    long entryTimePs;

    long entrySeq = Scheduler.NONE;

    /** Called by the scheduler when the time has come; the event is no longer pending and may arm itself again. */
    protected abstract void fire(long nowPs);

    /** When a pending event is due, in picoseconds; {@link SimTime#NEVER} if it is not pending. */
    public final long dueAtPs() {
        return seq == Scheduler.NONE ? SimTime.NEVER : timePs;
    }
}
