package org.bpfsim.bpf.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bpfsim.bpf.helper.Helper;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.helper.Kfunc;
import org.bpfsim.bpf.types.StructOpsType;
import org.bpfsim.bpf.types.StructType;

/**
 * A kind of program as the embedder offers it: the sections that it is found in, its context, the helpers and kfuncs
 * that it may call, and the kernel fields that it may write. Immutable. The base helpers of the engine
 * ({@link BaseHelpers}) are in every family.
 */
public final class ProgramFamily {
    private final String name;
    private final List<String> sections;
    private final Optional<StructType<?>> context;
    private final List<StructOpsType> structOps;
    private final Map<Integer, Helper> helpers;
    private final Map<String, Kfunc> kfuncs;
    private final Set<String> writableFields;

    private ProgramFamily(Builder b) {
        this.name = b.name;
        this.sections = List.copyOf(b.sections);
        this.context = Optional.ofNullable(b.context);
        this.structOps = List.copyOf(b.structOps);
        this.helpers = Collections.unmodifiableMap(new TreeMap<>(b.helpers));
        this.kfuncs = Collections.unmodifiableMap(new TreeMap<>(b.kfuncs));
        this.writableFields = Collections.unmodifiableSet(new LinkedHashSet<>(b.writableFields));
    }

    /** @param name Linux's name in lower case without BPF_PROG_TYPE_, such as {@code sock_ops} or {@code struct_ops} */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    public String name() {
        return name;
    }

    /** Section names, for listings; one that ends in {@code /} stands for all that begin with it. */
    public List<String> sections() {
        return sections;
    }

    /** The struct that a program's first argument points to; empty for struct_ops (an array of arguments). */
    public Optional<StructType<?>> context() {
        return context;
    }

    /** The structs of function pointers that programs of this family can implement. */
    public List<StructOpsType> structOps() {
        return structOps;
    }

    public Map<Integer, Helper> helpers() {
        return helpers;
    }

    public Map<String, Kfunc> kfuncs() {
        return kfuncs;
    }

    /** Kernel fields that a program may write, as {@code struct.field}; fields of the context are all as declared. */
    public Set<String> writableFields() {
        return writableFields;
    }

    public static final class Builder {
        private final String name;
        private final List<String> sections = new ArrayList<>();
        private final List<StructOpsType> structOps = new ArrayList<>();
        private final Map<Integer, Helper> helpers = new LinkedHashMap<>();
        private final Map<String, Kfunc> kfuncs = new LinkedHashMap<>();
        private final Set<String> writableFields = new LinkedHashSet<>();
        private StructType<?> context;

        private Builder(String name) {
            this.name = name;
        }

        /** A section name; ending in {@code /} it stands for all that begin with it. */
        public Builder section(String section) {
            sections.add(section);
            return this;
        }

        public Builder context(StructType<?> type) {
            this.context = type;
            return this;
        }

        public Builder structOps(StructOpsType type) {
            structOps.add(type);
            return this;
        }

        /** A helper by Linux's name; replaces a base helper of the engine of the same name. */
        public Builder helper(String helper, HelperFunction function) {
            Helper h = Helper.of(helper, function);
            helpers.put(h.id(), h);
            return this;
        }

        public Builder kfunc(String kfunc, HelperFunction function) {
            kfuncs.put(kfunc, new Kfunc(kfunc, function));
            return this;
        }

        /** Lets programs write a kernel field, such as {@code tcp_sock.snd_cwnd}, which must have a setter. */
        public Builder writable(String structAndField) {
            writableFields.add(structAndField);
            return this;
        }

        public ProgramFamily build() {
            return new ProgramFamily(this);
        }
    }
}
