package org.bpfsim.bpf.program;

import org.bpfsim.bpf.helper.RuntimeServices;

/** An object relocated and bound to an environment. Immutable: shared by all instances, runs and threads. */
public interface LoadedObject {
    String name();

    String license();

    /**
     * Gives the object maps of its own and makes its programs ready to run.
     *
     * @param services what its programs ask of the machine
     * @param kernel handed to helpers as {@code HelperCall.kernel()}; may be null
     */
    BpfInstance instantiate(RuntimeServices services, Object kernel);
}
