package org.bpfsim.bpf;

import java.util.Optional;

/**
 * A place in a BPF object, as a message names it: {@code lowat.bpf.o: sockops/lowat: insn 27 (lowat.bpf.c:31)}.
 *
 * @param object the object's name (usually its file name)
 * @param program the program, sub-program or section; empty when the whole object is meant
 * @param instruction index of the 8-byte instruction slot within the program; -1 when none is meant
 * @param line the C source line, where the object has BTF line information
 */
public record SourceLocation(String object, String program, int instruction, Optional<SourceLine> line) {

    /**
     * One line of C source from {@code .BTF.ext} line information.
     *
     * @param file the file as the compiler was given it
     * @param line its number, from 1
     * @param column its column, from 1; 0 when unknown
     * @param text the source text of the line, trimmed; empty when the object does not carry it
     */
    public record SourceLine(String file, int line, int column, String text) {
        @Override
        public String toString() {
            return file.substring(file.lastIndexOf('/') + 1) + ":" + line;
        }
    }

    /** The whole object. */
    public static SourceLocation of(String object) {
        return new SourceLocation(object, "", -1, Optional.empty());
    }

    /** A program, section or map of the object. */
    public static SourceLocation of(String object, String program) {
        return new SourceLocation(object, program, -1, Optional.empty());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(object);
        if (!program.isEmpty()) {
            text.append(": ").append(program);
        }
        if (instruction >= 0) {
            text.append(": insn ").append(instruction);
            line.ifPresent(l -> text.append(" (").append(l).append(')'));
        }
        return text.toString();
    }
}
