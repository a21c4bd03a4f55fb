package org.bpfsim.tcp.cpu;

/**
 * What the kernel's work costs a core, in picoseconds.
 *
 * @param interrupt an interrupt of the NIC or of a timer
 * @param receivePacket a packet as the NIC delivers it: driver and GRO
 * @param receiveBuffer what GRO made of one or more packets: IP, TCP and the socket
 * @param receiveByte per byte of payload received, beside copying
 * @param transmitBuffer what TCP hands to the NIC at once, one or more segments: TCP, IP, queueing discipline, driver, completion
 * @param transmitByte per byte of payload sent, beside copying
 * @param systemCall into the kernel and out again, and what a call does beside the rest
 * @param copyByte per byte copied between application and kernel
 * @param wakeUp waking a thread that sleeps
 * @param contextSwitch letting a thread run that did not
 * @param bpfInstruction per BPF instruction executed
 * @param bpfHelper per call of a BPF helper or kfunc
 */
public record CpuCosts(
        long interrupt,
        long receivePacket,
        long receiveBuffer,
        long receiveByte,
        long transmitBuffer,
        long transmitByte,
        long systemCall,
        long copyByte,
        long wakeUp,
        long contextSwitch,
        long bpfInstruction,
        long bpfHelper) {
    /** A server of about 2020 at 3 GHz; where the numbers are from is in docs/fidelity.md. */
    public static final CpuCosts DEFAULT = new CpuCosts(
            1_000_000, 200_000, 1_000_000, 30, 1_000_000, 20, 300_000, 93, 1_000_000, 1_500_000, 300, 10_000);

    /** Work that takes no time, for tests. */
    public static final CpuCosts FREE = new CpuCosts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public CpuCosts {
        long all = interrupt
                | receivePacket
                | receiveBuffer
                | receiveByte
                | transmitBuffer
                | transmitByte
                | systemCall
                | copyByte
                | wakeUp
                | contextSwitch
                | bpfInstruction
                | bpfHelper;
        if (all < 0) {
            throw new IllegalArgumentException("a cost is negative");
        }
    }
}
