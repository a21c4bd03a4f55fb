package org.bpfsim.bpf.memory;

import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.types.AccessViolation;
import org.bpfsim.bpf.types.Addresses;
import org.bpfsim.bpf.types.StructType;

/**
 * The regions that one run of a program can reach, by number (see {@link AddressLayout}).
 *
 * <p>Hot path: no allocation. Regions of kernel objects are made once and used again by later runs.
 */
public final class AddressSpace implements Addresses {
    /** A program that meets more kernel objects and buffers than this in one run is faulted. */
    private static final int MAX_TRANSIENTS = 1 << 16;

    private Region[] regions;
    private final int firstTransient;
    private int count;
    private WriteRights rights;

    /**
     * @param stack of all frames
     * @param maps for each map of the object its own region and its values'
     */
    public AddressSpace(byte[] stack, List<Region> maps) {
        firstTransient = AddressLayout.firstTransient(maps.size() / 2);
        regions = new Region[firstTransient + 8];
        for (int frame = 0; frame < AddressLayout.FRAMES; frame++) {
            regions[AddressLayout.FIRST_FRAME + frame] = new Region()
                    .bytes("the stack", stack, frame * AddressLayout.FRAME_BYTES, AddressLayout.FRAME_BYTES, true);
        }
        regions[AddressLayout.CONTEXT] = new Region();
        regions[AddressLayout.FUNCTIONS] = new Region().opaque("a function of the program", this);
        for (int i = 0; i < maps.size(); i++) {
            regions[AddressLayout.FUNCTIONS + 1 + i] = maps.get(i);
        }
        for (int i = firstTransient; i < regions.length; i++) {
            regions[i] = new Region();
        }
        count = firstTransient;
    }

    /** Forgets the kernel objects of the last run. */
    public void reset(WriteRights writeRights) {
        rights = writeRights;
        count = firstTransient;
    }

    /** The region of the context, for the caller to fill in. */
    public Region context() {
        return regions[AddressLayout.CONTEXT];
    }

    public WriteRights rights() {
        return rights;
    }

    /** The region that an address points into. */
    public Region region(long address) {
        int number = AddressLayout.region(address);
        if (number <= 0 || number >= count) {
            throw noRegion(address);
        }
        return regions[number];
    }

    /** A region that has the same number in every run: of a map. */
    public Region fixed(int number) {
        return regions[number];
    }

    /** The region that an address points into, or null. */
    public Region regionOrNull(long address) {
        int number = AddressLayout.region(address);
        return number <= 0 || number >= count ? null : regions[number];
    }

    private static AccessViolation noRegion(long address) {
        if (address == 0) {
            return new AccessViolation("the pointer is NULL");
        }
        return new AccessViolation(
                address > 0 && address <= 0xffff
                        ? "the pointer is NULL + " + address
                        : "0x" + Long.toHexString(address) + " is not an address");
    }

    public long load(long address, int length) {
        return region(address).load(AddressLayout.offset(address), length, this);
    }

    public void store(long address, int length, long value) {
        region(address).store(AddressLayout.offset(address), length, value);
    }

    @Override
    public <T> long ofObject(T object, StructType<? super T> type) {
        if (object == null) {
            return 0;
        }
        for (int i = firstTransient; i < count; i++) {
            if (regions[i].isObject(object, type.layout())) {
                return AddressLayout.address(i, 0);
            }
        }
        Region context = regions[AddressLayout.CONTEXT];
        if (context.isObject(object, type.layout())) {
            return AddressLayout.address(AddressLayout.CONTEXT, 0);
        }
        next().object(object, type.layout(), rights == null ? null : rights.of(type.layout()));
        return AddressLayout.address(count - 1, 0);
    }

    @Override
    public long ofBytes(byte[] array, int offset, int length, boolean writable) {
        for (int i = firstTransient; i < count; i++) {
            if (regions[i].isBytes(array, offset, length)) {
                return AddressLayout.address(i, 0);
            }
        }
        next().bytes("a buffer", array, offset, length, writable);
        return AddressLayout.address(count - 1, 0);
    }

    private Region next() {
        if (count == regions.length) {
            if (count - firstTransient >= MAX_TRANSIENTS) {
                throw new AccessViolation("the program met more than " + MAX_TRANSIENTS + " kernel objects in one run");
            }
            regions = Arrays.copyOf(regions, 2 * count);
            for (int i = count; i < regions.length; i++) {
                regions[i] = new Region();
            }
        }
        return regions[count++];
    }
}
