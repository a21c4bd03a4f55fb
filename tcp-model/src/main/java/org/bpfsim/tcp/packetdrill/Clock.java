package org.bpfsim.tcp.packetdrill;

import java.util.Locale;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.packetdrill.script.Event;
import org.bpfsim.tcp.packetdrill.script.ScriptException;
import org.bpfsim.tcp.packetdrill.script.When;

/** Time of a run in microseconds, and how far off the script's it may be. */
final class Clock {
    private static final double US_PER_S = 1e6;

    private final Scheduler scheduler;
    private final Settings settings;

    Clock(Scheduler scheduler, Settings settings) {
        this.scheduler = scheduler;
        this.settings = settings;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    long nowUs() {
        return scheduler.nowPs() / SimTime.PS_PER_US;
    }

    /** Lets time pass until then, or until something stops the scheduler. */
    void runUntil(long us) {
        scheduler.runUntil(Math.multiplyExact(us, SimTime.PS_PER_US));
    }

    /**
     * Compares when something has happened with the event's time.
     *
     * @param beforeUs time of the event before: the tolerance grows with the distance
     * @param offsetUs from where relative times count
     * @throws ScriptException if it was too early or too late
     */
    void check(
            Event event,
            long expectedUs,
            long expectedEndUs,
            long actualUs,
            long beforeUs,
            long offsetUs,
            String what) {
        When when = event.when();
        if (when.kind() == When.Kind.ANY || isWithin(expectedUs, expectedEndUs, actualUs, beforeUs)) {
            return;
        }
        throw new ScriptException(
                event.line(),
                when.isRange()
                        ? outsideOfRange(when, expectedUs, expectedEndUs, actualUs, offsetUs, what)
                        : offTime(expectedUs, actualUs, beforeUs, what));
    }

    /** As {@link #check}, for the return of a call that blocks. */
    void checkReturn(Event event, long expectedUs, long beforeUs) {
        if (!isWithin(expectedUs, expectedUs, nowUs(), beforeUs)) {
            throw new ScriptException(event.line(), offTime(expectedUs, nowUs(), beforeUs, "system call return"));
        }
    }

    private boolean isWithin(long expectedUs, long expectedEndUs, long actualUs, long beforeUs) {
        long tolerance = tolerance(expectedUs, beforeUs);
        return actualUs >= expectedUs - tolerance && actualUs <= expectedEndUs + tolerance;
    }

    private long tolerance(long expectedUs, long beforeUs) {
        return Math.max(settings.toleranceUs(), (long) (settings.tolerancePercent() / 100.0 * (expectedUs - beforeUs)));
    }

    private String offTime(long expectedUs, long actualUs, long beforeUs, String what) {
        return String.format(
                Locale.ROOT,
                "timing error: expected %s at %.6f sec but happened at %.6f sec; tolerance %.6f sec",
                what,
                expectedUs / US_PER_S,
                actualUs / US_PER_S,
                tolerance(expectedUs, beforeUs) / US_PER_S);
    }

    private static String outsideOfRange(
            When when, long expectedUs, long expectedEndUs, long actualUs, long offsetUs, String what) {
        String sign = when.isRelative() ? "+" : "";
        return String.format(
                Locale.ROOT,
                "timing error: expected %s in %stime range %s%.6f~%s%.6f sec but happened at %s%.6f sec",
                what,
                when.isRelative() ? "relative " : "",
                sign,
                (expectedUs - offsetUs) / US_PER_S,
                sign,
                (expectedEndUs - offsetUs) / US_PER_S,
                sign,
                (actualUs - offsetUs) / US_PER_S);
    }
}
