package org.bpfsim.scenario.schema;

import java.util.List;
import java.util.Map;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.AttachSpec;
import org.bpfsim.scenario.model.AttachSpec.ProgramType;
import org.bpfsim.scenario.model.Fraction;

/** {@code arms}. */
final class ArmKeys {
    private static final Key<String> OBJECT = Key.required(
            "object",
            Scalars.text(),
            "ELF object as clang makes it (`-target bpf`), relative to this file.",
            "../programs/dctcp.bpf.o");
    private static final Key<ProgramType> TYPE = Key.maybe(
            "type",
            Scalars.choice(Scalars.words(ProgramType.class, ProgramType::word)),
            "told by section names",
            "What the object's programs are. `sock_ops` is attached to the arm's cgroup; `struct_ops` registers a"
                    + " congestion control with every host.",
            "sock_ops");
    private static final RecordType<AttachSpec> ATTACH = RecordType.of(
            "Attachment",
            "An object whose programs the arm gets.",
            List.of(OBJECT, TYPE),
            f -> new AttachSpec(f.get(OBJECT), f.find(TYPE)));

    private static final Key<Fraction> SHARE = Key.required("share", Units.fraction(0, 100), "Of all flows.", "10%");
    private static final Key<List<AttachSpec>> ATTACH_KEY = Key.maybe(
            "attach",
            new ListType<>(ATTACH),
            "nothing: the arm is treated like `control`",
            "Programs of the arm, attached in this order.",
            "[{object: ../programs/dctcp.bpf.o}]");

    /** Its name is given by the mapping around it, see {@link #named}. */
    private static final RecordType<ArmSpec> ARM = RecordType.of(
                    "Arm",
                    "A treatment and its share of the flows.",
                    List.of(SHARE, ATTACH_KEY),
                    f -> new ArmSpec("", f.get(SHARE), f.find(ATTACH_KEY).orElse(List.of())))
            .refusing(
                    "sysctl",
                    "an arm cannot have sysctls: they belong to a host's network namespace, not to a cgroup.",
                    "Write them under `hosts: sysctl:` for everybody, or set socket options in a sock_ops program.");

    static final MapType<String, ArmSpec> ARMS = new MapType<>(
            "arm", Scalars.word("[a-z0-9][a-z0-9_-]{0,30}", "lower-case letters, digits, - and _ (at most 31)"), ARM);

    private ArmKeys() {}

    /** The arms with their names. */
    static List<ArmSpec> named(Map<String, ArmSpec> arms) {
        return arms.entrySet().stream()
                .map(e -> new ArmSpec(
                        e.getKey(), e.getValue().share(), e.getValue().attach()))
                .toList();
    }
}
