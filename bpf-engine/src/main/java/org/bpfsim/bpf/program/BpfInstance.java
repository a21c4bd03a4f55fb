package org.bpfsim.bpf.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.interpreter.Machine;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.map.Maps;
import org.bpfsim.bpf.object.StructOpsDefinition;

/**
 * A loaded object on one simulated kernel: it has maps of its own and shares everything else with other instances. Not for
 * use by several threads.
 */
public final class BpfInstance {
    private final LoadedObject object;
    private final RuntimeServices services;
    private final Object kernel;
    private final List<MapInstance> maps = new ArrayList<>();
    private final List<BpfProgram> programs = new ArrayList<>();
    private final List<StructOpsMap> structOps = new ArrayList<>();
    /** Machines by how deep programs of this instance are nested in each other's helper calls. */
    private final List<Machine> machines = new ArrayList<>();

    private int depth;
    private long lastRunInstructions;

    BpfInstance(LoadedObject object, RuntimeServices services, Object kernel) {
        this.object = object;
        this.services = services;
        this.kernel = kernel;
        for (int i = 0; i < object.maps().size(); i++) {
            maps.add(Maps.create(object.maps().get(i), i, services.cpus()));
        }
        for (int i = 0; i < object.programs().size(); i++) {
            programs.add(new BpfProgram(
                    this, object.programs().get(i), object.decoded().get(i)));
        }
        for (StructOpsDefinition definition : object.object().structOps()) {
            structOps.add(new StructOpsMap(definition, this::program));
        }
    }

    public LoadedObject object() {
        return object;
    }

    /** Programs in the order of the object. */
    public List<BpfProgram> programs() {
        return List.copyOf(programs);
    }

    /** A program by its C function's name (or, in old objects, its section's). */
    public Optional<BpfProgram> program(String name) {
        return programs.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    public List<BpfMap> maps() {
        return List.copyOf(maps);
    }

    /** A map by its C variable's name; global data is {@code .rodata}, {@code .data}, {@code .bss}, … */
    public Optional<BpfMap> map(String name) {
        return maps.stream()
                .filter(m -> m.name().equals(name))
                .map(m -> (BpfMap) m)
                .findFirst();
    }

    public List<StructOpsMap> structOps() {
        return List.copyOf(structOps);
    }

    /** A struct_ops map by its C variable's name. */
    public Optional<StructOpsMap> structOps(String name) {
        return structOps.stream().filter(s -> s.name().equals(name)).findFirst();
    }

    /** The machine for the next run. */
    Machine nextMachine() {
        while (machines.size() <= depth) {
            machines.add(new Machine(services, kernel, maps));
        }
        return machines.get(depth);
    }

    void enter() {
        depth++;
    }

    void leave(Machine machine) {
        depth--;
        lastRunInstructions = machine.steps();
    }

    long lastRunInstructions() {
        return lastRunInstructions;
    }
}
