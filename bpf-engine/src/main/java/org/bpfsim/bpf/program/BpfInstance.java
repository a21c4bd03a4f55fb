package org.bpfsim.bpf.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.interpreter.Machine;
import org.bpfsim.bpf.map.Alarm;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.Handles;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.map.MapSocket;
import org.bpfsim.bpf.map.Maps;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.object.StructOpsDefinition;
import org.bpfsim.bpf.types.StructType;

/**
 * A loaded object on one simulated kernel: it has maps of its own and shares everything else with other instances. Not for
 * use by several threads.
 */
public final class BpfInstance {
    private final LoadedObject object;
    private final RuntimeServices services;
    private final Object kernel;
    private final List<DecodedProgram> executable;
    private final List<MapInstance> maps = new ArrayList<>();
    private final List<BpfProgram> programs = new ArrayList<>();
    private final Handles handles = new Handles() {
        @Override
        public MapInstance map(int id) {
            return id >= 1 && id <= maps.size() ? maps.get(id - 1) : null;
        }

        @Override
        public Object program(int id) {
            return id >= 1 && id <= programs.size() ? executable.get(id - 1) : null;
        }

        @Override
        public MapSocket socket(int number) {
            return services.socket(number);
        }

        @Override
        public Alarm alarm(Runnable action) {
            return services.alarm(action);
        }

        @Override
        public void callBack(Object program, long function, MapInstance map, int place) {
            BpfInstance.this.callBack((DecodedProgram) program, function, map, place);
        }

        @Override
        public boolean callsBack() {
            return callsBack;
        }

        @Override
        public StructType<?> socketType() {
            return object.environment().types().struct("bpf_sock").orElse(null);
        }
    };
    private final List<StructOpsMap> structOps = new ArrayList<>();
    /** Machines by how deep programs of this instance are nested in each other's helper calls. */
    private final List<Machine> machines = new ArrayList<>();

    /** The first of them, once it is there: most runs are not nested. */
    private Machine outermost;

    /** The one that made the last run that ended; null if there was none. */
    private Machine last;

    /** Whether a timer's callback is running. */
    private boolean callsBack;

    BpfInstance(LoadedObject object, RuntimeServices services, Object kernel, Execution execution) {
        this.object = object;
        this.executable = object.executable(execution);
        this.services = services;
        this.kernel = kernel;
        for (int i = 0; i < object.maps().size(); i++) {
            maps.add(Maps.create(object.maps().get(i), i, services.cpus(), handles));
        }
        for (int i = 0; i < object.programs().size(); i++) {
            programs.add(new BpfProgram(this, i + 1, object.programs().get(i), executable.get(i)));
        }
        maps.forEach(this::fill);
        for (StructOpsDefinition definition : object.object().structOps()) {
            structOps.add(new StructOpsMap(definition, this::program));
        }
    }

    /** Puts in what the object says is in a map of maps or programs from the beginning. */
    private void fill(MapInstance map) {
        map.definition().extras().initial().forEach((index, name) -> {
            byte[] id = new byte[4];
            byte[] key = new byte[map.keyBytes()];
            LittleEndian.put(key, 0, Math.min(4, key.length), index);
            LittleEndian.put(
                    id,
                    0,
                    4,
                    map.definition().type() == MapType.PROG_ARRAY
                            ? program(name).map(BpfProgram::id).orElse(0)
                            : map(name).map(m -> ((MapInstance) m).id()).orElse(0));
            int error = map.update(key, id, MapInstance.BPF_ANY);
            if (error != 0) {
                throw new IllegalArgumentException(
                        "map " + map.name() + " cannot hold " + name + " at " + index + ": error " + error);
            }
        });
    }

    /**
     * Makes a further map, such as one to be put into a map of maps. No program may be running.
     *
     * @throws IllegalArgumentException if Linux would not make such a map
     */
    public BpfMap createMap(MapDefinition definition) {
        Maps.problem(definition).ifPresent(problem -> {
            throw new IllegalArgumentException("map " + definition.name() + ": " + problem);
        });
        if (outermost != null && outermost.running()) {
            throw new IllegalStateException("map " + definition.name() + " is made while a program runs");
        }
        maps.add(Maps.create(definition, maps.size(), services.cpus(), handles));
        // Machines number their regions by the maps that there are.
        machines.clear();
        outermost = null;
        programs.forEach(p -> p.callsWith(null));
        return maps.get(maps.size() - 1);
    }

    public LoadedObject object() {
        return object;
    }

    /**
     * User space lets go of the object, as a loader that ends and has pinned nothing: its timers are cancelled, and none can be started
     * any more. What runs its programs may go on, and maps can still be read.
     */
    public void release() {
        maps.forEach(MapInstance::giveBack);
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

    /** The machine for the next run: the first that is not in the middle of one. */
    Machine nextMachine() {
        Machine machine = outermost;
        return machine != null && !machine.running() ? machine : freeMachine();
    }

    private Machine freeMachine() {
        for (Machine machine : machines) {
            if (!machine.running()) {
                return machine;
            }
        }
        Machine machine = new Machine(services, kernel, maps, object.environment()::struct);
        machines.add(machine);
        outermost = machines.get(0);
        programs.forEach(p -> p.callsWith(outermost.compiled()));
        return machine;
    }

    void enter(Machine machine) {
        machine.running(true);
        machine.compiled().ready(false);
    }

    /** Calls a function that a program has left to a timer: callback(map, key, value). */
    private void callBack(DecodedProgram program, long function, MapInstance map, int place) {
        Machine machine = nextMachine();
        machine.begin(program);
        enter(machine);
        callsBack = true;
        try {
            long key = map.keyAddress(place, machine);
            machine.callBack(program, function, map.selfAddress(), key, map.addressAt(place, 0), Machine.MAX_BUDGET);
        } finally {
            callsBack = false;
            leave(machine);
        }
        services.calledBack(machine.steps(), machine.helperCalls());
    }

    void leave(Machine machine) {
        machine.running(false);
        last = machine;
        outermost.compiled().ready(machine == outermost);
    }

    /** The machine for the run of a program that stands alone: nothing else can run meanwhile. */
    CompiledRun machineForCall() {
        Machine machine = nextMachine();
        last = machine;
        machine.compiled().ready(machine == outermost);
        return machine.compiled();
    }

    long lastRunInstructions() {
        return last == null ? 0 : last.steps();
    }

    long lastRunHelperCalls() {
        return last == null ? 0 : last.helperCalls();
    }
}
