package org.bpfsim.bpf.program;

import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.object.BpfObject;

/** Relocates an object against an environment and binds its helpers and kfuncs. */
public final class Loader {
    private Loader() {}

    public static LoadedObject load(BpfObject object, BpfEnvironment environment) throws BpfLoadException {
        throw new UnsupportedOperationException("in preparation");
    }
}
