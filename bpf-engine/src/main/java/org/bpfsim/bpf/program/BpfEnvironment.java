package org.bpfsim.bpf.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.core.KernelBtf;
import org.bpfsim.bpf.helper.BaseKfuncs;
import org.bpfsim.bpf.types.KernelTypes;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.verifier.SectionName;
import org.bpfsim.bpf.verifier.VerifierKernel;

/**
 * The kernel that objects are loaded into: its types, its program families, its configuration ({@code .kconfig}).
 * Immutable; one per kernel release modelled.
 */
public final class BpfEnvironment {
    private final KernelTypes types;
    private final Btf btf;
    private final List<ProgramFamily> families;
    private final Map<String, Long> kconfig;

    private BpfEnvironment(Builder b) {
        this.families = List.copyOf(b.families);
        this.kconfig = Map.copyOf(b.kconfig);
        // Contexts can be relocated too: programs that include vmlinux.h see them as kernel structs.
        KernelTypes.Builder all = b.types.toBuilder();
        families.forEach(f -> f.context().ifPresent(all::struct));
        this.types = all.build();
        this.btf = KernelBtf.of(types);
    }

    public static Builder builder() {
        return new Builder();
    }

    public KernelTypes types() {
        return types;
    }

    /** The types as BTF: what a program's CO-RE relocations are answered from. */
    public Btf btf() {
        return btf;
    }

    /** The struct that has an id of {@link #btf()}, or null. */
    StructType<?> struct(int id) {
        return btf.has(id) ? types.struct(btf.type(id).name()).orElse(null) : null;
    }

    public List<ProgramFamily> families() {
        return families;
    }

    /** The family that programs of a section belong to. */
    public Optional<ProgramFamily> family(String section) {
        String name = SectionName.of(section).family();
        return families.stream().filter(f -> f.name().equals(name)).findFirst();
    }

    /** Values of {@code CONFIG_*} and {@code LINUX_KERNEL_VERSION} for {@code .kconfig} externs. */
    public Map<String, Long> kconfig() {
        return kconfig;
    }

    /** This kernel as the verifier sees it. */
    public VerifierKernel verifierKernel() {
        Map<String, VerifierKernel.Family> judged = new LinkedHashMap<>();
        for (ProgramFamily family : families) {
            Set<String> kfuncs = new LinkedHashSet<>(BaseKfuncs.all().keySet());
            kfuncs.addAll(family.kfuncs().keySet());
            judged.put(family.name(), new VerifierKernel.Family(kfuncs, family.writableFields(), this::limit));
        }
        return new VerifierKernel(btf, kconfig, judged);
    }

    private Optional<String> limit(String struct, int offset, int bytes, boolean write) {
        Optional<StructType<?>> type = types.struct(struct);
        if (type.isPresent() && type.get().layout().models(offset, bytes, write)) {
            return Optional.empty();
        }
        return Optional.of(write ? "cannot be written here: it is not modelled" : "is not modelled");
    }

    public static final class Builder {
        private KernelTypes types = KernelTypes.none();
        private final List<ProgramFamily> families = new ArrayList<>();
        private final Map<String, Long> kconfig = new LinkedHashMap<>();

        private Builder() {}

        public Builder types(KernelTypes kernelTypes) {
            this.types = kernelTypes;
            return this;
        }

        public Builder family(ProgramFamily family) {
            families.add(family);
            return this;
        }

        /** A configuration value, such as {@code CONFIG_HZ}; booleans are 1 or 0. */
        public Builder kconfig(String name, long value) {
            kconfig.put(name, value);
            return this;
        }

        public BpfEnvironment build() {
            for (ProgramFamily family : families) {
                checkWritableFields(family);
            }
            return new BpfEnvironment(this);
        }

        /** A right to write a field that is not there would be a silent mistake of the embedder. */
        private void checkWritableFields(ProgramFamily family) {
            for (String field : family.writableFields()) {
                String struct = field.substring(0, Math.max(0, field.indexOf('.')));
                boolean exists = types.struct(struct)
                        .map(s -> s.layout().leaves().stream()
                                .anyMatch(l -> l.hasSetter() && l.path().equals(field)))
                        .orElse(false);
                if (!exists) {
                    throw new IllegalArgumentException(
                            "family " + family.name() + " may write " + field + ", which is not a field with a setter");
                }
            }
        }
    }
}
