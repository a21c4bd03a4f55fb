package org.bpfsim.bpf.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.core.CoreRelocator;
import org.bpfsim.bpf.link.LinkedProgram;
import org.bpfsim.bpf.link.Linker;
import org.bpfsim.bpf.map.Maps;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.KconfigVariable;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.StructOpsDefinition;
import org.bpfsim.bpf.types.StructOpsType;
import org.bpfsim.bpf.verifier.VerifierInput;
import org.bpfsim.bpf.verifier.VerifierInputs;

/**
 * Relocates an object against an environment, binds its helpers and kfuncs, and has every program verified. Everything that the
 * environment lacks, and everything that Linux would refuse, is found here, before anything runs.
 */
public final class Loader {
    private final BpfObject object;
    private final BpfEnvironment environment;
    private final VerifierInputs inputs;

    private Loader(BpfObject object, BpfEnvironment environment) {
        this.object = object;
        this.environment = environment;
        this.inputs = new VerifierInputs(object, environment.verifierKernel());
    }

    /** Loads all programs of an object but those in optional sections ({@code SEC("?…")}), as libbpf does. */
    public static LoadedObject load(BpfObject object, BpfEnvironment environment) throws BpfLoadException {
        List<BpfFunction> wanted = object.programs().stream()
                .filter(p -> !p.section().startsWith("?"))
                .toList();
        return new Loader(object, environment).load(wanted);
    }

    /**
     * Loads some programs of an object by name, also optional ones.
     *
     * @throws BpfLoadException also if there is no such program
     */
    public static LoadedObject load(BpfObject object, BpfEnvironment environment, Set<String> programs)
            throws BpfLoadException {
        for (String name : programs) {
            if (object.program(name).isEmpty()) {
                throw new BpfLoadException(
                        SourceLocation.of(object.name()),
                        "it has no program " + name,
                        "There are: "
                                + object.programs().stream()
                                        .map(BpfFunction::name)
                                        .collect(Collectors.joining(", ")) + ".");
            }
        }
        List<BpfFunction> wanted = object.programs().stream()
                .filter(p -> programs.contains(p.name()))
                .toList();
        return new Loader(object, environment).load(wanted);
    }

    private LoadedObject load(List<BpfFunction> wanted) throws BpfLoadException {
        if (object.programs().isEmpty()) {
            throw new BpfLoadException(
                    SourceLocation.of(object.name()),
                    "it contains no program",
                    "Put a function into a section of a program type, such as SEC(\"sockops\").");
        }
        List<MapDefinition> maps = maps();
        Map<String, StructOpsType.Function> members = structOpsMembers();
        List<RelocatedProgram> programs = new ArrayList<>();
        for (BpfFunction entry : wanted) {
            ProgramFamily family = family(entry);
            Optional<StructOpsType.Function> member = Optional.ofNullable(members.get(entry.name()));
            if (!family.structOps().isEmpty() && member.isEmpty()) {
                // A struct_ops program that no map refers to is not loaded (libbpf: autoload follows the maps).
                continue;
            }
            LinkedProgram linked = Linker.link(object, entry);
            VerifierInput input = inputs.program(linked, Set.of());
            programs.add(new Relocator(linked, input, environment, family, member, maps).relocate());
        }
        checkInitialEntries(maps, programs);
        return new LoadedObject(object, environment, programs, maps);
    }

    private void checkInitialEntries(List<MapDefinition> maps, List<RelocatedProgram> programs)
            throws BpfLoadException {
        Set<String> names = programs.stream().map(RelocatedProgram::name).collect(Collectors.toSet());
        for (MapDefinition map : maps) {
            Optional<String> problem = Maps.initialProblem(map, maps, names);
            if (problem.isPresent()) {
                throw new BpfLoadException(
                        SourceLocation.of(object.name(), "map " + map.name()),
                        problem.get(),
                        "Change the map's .values.");
            }
        }
    }

