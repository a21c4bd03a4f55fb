package org.bpfsim.bpf.map;

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
}
