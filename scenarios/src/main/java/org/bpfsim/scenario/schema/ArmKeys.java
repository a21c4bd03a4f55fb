package org.bpfsim.scenario.schema;

import java.util.List;
import java.util.Map;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.AttachSpec;
import org.bpfsim.scenario.model.AttachSpec.MapEntry;
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
                    + " congestion control with every host; `sk_msg` and `sk_skb` are attached to a map of sockets, see"
                    + " `map`. With one of these two words only such programs are meant.",
            "sock_ops");
    private static final Key<String> MAP = Key.maybe(
            "map",
            Scalars.text(),
            "none: such programs are not attached",
            "A map of type sockmap or sockhash that gets the object's programs of types `sk_msg` and `sk_skb`, as `bpftool"
                    + " prog attach` does on every host. Sockets that are put into the map, by a sock_ops program as a rule,"
                    + " have them from then on. Attachments of one arm that name the same object with the same variables"
                    + " share its maps if one of them has this key.",
            "peers");
    private static final Key<String> PROGRAM = Key.maybe(
            "program",
            Scalars.text(),
            "all that are for maps",
            "The one program of the object that is attached to `map`, by its name in C: needed if there are several for the"
                    + " same purpose.",
            "redirect");
    private static final Key<Map<String, Object>> VARIABLES = Key.maybe(
            "variables",
            new MapType<>("variable", Scalars.text(), TypedByObject.TYPE),
            "as the object has them",
            "Global variables by name, set before the object is loaded, as a libbpf skeleton's user does. The verifier"
                    + " knows those in `.rodata`: branches that they rule out do not exist.",
            "{threshold: 100}");

    private static final Key<Object> KEY = Key.maybe(
            "key", TypedByObject.TYPE, "none: a queue or stack has no keys", "The key, by the map's BTF type.", "1");
    private static final Key<Object> VALUE =
            Key.required("value", TypedByObject.TYPE, "The value, by the map's BTF type.", "{rate: 10, name: fast}");
    private static final RecordType<MapEntry> ENTRY = RecordType.of(
            "MapEntry",
            "An entry of a map, written as `bpftool map update` does.",
            List.of(KEY, VALUE),
            f -> new MapEntry(f.find(KEY), f.get(VALUE)));
    private static final Key<Map<String, List<MapEntry>>> MAPS = Key.maybe(
            "maps",
            new MapType<>("map", Scalars.text(), new ListType<>(ENTRY)),
            "empty, or zero",
            "What is in the maps of every host from the beginning, by the map's name. A per-CPU map gets the value for"
                    + " every CPU.",
            "{limits: [{key: 1, value: 5}]}");
    private static final Key<List<String>> DUMP = Key.maybe(
            "dump",
            new ListType<>(Scalars.text()),
            "none",
            "Maps (also `.bss` and `.data`) whose contents at the end of a run go to `maps/` in its folder, as"
                    + " `bpftool map dump` shows them.",
            "[limits, .bss]");

    private static final Key<Long> AT = Key.maybe(
            "at",
            Units.duration(),
            "before anything else happens",
            "When the programs are attached, or the congestion control is registered, while flows run. Its maps are there"
                    + " from the beginning.",
            "50ms");
    private static final Key<Long> UNTIL = Key.maybe(
            "until",
            Units.duration(),
            "to the end",
            "When they are taken back. What they have done to sockets stays; their timers end. At one time, programs leave before others"
                    + " come.",
            "80ms");

    private static final Key<String> REPLACES = Key.maybe(
            "replaces",
            Scalars.text(),
            "none",
            "The `object` of an attachment above, of the same arm, whose place this one takes at `at`, in one step: programs of"
                    + " cgroups with BPF_F_REPLACE, congestion controls (of `.struct_ops.link`, and of the same name) by an"
                    + " update of their link.",
            "../programs/old.bpf.o");

    private static final RecordType<AttachSpec> ATTACH = RecordType.of(
            "Attachment",
            "An object whose programs the arm gets.",
            List.of(OBJECT, TYPE, MAP, PROGRAM, VARIABLES, MAPS, DUMP, AT, UNTIL, REPLACES),
            f -> new AttachSpec(
                    f.get(OBJECT),
                    f.find(TYPE),
                    f.find(MAP),
                    f.find(PROGRAM),
                    f.find(VARIABLES).orElse(Map.of()),
                    f.find(MAPS).orElse(Map.of()),
                    f.find(DUMP).orElse(List.of()),
                    f.find(AT).orElse(0L),
                    f.find(UNTIL).orElse(AttachSpec.FOR_GOOD),
                    f.find(REPLACES)));

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
