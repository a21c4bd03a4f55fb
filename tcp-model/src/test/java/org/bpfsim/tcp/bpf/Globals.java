package org.bpfsim.tcp.bpf;

import java.util.Arrays;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.program.BpfInstance;

/** Global variables of an object by name, as libbpf's skeletons give them to the user space part of a selftest. */
record Globals(BpfInstance instance) {
    /** Where a variable is. */
    private record Place(BpfMap map, int offset, int bytes) {
        byte[] read() {
            return map.lookup(new byte[4]);
        }
    }

    private Place place(String variable) {
        Btf btf = instance.object().object().btf();
        for (BtfType type : btf.types()) {
            if (type instanceof BtfType.DataSection section) {
                for (BtfType.Entry entry : section.entries()) {
                    if (btf.type(entry.variable()) instanceof BtfType.Variable v
                            && v.name().equals(variable)) {
                        return new Place(instance.map(section.name()).orElseThrow(), entry.offset(), entry.bytes());
                    }
                }
            }
        }
        throw new IllegalArgumentException("no variable " + variable);
    }

    byte[] bytes(String variable) {
        Place place = place(variable);
        return Arrays.copyOfRange(place.read(), place.offset, place.offset + place.bytes);
    }

    /** A number of at most 8 bytes. */
    long number(String variable) {
        byte[] bytes = bytes(variable);
        return LittleEndian.get(bytes, 0, bytes.length);
    }

    void set(String variable, byte[] value) {
        Place place = place(variable);
        byte[] all = place.read();
        if (value.length != place.bytes) {
            throw new IllegalArgumentException(variable + " has " + place.bytes + " bytes");
        }
        System.arraycopy(value, 0, all, place.offset, value.length);
        place.map.update(new byte[4], all, 0);
    }

    void set(String variable, long value) {
        byte[] bytes = new byte[place(variable).bytes];
        LittleEndian.put(bytes, 0, bytes.length, value);
        set(variable, bytes);
    }
}
