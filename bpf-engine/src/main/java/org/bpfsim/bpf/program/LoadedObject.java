package org.bpfsim.bpf.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.compiler.Compiler;
import org.bpfsim.bpf.compiler.CompilerInput;
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
    /** The same as {@code decoded} with compiled code; made when it is first asked for. */
    private List<DecodedProgram> compiled;

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

    /** Its programs, ready to be run in one way or the other. */
    List<DecodedProgram> executable(Execution execution) {
        return execution == Execution.INTERPRETER ? decoded : compiled();
    }

    private synchronized List<DecodedProgram> compiled() {
        if (compiled == null) {
            compiled = compile();
        }
        return compiled;
    }

    /** Programs can replace each other by tail calls: if one is too large to be compiled, all are interpreted. */
    private List<DecodedProgram> compile() {
        List<DecodedProgram> all = new ArrayList<>();
        for (int i = 0; i < programs.size(); i++) {
            RelocatedProgram program = programs.get(i);
            Optional<DecodedProgram> made = decoded.get(i).compiled(form -> Compiler.compile(input(program, form)));
            if (made.isEmpty()) {
                return decoded;
            }
            all.add(made.get());
        }
        return List.copyOf(all);
    }

    private CompilerInput input(RelocatedProgram program, DecodedProgram form) {
        CompilerInput.Context context = program.family()
                .context()
                .<CompilerInput.Context>map(CompilerInput.Context.Struct::new)
                .orElseGet(() -> new CompilerInput.Context.Arguments(
                        program.member().map(m -> m.arguments()).orElse(0)));
        return new CompilerInput(
                form,
                program.code(),
                program.callees(),
                program.calleeNames(),
                context,
                Optional.of(
                        new CompilerInput.Verified(program.verified(), maps, environment.types(), program.rights())));
    }

    /**
     * Gives the object maps of its own and makes its programs ready to run.
     *
     * @param services what its programs ask of the machine
     * @param kernel handed to helpers as {@code HelperCall.kernel()}; may be null
     */
    public BpfInstance instantiate(RuntimeServices services, Object kernel) {
        return instantiate(services, kernel, Execution.byDefault());
    }

    /** The same, its programs to be run in a certain way. */
    public BpfInstance instantiate(RuntimeServices services, Object kernel, Execution execution) {
        return new BpfInstance(this, services, kernel, execution);
    }
}
