package org.bpfsim.tcp.cpu;

/** What the time of a core goes into. */
public enum Cause {
    /** Taking an interrupt: of the NIC, or of a timer that wakes a thread. */
    IRQ("irq"),
    /** Receiving: driver, GRO, IP and TCP. */
    SOFTIRQ("softirq"),
    /** Sending, be it in a system call or a softirq: TCP, IP, queueing discipline, driver, and letting go of what was sent. */
    TRANSMIT("transmit"),
    /** Getting into the kernel and out again. */
    SYSCALL("syscall"),
    /** Copying between the application's memory and the kernel's. */
    COPY("copy"),
    /** Waking a thread, on the core of who wakes. */
    WAKEUP("wakeup"),
    /** Letting another thread run. */
    CONTEXT_SWITCH("context-switch"),
    /** BPF programs, wherever they are called. */
    BPF("bpf"),
    /** The application's own work. */
    APPLICATION("application");

    /** How many there are. */
    static final int COUNT = values().length;

    private final String word;

    Cause(String word) {
        this.word = word;
    }

    /** As in tables: {@code context-switch}. */
    public String word() {
        return word;
    }
}
