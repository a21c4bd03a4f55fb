package org.bpfsim.tcp.bpf;

import java.util.function.Consumer;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.tcp.sock.HostKernel;

/** A host's clock, ticks and random numbers for the programs that run on it. */
public final class KernelServices implements RuntimeServices {
    private final HostKernel kernel;
    private final Consumer<String> traceSink;

    /** @param traceSink takes the lines of {@code bpf_trace_printk()} */
    public KernelServices(HostKernel kernel, Consumer<String> traceSink) {
        this.kernel = kernel;
        this.traceSink = traceSink;
    }

    @Override
    public long ktimeNs() {
        return kernel.clockNs();
    }

    @Override
    public long jiffies64() {
        return kernel.jiffies64();
    }

    @Override
    public int prandomU32() {
        return kernel.random.next();
    }

    /** Hosts have one CPU until they are given a cost model. */
    @Override
    public int cpu() {
        return 0;
    }

    @Override
    public void trace(String line) {
        traceSink.accept(line);
    }
}
