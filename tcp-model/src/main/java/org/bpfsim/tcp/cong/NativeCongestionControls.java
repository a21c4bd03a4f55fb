package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.sock.CongestionRegistry;

/** The congestion controls that a simulated kernel has from the start. */
public final class NativeCongestionControls {
    private NativeCongestionControls() {}

    /** Registers {@code reno}, {@code cubic}, {@code dctcp} and {@code bbr} with a host. */
    public static void registerAll(CongestionRegistry registry) {
        registry.register(new Reno());
        registry.register(new Cubic());
        registry.register(new Dctcp());
        registry.register(new Bbr());
    }
}
