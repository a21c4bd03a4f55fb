package org.bpfsim.bpf.map;

import org.bpfsim.bpf.types.StructType;

/** The maps and programs of an instance by their ids, which are what maps of them hold. */
public interface Handles {
    /** Nothing to refer to. */
    Handles NONE = new Handles() {
        @Override
        public MapInstance map(int id) {
            return null;
        }

        @Override
        public Object program(int id) {
            return null;
        }
    };

    /** The map of an id, or null. */
    MapInstance map(int id);

    /** The program of an id as {@code HelperCall.tailCall} takes it, or null. */
    Object program(int id);

    /** The socket that a user means by a number, as by a file descriptor; null if there is none. */
    default MapSocket socket(int number) {
        return null;
    }

    /** How programs see a socket that they find in a map: {@code struct bpf_sock}; null if that is not described. */
    default StructType<?> socketType() {
        return null;
    }
}
