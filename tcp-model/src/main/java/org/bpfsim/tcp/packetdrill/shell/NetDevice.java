package org.bpfsim.tcp.packetdrill.shell;

/** What shell lines do to the host's network device. */
public interface NetDevice {
    /** The device is to get segments, not large packets. */
    void segmentationOff();

    /** A queue without room drops every packet, or it has room again. */
    void setDropsAll(boolean dropsAll);
}
