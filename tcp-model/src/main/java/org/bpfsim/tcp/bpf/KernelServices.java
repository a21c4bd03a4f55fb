package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.map.Alarm;
import org.bpfsim.bpf.map.MapSocket;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.SockCommon;

/** A host's clock, ticks, random numbers and socket cookies for the programs that run on it; where their output goes. */
public final class KernelServices implements RuntimeServices {
    private final HostKernel kernel;
    /** The kernel's: one reference less to wait for. */
    private final Scheduler scheduler;

    private final ProgramOutput output;

    /** @param output takes lines and records of programs */
    public KernelServices(HostKernel kernel, ProgramOutput output) {
        this.kernel = kernel;
        this.scheduler = kernel.scheduler;
        this.output = output;
    }

    @Override
    public long ktimeNs() {
        return kernel.clockNs();
    }

    @Override
    public Alarm alarm(Runnable action) {
        return new KernelAlarm(kernel, action);
    }

    @Override
    public void calledBack(long instructions, long helperCalls) {
        if (kernel.cpus != null) {
            kernel.cpus.ranTimer(instructions, helperCalls);
        }
    }

    @Override
    public long ktimeCoarseNs() {
        return kernel.coarseClockNs();
    }

    @Override
    public long jiffies64() {
        return kernel.jiffies64(scheduler.nowPs());
    }

    @Override
    public int prandomU32() {
        return kernel.programRandom.next();
    }

    /** Hosts have one CPU until they are given a cost model. */
    @Override
    public int cpu() {
        return 0;
    }

    @Override
    public void trace(String line) {
        output.line(line);
    }

    @Override
    public int perfEvent(String map, int index, byte[] record) {
        output.record(map, record);
        return 0;
    }

    @Override
    public boolean takesRecords(String map) {
        return true;
    }

    @Override
    public void ringRecord(String map, byte[] record) {
        output.record(map, record);
    }

    @Override
    public MapSocket socket(int number) {
        return kernel.descriptors.socket(number);
    }

    @Override
    public long socketCookie(Object context) {
        if (context instanceof SockOpsContext c) {
            return c.sk.cookie();
        }
        return context instanceof PacketBuffer packet && packet.socket() instanceof SockCommon sk ? sk.cookie() : 0;
    }
}
