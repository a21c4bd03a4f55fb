package org.bpfsim.tcp.nic;

/**
 * How many bytes the ring of a NIC may hold: as few as do not leave it idle (Linux 6.12, BQL, lib/dynamic_queue_limits.c).
 * The limit grows when the ring ran empty although more could have been queued, and shrinks by the slack that a second of
 * completions has shown. Numbers of bytes run on and wrap, as {@code unsigned int} does. Hot path: no allocation.
 */
final class ByteQueueLimits {
    private static final int MAX_LIMIT = Integer.MAX_VALUE / 16 * 15;

    /** Ticks for which slack is looked for before the limit shrinks (a second). */
    private final int holdTicks;

    private int limit;
    private int queued;
    private int completed;
    /** Up to which number of bytes more may be queued. */
    private int adjustedLimit;

    private int lastQueued;
    private int queuedAtLastCompletion;
    private int overLimitAtLastCompletion;
    private int lastQueuedAtLastCompletion;
    private int lowestSlack = Integer.MAX_VALUE;
    private long slackSince;

    ByteQueueLimits(int holdTicks, long nowTicks) {
        this.holdTicks = holdTicks;
        this.slackSince = nowTicks;
    }

    /** Bytes that may be in the ring at one time. */
    int limit() {
        return limit;
    }

    /** Whether more may be put into the ring. */
    boolean hasRoom() {
        return adjustedLimit - queued >= 0;
    }

    /** Bytes were put into the ring. */
    void queued(int bytes) {
        lastQueued = bytes;
        queued += bytes;
    }

    /** Bytes have left the ring, all that one interrupt tells of. */
    void completed(int bytes, long nowTicks) {
        final int nowCompleted = completed + bytes;
        int overLimit = positive(queued - completed - limit);
        final int inProgress = queued - nowCompleted;
        final int previouslyInProgress = queuedAtLastCompletion - completed;
        final boolean allPreviousDone = nowCompleted - queuedAtLastCompletion >= 0;
        int next = limit;
        boolean ranEmpty = overLimit > 0 && inProgress == 0;
        boolean mayHaveRunEmpty = overLimitAtLastCompletion > 0 && allPreviousDone;
        if (ranEmpty || mayHaveRunEmpty) {
            next += positive(nowCompleted - queuedAtLastCompletion) + overLimitAtLastCompletion;
            restartSlack(nowTicks);
        } else if (inProgress != 0 && previouslyInProgress != 0 && !allPreviousDone) {
            int unused = positive(next + overLimitAtLastCompletion - 2 * bytes);
            int unusedOfLast = overLimitAtLastCompletion > 0
                    ? positive(lastQueuedAtLastCompletion - overLimitAtLastCompletion)
                    : 0;
            lowestSlack = Math.min(lowestSlack, Math.max(unused, unusedOfLast));
            if (nowTicks > slackSince + holdTicks) {
                next = positive(next - lowestSlack);
                restartSlack(nowTicks);
            }
        }
        next = Math.min(next, MAX_LIMIT);
        if (next != limit) {
            limit = next;
            overLimit = 0;
        }
        adjustedLimit = limit + nowCompleted;
        overLimitAtLastCompletion = overLimit;
        lastQueuedAtLastCompletion = lastQueued;
        completed = nowCompleted;
        queuedAtLastCompletion = queued;
    }

    private void restartSlack(long nowTicks) {
        slackSince = nowTicks;
        lowestSlack = Integer.MAX_VALUE;
    }

    private static int positive(int difference) {
        return Math.max(difference, 0);
    }
}
