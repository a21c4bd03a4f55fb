package org.bpfsim.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * One line of progress with the time left. On a terminal the line overwrites itself; elsewhere (a log file) a line is
 * printed at each tenth.
 */
final class ProgressBar implements AutoCloseable {
    private static final int BAR_CELLS = 28;
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final int TENTHS = 10;
    private static final double MIN_FRACTION_FOR_ESTIMATE = 0.005;

    private final PrintStream out;
    private final boolean overwrite;
    private final int columns;
    private final String what;
    private final long startNanos = System.nanoTime();
    private long lastDrawNanos;
    private int lastTenth;
    private boolean drawn;

    ProgressBar(String what, PrintStream out, boolean overwrite, int columns) {
        this.what = what;
        this.out = out;
        this.overwrite = overwrite;
        this.columns = columns;
        this.lastDrawNanos = startNanos - REDRAW_NANOS;
    }

    /**
     * Shows how far the work is. May be called from any thread, as often as wanted.
     *
     * @param fraction done so far, 0 to 1
     * @param detail   a few words, such as "3/10 runs"
     */
    synchronized void update(double fraction, String detail) {
        long now = System.nanoTime();
        if (overwrite) {
            if (now - lastDrawNanos >= REDRAW_NANOS || fraction >= 1) {
                lastDrawNanos = now;
                String line = line(fraction, detail, now - startNanos);
                out.print("\r" + (line.length() < columns ? line : line.substring(0, columns - 1)) + "\u001b[K");
                out.flush();
                drawn = true;
            }
        } else {
            int tenth = (int) (fraction * TENTHS);
            if (tenth > lastTenth) {
                lastTenth = tenth;
                out.println(line(fraction, detail, now - startNanos));
            }
        }
    }

    /** Removes the bar from the terminal. */
    @Override
    public synchronized void close() {
        if (drawn) {
            out.print("\r\u001b[K");
            out.flush();
            drawn = false;
        }
    }

    private String line(double fraction, String detail, long elapsedNanos) {
        int full = (int) Math.round(Math.min(1, fraction) * BAR_CELLS);
        String bar = "█".repeat(full) + "░".repeat(BAR_CELLS - full);
        return String.format(
                Locale.ROOT,
                "%s %s %3.0f%%  %s  %s",
                what,
                bar,
                fraction * 100,
                detail,
                timing(fraction, elapsedNanos));
    }

    private static String timing(double fraction, long elapsedNanos) {
        String elapsed = clock(elapsedNanos);
        if (fraction >= 1 || fraction < MIN_FRACTION_FOR_ESTIMATE) {
            return elapsed + " elapsed";
        }
        return clock((long) (elapsedNanos * (1 - fraction) / fraction)) + " left";
    }

    static String clock(long nanos) {
        long s = (nanos + 500_000_000L) / 1_000_000_000L;
        return s < 3600
                ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }
}
