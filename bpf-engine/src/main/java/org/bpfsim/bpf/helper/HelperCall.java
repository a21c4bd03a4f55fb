package org.bpfsim.bpf.helper;

import java.util.List;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.types.Addresses;
import org.bpfsim.bpf.types.StructType;

/**
 * What a helper sees of the program that calls it. All addresses are checked: a bad one faults the program, unless the method
 * says otherwise. Valid during the call only.
 */
public interface HelperCall extends Addresses {
    RuntimeServices services();

    /** The Java object that the program was started with as its context; null for struct_ops. */
    Object context();

    /** The embedder's object that {@code BpfInstance} was made with: the simulated kernel, usually. */
    Object kernel();

    /**
     * The kernel object at an address, which must be where a {@code type} starts: the object itself or one that embeds
     * a {@code type} at that offset. Answers null for NULL.
     */
    <T> T object(long address, StructType<T> type);

    /** The kernel object at an address, whatever its type, or null if there is none that starts there. */
    Object anyObject(long address);

    /**
     * The address of the same kernel object, or of what it embeds there, as another struct.
     *
     * @param type id of that struct in the kernel's BTF
     * @return the address unchanged if what is there is no such struct: reads of it are judged as before
     */
    default long cast(long address, int type) {
        return address;
    }

    /** The map that a program passed by its address. */
    MapInstance map(long address);

    /** All maps of the instance. */
    default List<MapInstance> maps() {
        return List.of();
    }

    /** Loads 1, 2, 4 or 8 bytes as an unsigned number. */
    long load(long address, int size);

    /** Stores the low 1, 2, 4 or 8 bytes of a number. */
    void store(long address, int size, long value);

    /** Copies memory of the program into an array. */
    void read(long address, byte[] to, int offset, int length);

    /** Copies an array into memory of the program. */
    void write(long address, byte[] from, int offset, int length);

    /** Copies memory of the program into a new array. */
    default byte[] bytes(long address, int length) {
        byte[] copy = new byte[length];
        read(address, copy, 0, length);
        return copy;
    }

    /** A string of at most {@code max} bytes, ended by a zero byte or by {@code max}; Latin-1. */
    String string(long address, int max);

    /** Calls back a function of the program ({@code bpf_loop}, {@code bpf_for_each_map_elem}). */
    long callback(long function, long r1, long r2, long r3, long r4);

    /** The program that runs, for those who call a function of it when it is over ({@code Handles.callBack}). */
    default Object program() {
        throw new UnsupportedOperationException("there is no program");
    }

    /**
     * Replaces the calling program by another one when the helper returns ({@code bpf_tail_call}). Answers false if
     * {@code program} is none, or programs were replaced too often in this run.
     */
    default boolean tailCall(Object program) {
        return false;
    }

    /** Ends the program with a fault: it called the helper in a way that the verifier would have refused. */
    RuntimeException fault(String reason);
}
