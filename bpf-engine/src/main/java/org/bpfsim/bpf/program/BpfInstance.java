package org.bpfsim.bpf.program;

import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.map.BpfMap;

/**
 * A loaded object on one simulated kernel: it has maps of its own and shares everything else with other instances. Not for
 * use by several threads.
 */
public interface BpfInstance {
    LoadedObject object();

    /** Programs in the order of the object. */
    List<BpfProgram> programs();

    /** A program by its C function's name (or, in old objects, its section's). */
    Optional<BpfProgram> program(String name);

    List<BpfMap> maps();

    /** A map by its C variable's name; global data is {@code .rodata}, {@code .data}, {@code .bss}, … */
    Optional<BpfMap> map(String name);

    List<StructOpsMap> structOps();
}
