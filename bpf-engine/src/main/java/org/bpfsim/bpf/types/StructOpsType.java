package org.bpfsim.bpf.types;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A kernel struct of function pointers that BPF programs can implement, such as {@code tcp_congestion_ops}. A
 * {@code .struct_ops} map of an object is matched with it by the name of the struct and the names of its members.
 */
public final class StructOpsType {
    private final String name;
    private final Map<String, Function> functions;
    private final Map<String, Integer> data;
    private final List<String> unsupported;

    private StructOpsType(Builder b) {
        this.name = b.name;
        this.functions = Collections.unmodifiableMap(new LinkedHashMap<>(b.functions));
        this.data = Collections.unmodifiableMap(new LinkedHashMap<>(b.data));
        this.unsupported = List.copyOf(b.unsupported);
    }

    public static Builder builder(String name) {
        return new Builder(name);
    }

    public String name() {
        return name;
    }

    /** Members that a program can implement. */
    public Map<String, Function> functions() {
        return functions;
    }

    /** Members that hold data, with their size in bytes. */
    public Map<String, Integer> data() {
        return data;
    }

    /** Members of Linux's struct that a program must not implement ({@code ENOTSUPP}). */
    public List<String> unsupported() {
        return unsupported;
    }

    /**
     * One function member.
     *
     * @param arguments number of arguments, each an 8-byte slot of the program's context
     * @param returnsValue false for {@code void}
     */
    public record Function(String name, int arguments, boolean returnsValue) {}

    public static final class Builder {
        private final String name;
        private final Map<String, Function> functions = new LinkedHashMap<>();
        private final Map<String, Integer> data = new LinkedHashMap<>();
        private final List<String> unsupported = new ArrayList<>();

        private Builder(String name) {
            this.name = name;
        }

        public Builder function(String member, int arguments, boolean returnsValue) {
            functions.put(member, new Function(member, arguments, returnsValue));
            return this;
        }

        public Builder data(String member, int bytes) {
            data.put(member, bytes);
            return this;
        }

        public Builder unsupported(String member) {
            unsupported.add(member);
            return this;
        }

        public StructOpsType build() {
            return new StructOpsType(this);
        }
    }
}
