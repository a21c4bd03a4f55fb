package org.bpfsim.bpf.testrun;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.inspect.MapDump;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.Loader;

/** One program of an object, run on a packet, a message or a socket option: the data behind {@code bpfsim bpf run}. */
public final class ObjectRun {
    private final TestServices services;
    private final BpfInstance instance;
    private final BpfProgram program;
    private final List<String> trace = new ArrayList<>();
    private final int[] option = {1, 12};

    /**
     * What came of it.
     *
     * @param verdict R0's low 32 bits, of the last run
     * @param data the packet after the last run
     * @param nsPerRun mean of all runs
     * @param instructions that the last run executed
     * @param notes what programs on messages and socket options say beside their verdict
     * @param trace lines of {@code bpf_trace_printk} of all runs, and of timers
     */
    public record Outcome(
            int verdict, byte[] data, double nsPerRun, long instructions, List<String> notes, List<String> trace) {
        public Outcome {
            notes = List.copyOf(notes);
            trace = List.copyOf(trace);
        }
    }

    /**
     * Loads an object.
     *
     * @param programName which program; may be empty if the object has one alone
     * @throws BpfLoadException if it cannot be loaded, or does not say which program is meant
     */
    public ObjectRun(byte[] elf, String name, String programName, Execution execution) throws BpfLoadException {
        BpfObject object = BpfObject.open(elf, name);
        services = new TestServices(trace::add);
        instance = Loader.load(object, TestFamilies.environment()).instantiate(services, null, execution);
        List<BpfProgram> programs = instance.programs();
        List<BpfProgram> chosen = programs.stream()
                .filter(p -> programName.isEmpty() || p.name().equals(programName))
                .toList();
        if (chosen.size() != 1) {
            String all = programs.stream().map(BpfProgram::name).collect(Collectors.joining(", "));
            throw new BpfLoadException(
                    SourceLocation.of(name),
                    chosen.isEmpty() ? "it has no program " + programName : "it has several programs",
                    "Say which one to run: " + all + ".");
        }
        program = chosen.get(0);
    }

    /**
     * Runs it.
     *
     * @param data a packet from its Ethernet header on, a message, a piece of a stream, or the value of an option; the same
     *     for every run
     * @param repeat how often, at least once
     * @param waitNs how much time of the program's clock passes after the runs: its timers fire
     * @param clockNs what the runs are timed by; programs never see it
     * @throws IllegalArgumentException if Linux would not take the packet
     * @throws org.bpfsim.bpf.BpfFault if the program does what it must not
     */
    public Outcome run(byte[] data, int repeat, long waitNs, LongSupplier clockNs) {
        ContextRun run = ContextRun.of(program, option);
        run.problem(data).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        trace.clear();
        int verdict = 0;
        long begin = clockNs.getAsLong();
        for (int i = 0; i < repeat; i++) {
            verdict = run.verdict(data);
        }
        double nsPerRun = (double) (clockNs.getAsLong() - begin) / Math.max(1, repeat);
        long instructions = program.lastRunInstructions();
        services.passTime(waitNs);
        return new Outcome(verdict, run.data(), nsPerRun, instructions, run.notes(), trace);
    }

    /** Gives programs on socket options a level and a name, in place of SOL_SOCKET and SO_PRIORITY. */
    public void option(int level, int optname) {
        option[0] = level;
        option[1] = optname;
    }

    /** Names of the object's maps, global data too. */
    public List<String> maps() {
        return instance.maps().stream().map(BpfMap::name).toList();
    }

    /**
     * A map's contents as {@code bpftool map dump} prints them.
     *
     * @throws IllegalArgumentException if there is no such map
     */
    public String dump(String map) {
        BpfMap found = instance.map(map)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no map " + map + "; there are: " + String.join(", ", maps())));
        return MapDump.text(found, instance.object().object().btf());
    }
}
