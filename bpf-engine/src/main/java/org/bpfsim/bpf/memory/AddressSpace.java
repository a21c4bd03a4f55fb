package org.bpfsim.bpf.memory;

import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.types.AccessViolation;
import org.bpfsim.bpf.types.Addresses;
import org.bpfsim.bpf.types.StructLayout;
import org.bpfsim.bpf.types.StructType;

/**
 * The regions that one run of a program can reach, by number (see {@link AddressLayout}).
 *
 * <p>Hot path: no allocation. Regions of kernel objects are made once and used again by later runs.
 */
public final class AddressSpace implements Addresses {
    /** A program that meets more kernel objects and buffers than this in one run is faulted. */
    private static final int MAX_TRANSIENTS = 1 << 16;

    private static final byte[] NOTHING = new byte[0];

    private Region[] regions;
    private final int firstTransient;
    private int count;
    /** A bit for each argument of the run that is a kernel object. */
    private int arguments;
    /** What the rights of the context's region were taken from. */
    private WriteRights contextRights;
    /** What the rights of an argument's region were taken from. */
    private final WriteRights[] argumentRights = new WriteRights[AddressLayout.MAX_ARGUMENTS];

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
        for (int i = 0; i < AddressLayout.MAX_ARGUMENTS; i++) {
            regions[AddressLayout.ARGUMENTS + i] = new Region();
        }
        for (int i = 0; i < maps.size(); i++) {
            regions[AddressLayout.mapRegion(0) + i] = maps.get(i);
        }
        for (int i = firstTransient; i < regions.length; i++) {
            regions[i] = new Region();
        }
        count = firstTransient;
    }

    /** Forgets the kernel objects of the last run. */
    public void reset(WriteRights writeRights) {
        if (rights != writeRights) {
            rights = writeRights;
        }
        count = firstTransient;
        arguments = 0;
    }

    /** Makes a kernel object an argument and answers its address; 0 for null. */
    public long argument(int index, Object object, StructLayout layout) {
        int number = AddressLayout.ARGUMENTS + index;
        Region region = regions[number];
        if (object == null) {
            region.bytes("NULL", NOTHING, 0, 0, false);
            return 0;
        }
        int known = arguments == 0 ? -1 : argumentOf(object, layout);
        if (region.layout() != layout || argumentRights[index] != rights) {
            region.object(object, layout, rights == null ? null : rights.of(layout));
            argumentRights[index] = rights;
        } else if (region.object() != object) {
            region.retarget(object);
        }
        arguments |= 1 << index;
        return AddressLayout.address(known >= 0 ? known : number, 0);
    }

    /** The region of an argument that is this object already; -1 if there is none. */
    private int argumentOf(Object object, StructLayout layout) {
        for (int i = 0; i < AddressLayout.MAX_ARGUMENTS; i++) {
            if ((arguments >>> i & 1) != 0 && regions[AddressLayout.ARGUMENTS + i].isObject(object, layout)) {
                return AddressLayout.ARGUMENTS + i;
            }
        }
        return -1;
    }

    /** The region of the context, for the caller to fill in. */
    public Region context() {
        return regions[AddressLayout.CONTEXT];
    }

    /** Makes an array of arguments the context. */
    public void setContext(byte[] array, int bytes) {
        Region region = regions[AddressLayout.CONTEXT];
        if (region.layout() != null || !region.isBytes(array, 0, bytes)) {
            region.bytes("the arguments", array, 0, bytes, false);
        }
    }

    /** Makes a kernel object the context. */
    public void setContext(Object object, StructLayout layout) {
        Region region = regions[AddressLayout.CONTEXT];
        if (region.layout() != layout || contextRights != rights) {
            region.object(object, layout, rights == null ? null : rights.of(layout));
            contextRights = rights;
        } else if (region.object() != object) {
            region.retarget(object);
        }
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
        int argument = arguments == 0 ? -1 : argumentOf(object, type.layout());
        if (argument >= 0) {
            return AddressLayout.address(argument, 0);
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
