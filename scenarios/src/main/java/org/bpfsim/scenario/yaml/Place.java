package org.bpfsim.scenario.yaml;

import java.util.Objects;

/**
 * Where something stands in a file.
 *
 * @param file the file as the user named it
 * @param line counted from 1, or 0 if the whole file is meant
 * @param column counted from 1, or 0 if the whole file is meant
 */
public record Place(String file, int line, int column) {
    public Place {
        Objects.requireNonNull(file, "file");
    }

    /** The file as a whole. */
    public static Place of(String file) {
        return new Place(file, 0, 0);
    }

    /** {@code file:line:column}, the form that editors and terminals make clickable. */
    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
