package org.bpfsim.bpf.program;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.core.CoreRelocator;
import org.bpfsim.bpf.object.StructOpsDefinition;

/** A {@code .struct_ops} map of an instance: an implementation of a kernel struct of function pointers. */
public final class StructOpsMap {
    private final StructOpsDefinition definition;
    private final Map<String, BpfProgram> programs = new LinkedHashMap<>();

    StructOpsMap(StructOpsDefinition definition, Function<String, Optional<BpfProgram>> byName) {
        this.definition = definition;
        definition
                .functions()
                .forEach((member, program) -> byName.apply(program).ifPresent(p -> programs.put(member, p)));
    }

    /** The C variable's name, such as {@code dctcp}. */
    public String name() {
        return definition.name();
    }

    /** The struct that it implements, such as {@code tcp_congestion_ops}. */
    public String type() {
        return CoreRelocator.essentialName(definition.type());
    }

    /** Whether it was declared in {@code .struct_ops.link}. */
    public boolean link() {
        return definition.link();
    }

    /** The program for a function member; empty where the member is NULL. */
    public Optional<BpfProgram> program(String member) {
        return Optional.ofNullable(programs.get(member));
    }

    /** An integer data member, such as {@code flags}; 0 if the object does not have it. */
    public long number(String member) {
        byte[] bytes = definition.data().get(member);
        boolean integer =
                bytes != null && (bytes.length == 1 || bytes.length == 2 || bytes.length == 4 || bytes.length == 8);
        return integer ? LittleEndian.get(bytes, 0, bytes.length) : 0;
    }

    /** A character array, such as {@code name}, up to its terminating zero; empty if the object does not have it. */
    public String string(String member) {
        byte[] bytes = definition.data().getOrDefault(member, new byte[0]);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }
}
