package org.bpfsim.bpf.btf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;

/** Reads the wire format of {@code .BTF.ext} (docs.kernel.org/bpf/btf.html, section 4.2). */
final class BtfExtReader {
    private final BtfBytes bytes;
    private final BtfBytes strings;
    private final Btf btf;

    BtfExtReader(byte[] section, byte[] btfSection, Btf btf, String objectName) throws BpfLoadException {
        this.bytes = new BtfBytes(section, objectName, ".BTF.ext");
        this.strings = new BtfBytes(btfSection, objectName, ".BTF");
        this.btf = btf;
        int headerBytes = strings.header(24);
        strings.strings(headerBytes + strings.u32(16), strings.u32(20));
    }

    BtfExt read() throws BpfLoadException {
        int headerBytes = bytes.header(24);
        Map<String, List<BtfExt.FuncInfo>> functions = table(headerBytes, 8, 8, this::function);
        Map<String, List<BtfExt.LineInfo>> lines = table(headerBytes, 16, 16, this::line);
        Map<String, List<BtfExt.CoreRelocation>> relocations =
                headerBytes >= 32 ? table(headerBytes, 24, 16, this::relocation) : new LinkedHashMap<>();
        functions.values().forEach(l -> l.sort(Comparator.comparingInt(BtfExt.FuncInfo::offset)));
        lines.values().forEach(l -> l.sort(Comparator.comparingInt(BtfExt.LineInfo::offset)));
        return new BtfExt(functions, lines, relocations);
    }

    private interface RecordReader<R> {
        R read(long at) throws BpfLoadException;
    }

    /** Each table is a record size, then for each section its name, a count, and the records. */
    private <R> Map<String, List<R>> table(int headerBytes, int headerField, int leastRecord, RecordReader<R> reader)
            throws BpfLoadException {
        Map<String, List<R>> bySection = new LinkedHashMap<>();
        long at = headerBytes + bytes.u32(headerField);
        long tableBytes = bytes.u32(headerField + 4);
        bytes.check(at, tableBytes);
        if (tableBytes == 0) {
            return bySection;
        }
        long end = at + tableBytes;
        long recordBytes = bytes.u32(at);
        if (recordBytes < leastRecord) {
            throw bytes.bad("its records would be " + recordBytes + " bytes long");
        }
        at += 4;
        while (at < end) {
            String section = strings.string(bytes.u32(at));
            long count = bytes.u32(at + 4);
            at += 8;
            bytes.check(at, count * recordBytes);
            List<R> records = bySection.computeIfAbsent(section, s -> new ArrayList<>());
            for (long i = 0; i < count; i++) {
                records.add(reader.read(at));
                at += recordBytes;
            }
        }
        return bySection;
    }

    private BtfExt.FuncInfo function(long at) throws BpfLoadException {
        return new BtfExt.FuncInfo(offset(at), type(at + 4));
    }

    private BtfExt.LineInfo line(long at) throws BpfLoadException {
        String file = strings.string(bytes.u32(at + 4));
        String text = strings.string(bytes.u32(at + 8));
        long position = bytes.u32(at + 12);
        return new BtfExt.LineInfo(offset(at), file, text.strip(), (int) (position >>> 10), (int) (position & 0x3ff));
    }

    private BtfExt.CoreRelocation relocation(long at) throws BpfLoadException {
        long kind = bytes.u32(at + 12);
        BtfExt.CoreRelocation.Kind[] kinds = BtfExt.CoreRelocation.Kind.values();
        if (kind >= kinds.length) {
            throw bytes.bad("a CO-RE relocation is of kind " + kind + ", which Linux 6.12 does not have");
        }
        return new BtfExt.CoreRelocation(
                offset(at), type(at + 4), strings.string(bytes.u32(at + 8)), kinds[(int) kind]);
    }

    private int offset(long at) throws BpfLoadException {
        long offset = bytes.u32(at);
        if (offset > Integer.MAX_VALUE || offset % 8 != 0) {
            throw bytes.bad("a record is for byte " + offset + ", where no instruction begins");
        }
        return (int) offset;
    }

    private int type(long at) throws BpfLoadException {
        long type = bytes.u32(at);
        if (type > Integer.MAX_VALUE || !btf.has((int) type)) {
            throw bytes.bad(
                    "a record refers to type " + type + " of " + btf.types().size());
        }
        return (int) type;
    }
}