    private ProgramFamily family(BpfFunction entry) throws BpfLoadException {
        return environment
                .family(entry.section())
                .orElseThrow(() -> new BpfLoadException(
                        SourceLocation.of(object.name(), entry.toString()),
                        "programs of section \"" + entry.section() + "\" are of no type that is modelled",
                        "Sections of program types here: "
                                + environment.families().stream()
                                        .flatMap(f -> f.sections().stream())
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    private List<MapDefinition> maps() throws BpfLoadException {
        List<MapDefinition> maps = new ArrayList<>();
        for (MapDefinition map : object.maps()) {
            Optional<String> problem = Maps.problem(map);
            if (problem.isPresent()) {
                throw new BpfLoadException(
                        SourceLocation.of(object.name(), "map " + map.name()),
                        problem.get(),
                        "Change the map's definition.");
            }
            maps.add(map.name().equals(".kconfig") ? kconfig(map) : map);
        }
        return maps;
    }

    private MapDefinition kconfig(MapDefinition map) throws BpfLoadException {
        byte[] values = new byte[map.valueBytes()];
        for (KconfigVariable variable : object.kconfig()) {
            Long value = environment.kconfig().get(variable.name());
            if (value == null && !variable.weak()) {
                throw new BpfLoadException(
                        SourceLocation.of(object.name(), ".kconfig"),
                        variable.name() + " has no value in this kernel",
                        "Known are: "
                                + environment.kconfig().keySet().stream()
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                                + ". Declare it __weak to get 0.");
            }
            LittleEndian.put(values, variable.offset(), variable.bytes(), value == null ? 0 : value);
        }
        return map.withData(values);
    }

    /** Which member each struct_ops program implements. */
    private Map<String, StructOpsType.Function> structOpsMembers() throws BpfLoadException {
        Map<String, StructOpsType.Function> members = new LinkedHashMap<>();
        for (StructOpsDefinition definition : object.structOps()) {
            SourceLocation here = SourceLocation.of(object.name(), ".struct_ops/" + definition.name());
            StructOpsType type = structOpsType(definition, here);
            for (Map.Entry<String, String> entry : definition.functions().entrySet()) {
                StructOpsType.Function member = type.functions().get(entry.getKey());
                if (member == null) {
                    throw new BpfLoadException(
                            here,
                            (type.unsupported().contains(entry.getKey())
                                            ? "attach to unsupported member "
                                            : "there is no function ")
                                    + entry.getKey() + " of struct " + type.name(),
                            "There are: " + String.join(", ", type.functions().keySet()) + ".");
                }
                // libbpf reads what type a program has from the one member that it implements
                // (bpf_object__collect_st_ops_relos()).
                StructOpsType.Function before = members.put(entry.getValue(), member);
                if (before != null && !before.equals(member)) {
                    throw new BpfLoadException(
                            here,
                            "program " + entry.getValue() + " implements " + entry.getKey()
                                    + ", and another function, too",
                            "Write a program for each.");
                }
            }
            for (Map.Entry<String, byte[]> entry : definition.data().entrySet()) {
                if (!type.data().containsKey(entry.getKey()) && !allZero(entry.getValue())) {
                    throw new BpfLoadException(
                            here,
                            "struct " + type.name() + " has no member " + entry.getKey() + " that can be set",
                            "There are: " + String.join(", ", type.data().keySet()) + ".");
                }
            }
        }
        return members;
    }

    private StructOpsType structOpsType(StructOpsDefinition definition, SourceLocation here) throws BpfLoadException {
        String name = CoreRelocator.essentialName(definition.type());
        List<StructOpsType> types = environment.families().stream()
                .flatMap(f -> f.structOps().stream())
                .toList();
        return types.stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BpfLoadException(
                        here,
                        "struct " + name + " cannot be implemented by BPF here",
                        "There are: " + types.stream().map(StructOpsType::name).collect(Collectors.joining(", "))
                                + "."));
    }

    private static boolean allZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
