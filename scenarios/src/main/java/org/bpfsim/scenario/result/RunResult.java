package org.bpfsim.scenario.result;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.scenario.plan.PlannedRun;

/**
 * What one run leaves.
 *
 * @param fingerprint of the event trace, 16 hexadecimal digits
 * @param failure why the run was given up; empty if it went through. What was measured before is kept
 * @param services of applications that talk in frames, if there are any
 * @param cpu of hosts' cores, if they have any
 * @param maps contents of maps in the end, as JSON by file name
 */
public record RunResult(
        PlannedRun run,
        String fingerprint,
        long events,
        long simTimeNs,
        Optional<String> failure,
        FlowTable flows,
        QueueTable queues,
        PortTable ports,
        ArmTable arms,
        Optional<ServiceTables> services,
        Optional<CpuTables> cpu,
        TraceLog trace,
        Map<String, String> maps) {

    /** {@code ok} or {@code failed}. */
    public String status() {
        return failure.isEmpty() ? RunRecord.OK : RunRecord.FAILED;
    }

    /** The files of the run by name. */
    public Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("flows.csv", flows.toCsv());
        files.put("queues.csv", queues.toCsv());
        files.put("ports.csv", ports.toCsv());
        files.put("arms.csv", arms.toCsv());
        services.ifPresent(tables -> {
            files.put("requests.csv", tables.requests().toCsv());
            files.put("connections.csv", tables.connections().toCsv());
        });
        cpu.ifPresent(tables -> {
            files.put("cpu.csv", tables.timesCsv());
            files.put("cpu-counts.csv", tables.countsCsv());
        });
        if (!trace.isEmpty()) {
            files.put("trace.txt", trace.toString());
        }
        maps.forEach((name, json) -> files.put("maps/" + name, json));
        files.put("run.json", record().toJson());
        return files;
    }

    /** What manifest and {@code run.json} say of the run. */
    public RunRecord record() {
        return new RunRecord(
                run.id(),
                run.variant().name(),
                run.replication(),
                run.identity(),
                fingerprint,
                events,
                simTimeNs,
                status(),
                failure.orElse(null));
    }
}
