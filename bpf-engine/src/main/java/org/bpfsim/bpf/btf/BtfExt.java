package org.bpfsim.bpf.btf;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;

/**
 * What {@code .BTF.ext} says about code: which functions begin where, which C line each instruction came from, and what
 * to relocate. Offsets are bytes within the section named. Immutable.
 */
public final class BtfExt {
    private final Map<String, List<FuncInfo>> functions;
    private final Map<String, List<LineInfo>> lines;
    private final Map<String, List<CoreRelocation>> coreRelocations;

    BtfExt(
            Map<String, List<FuncInfo>> functions,
            Map<String, List<LineInfo>> lines,
            Map<String, List<CoreRelocation>> coreRelocations) {
        this.functions = Collections.unmodifiableMap(functions);
        this.lines = Collections.unmodifiableMap(lines);
        this.coreRelocations = Collections.unmodifiableMap(coreRelocations);
    }

    /** An object without {@code .BTF.ext}. */
    public static BtfExt empty() {
        return new BtfExt(Map.of(), Map.of(), Map.of());
    }

    /**
     * Reads a {@code .BTF.ext} section.
     *
     * @param btfSection the contents of {@code .BTF}, which holds its strings
     */
    public static BtfExt parse(byte[] section, byte[] btfSection, Btf btf, String objectName) throws BpfLoadException {
        return new BtfExtReader(section, btfSection, btf, objectName).read();
    }

    /** By offset. */
    public List<FuncInfo> functions(String section) {
        return functions.getOrDefault(section, List.of());
    }

    /** By offset. */
    public List<LineInfo> lines(String section) {
        return lines.getOrDefault(section, List.of());
    }

    /** In the order of the object. */
    public List<CoreRelocation> coreRelocations(String section) {
        return coreRelocations.getOrDefault(section, List.of());
    }

    /** A function that begins at an offset. */
    public record FuncInfo(int offset, int functionType) {}

    /** The C line that the instructions from an offset on came from. */
    public record LineInfo(int offset, String file, String text, int line, int column) {}

    /**
     * One CO-RE relocation.
     *
     * @param offset of the instruction
     * @param type local type that {@code access} starts from
     * @param access indexes of members and array elements, such as {@code 0:1:3}; for enums the enumerator's index
     */
    public record CoreRelocation(int offset, int type, String access, Kind kind) {
        /** What to put into the instruction, in the order of Linux's enum bpf_core_relo_kind. */
        public enum Kind {
            FIELD_BYTE_OFFSET,
            FIELD_BYTE_SIZE,
            FIELD_EXISTS,
            FIELD_SIGNED,
            FIELD_LSHIFT_U64,
            FIELD_RSHIFT_U64,
            TYPE_ID_LOCAL,
            TYPE_ID_TARGET,
            TYPE_EXISTS,
            TYPE_SIZE,
            ENUMVAL_EXISTS,
            ENUMVAL_VALUE,
            TYPE_MATCHES
        }
    }
}
