package org.bpfsim.bpf.helper;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;

/**
 * The task that runs when a program does ({@code current}). What packets and timers cause happens while whatever task
 * runs; here that is the idle task unless the embedder says otherwise.
 *
 * @param pid of the thread
 * @param tgid of the process
 * @param comm at most 15 characters
 */
public record Task(int pid, int tgid, int uid, int gid, String comm) {
    /** Linux: TASK_COMM_LEN in include/linux/sched.h. */
    public static final int COMM_BYTES = 16;

    /** Linux's idle task. */
    public static final Task IDLE = new Task(0, 0, 0, 0, "swapper/0");

    /** What programs see of it through {@code bpf_get_current_task}. */
    public static final StructType<Task> TASK_STRUCT = StructType.builder("task_struct", Task.class)
            .s32("pid", Task::pid)
            .s32("tgid", Task::tgid)
            .array("comm", ScalarType.U8, COMM_BYTES, (t, i) -> t.commBytes()[i])
            .build();

    public Task {
        if (comm.length() >= COMM_BYTES) {
            throw new IllegalArgumentException("a task's name has at most 15 characters: " + comm);
        }
    }

    /** The name with zeros behind it. */
    byte[] commBytes() {
        return Arrays.copyOf(comm.getBytes(StandardCharsets.ISO_8859_1), COMM_BYTES);
    }

    /** {@code bpf_get_current_pid_tgid}. */
    long pidTgid() {
        return (long) tgid << 32 | pid & 0xffff_ffffL;
    }

    /** {@code bpf_get_current_uid_gid}. */
    long uidGid() {
        return (long) gid << 32 | uid & 0xffff_ffffL;
    }
}
