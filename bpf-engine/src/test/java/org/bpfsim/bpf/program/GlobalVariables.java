package org.bpfsim.bpf.program;

import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.map.BpfMap;

/** An instance's global variables by name, as a libbpf skeleton shows them. */
public final class GlobalVariables {
    private static final byte[] KEY = new byte[4];

    private final BpfInstance instance;
    private final Btf btf;

    public GlobalVariables(BpfInstance instance) {
        this.instance = instance;
        this.btf = instance.object().object().btf();
    }

    private record Place(BpfMap map, int offset) {}

    private Place place(String variable) {
        for (String section : new String[] {".bss", ".data", ".rodata"}) {
            int id = btf.find(BtfType.DataSection.class, section).orElse(0);
            if (id == 0) {
                continue;
            }
            for (BtfType.Entry v : ((BtfType.DataSection) btf.type(id)).entries()) {
                if (((BtfType.Variable) btf.type(v.variable())).name().equals(variable)) {
                    return new Place(instance.map(section).orElseThrow(), v.offset());
                }
            }
        }
        throw new IllegalArgumentException("no variable " + variable);
    }

    /** Writes 4 bytes of a variable. */
    public void set(String variable, int offset, int value) {
        Place place = place(variable);
        byte[] all = place.map.lookup(KEY);
        LittleEndian.put(all, place.offset + offset, 4, value);
        place.map.update(KEY, all, 0);
    }

    public void set(String variable, int value) {
        set(variable, 0, value);
    }

    /** Reads 4 bytes of a variable. */
    public int get(String variable, int offset) {
        Place place = place(variable);
        return LittleEndian.s32(place.map.lookup(KEY), place.offset + offset);
    }

    public int get(String variable) {
        return get(variable, 0);
    }
}
