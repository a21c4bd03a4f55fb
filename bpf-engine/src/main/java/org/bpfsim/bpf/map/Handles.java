package org.bpfsim.bpf.map;

import org.bpfsim.bpf.types.StructType;

/** What maps know of their instance: other maps and programs by the ids that maps hold, its clock, how to call a program back. */
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

    /**
     * An alarm of the instance's clock.
     *
     * @param action is done when it goes off
     * @return null if there is no clock
     */
    default Alarm alarm(Runnable action) {
        return null;
    }

    /**
     * Calls a function of a program that is over, with a map, and key and value of an entry.
     *
     * @param program as {@code HelperCall.program} answered it
     * @param function its address
     * @param place of the entry
     */
    default void callBack(Object program, long function, MapInstance map, int place) {
        throw new UnsupportedOperationException("there are no programs");
    }

    /** Whether a program is being called back. */
    default boolean callsBack() {
        return false;
    }
}
