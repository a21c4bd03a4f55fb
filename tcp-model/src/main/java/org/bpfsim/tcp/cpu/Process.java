package org.bpfsim.tcp.cpu;

import java.util.List;
import org.bpfsim.tcp.sock.Cgroup;

/** An application on a host: one or more threads in one cgroup. */
public final class Process {
    private final String name;
    private final Cgroup cgroup;
    private final List<Task> tasks;
    private int next;

    /** @param tasks the threads, at least one */
    public Process(String name, Cgroup cgroup, List<? extends Task> tasks) {
        this.name = name;
        this.cgroup = cgroup;
        this.tasks = List.copyOf(tasks);
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException(name + " has no thread");
        }
    }

    public String name() {
        return name;
    }

    /** Where its threads live; null for the root. */
    public Cgroup cgroup() {
        return cgroup;
    }

    /** The threads. */
    public List<Task> tasks() {
        return tasks;
    }

    /** The threads in turn, for connections that are to be spread over them. */
    public Task next() {
        Task task = tasks.get(next);
        next = (next + 1) % tasks.size();
        return task;
    }
}
