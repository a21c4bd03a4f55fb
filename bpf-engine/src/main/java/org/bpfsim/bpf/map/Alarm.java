package org.bpfsim.bpf.map;

/** Something that a simulated kernel does at a point of its time, outside any program ({@code struct hrtimer} in soft mode). */
public interface Alarm {
    /** Never comes. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Arms it, in place of what it was armed for.
     *
     * @param atNs when, in nanoseconds of the monotonic clock; if that is past, as soon as what runs has ended
     */
    void start(long atNs);

    /** Disarms it; does nothing if it is not armed. */
    void stop();
}
