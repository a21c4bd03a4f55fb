package org.bpfsim.tcp.packetdrill.shell;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.tcp.sock.Mib;

/** {@code nstat}: what the host has counted since the last call (iproute2; the reset is the default). */
final class Nstat implements Command {
    private final Mib.Counters counters;
    private final Map<Mib, Long> last = new EnumMap<>(Mib.class);

    Nstat(Mib.Counters counters) {
        this.counters = counters;
    }

    @Override
    public ShellResult run(List<String> words, String input) {
        List<String> lines = new ArrayList<>();
        lines.add("#kernel");
        for (Mib counter : Mib.values()) {
            long now = counters.get(counter);
            long more = now - last.getOrDefault(counter, 0L);
            if (more != 0) {
                lines.add(counter.nstatName() + "   " + more + "   0.0");
            }
            last.put(counter, now);
        }
        return new ShellResult(0, String.join("\n", lines));
    }
}
