package org.bpfsim.bpf.btf;

import java.nio.charset.StandardCharsets;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.SourceLocation;

/** A section in BTF's wire format, read with every offset checked. */
final class BtfBytes {
    private static final int MAGIC = 0xeb9f;

    private final byte[] section;
    private final String objectName;
    private final String sectionName;
    private int stringsOffset;
    private int stringsBytes;

    BtfBytes(byte[] section, String objectName, String sectionName) {
        this.section = section;
        this.objectName = objectName;
        this.sectionName = sectionName;
    }

    /** Checks magic and version; answers the header's length. */
    int header(int leastBytes) throws BpfLoadException {
        check(0, leastBytes);
        int magic = LittleEndian.u16(section, 0);
        if (magic != MAGIC) {
            throw bad("it does not begin with BTF's magic number but with 0x" + Integer.toHexString(magic));
        }
        if (section[2] != 1) {
            throw bad("it is of version " + section[2] + ", not 1");
        }
        long headerBytes = u32(4);
        if (headerBytes < leastBytes || headerBytes > section.length) {
            throw bad("its header would be " + headerBytes + " bytes long");
        }
        return (int) headerBytes;
    }

    void strings(long offset, long bytes) throws BpfLoadException {
        check(offset, bytes);
        this.stringsOffset = (int) offset;
        this.stringsBytes = (int) bytes;
    }

    int bytes() {
        return section.length;
    }

    long u32(long at) throws BpfLoadException {
        check(at, 4);
        return LittleEndian.u32(section, (int) at);
    }

    void check(long offset, long bytes) throws BpfLoadException {
        if (offset < 0 || bytes < 0 || offset > section.length || bytes > section.length - offset) {
            throw bad("it is cut off: bytes " + offset + " to " + (offset + bytes) + " of " + section.length
                    + " are asked for");
        }
    }

    String string(long offset) throws BpfLoadException {
        if (offset >= stringsBytes) {
            if (offset == 0) {
                return "";
            }
            throw bad("a name lies outside its strings, at " + offset);
        }
        int from = stringsOffset + (int) offset;
        int to = from;
        while (to < stringsOffset + stringsBytes && section[to] != 0) {
            to++;
        }
        return new String(section, from, to - from, StandardCharsets.UTF_8);
    }

    BpfLoadException bad(String reason) {
        return new BpfLoadException(
                SourceLocation.of(objectName, sectionName),
                reason,
                "The object is damaged: build it again with clang -g -target bpf.");
    }
}
