package org.bpfsim.bpf.program;

import java.util.List;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.MapDefinition;

/** An object relocated and bound to an environment. Immutable: shared by all instances, runs and threads. */
public final class LoadedObject {
    private final BpfObject object;
    private final BpfEnvironment environment;
    private final List<RelocatedProgram> programs;
    private final List<DecodedProgram> decoded;
    private final List<MapDefinition> maps;

    LoadedObject(
            BpfObject object, BpfEnvironment environment, List<RelocatedProgram> programs, List<MapDefinition> maps) {
        this.object = object;
        this.environment = environment;
        this.programs = List.copyOf(programs);
        this.decoded = programs.stream()
                .map(p -> new DecodedProgram(p.name(), p.code(), p.callees(), p.rights(), p.locations()))
                .toList();
        this.maps = List.copyOf(maps);
    }

    public String name() {
        return object.name();
    }

    public String license() {
        return object.license();
    }

    public BpfObject object() {
        return object;
    }

    public BpfEnvironment environment() {
        return environment;
    }

    public List<RelocatedProgram> programs() {
        return programs;
    }

    /** Maps with the contents that they begin with. */
    public List<MapDefinition> maps() {
        return maps;
    }

    List<DecodedProgram> decoded() {
        return decoded;
    }

    /**
     * Gives the object maps of its own and makes its programs ready to run.
     *
     * @param services what its programs ask of the machine
     * @param kernel handed to helpers as {@code HelperCall.kernel()}; may be null
     */
    public BpfInstance instantiate(RuntimeServices services, Object kernel) {
        return new BpfInstance(this, services, kernel);
    }
}
