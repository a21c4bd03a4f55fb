package org.bpfsim.scenario.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bpfsim.bpf.inspect.MapDump;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.scenario.model.AttachSpec.ProgramType;
import org.bpfsim.tcp.bpf.BpfAttachException;
import org.bpfsim.tcp.bpf.BpfCgroup;
import org.bpfsim.tcp.bpf.HostPrograms;
import org.bpfsim.tcp.sock.HostKernel;

/**
 * The programs of all arms, loaded once. Immutable and shared by all runs; each host's kernel gets instances with maps
 * of their own.
 */
public final class Programs {
    /** A scenario without any program. */
    public static final Programs NONE = new Programs(List.of());

    /**
     * One object of one arm.
     *
     * @param arm index of the arm
     * @param type what the scenario says that it is; empty: whatever it has is put into effect
     * @param contents of its maps
     * @param dump maps whose contents are wanted in the end
     */
    record Attachment(
            int arm, LoadedObject object, Optional<ProgramType> type, MapContents contents, List<String> dump) {}

    private final List<Attachment> attachments;

    Programs(List<Attachment> attachments) {
        this.attachments = List.copyOf(attachments);
    }

    /**
     * Gives a host the programs: struct_ops are registered with it, sock_ops attached to the cgroup of their arm in the
     * order of the scenario.
     *
     * @param cgroups of the host, by arm
     * @param trace takes the lines that programs print
     * @return what was installed, to look at its maps in the end
     */
    Host install(HostKernel kernel, List<BpfCgroup> cgroups, Consumer<String> trace) {
        Host host = new Host(kernel, trace);
        for (Attachment attachment : attachments) {
            try {
                host.install(attachment, cgroups.get(attachment.arm()));
            } catch (BpfAttachException e) {
                throw new AssertionError("was installed on trial when the scenario was loaded: " + e.getMessage(), e);
            }
        }
        return host;
    }

    /**
     * The contents of the maps that the scenario wants to see, as JSON by file name.
     *
     * @param arms names by index
     * @param hosts what {@link #install} answered for each, by host name
     */
    Map<String, String> dumps(List<String> arms, Map<String, Host> hosts) {
        Map<String, String> files = new LinkedHashMap<>();
        for (int a = 0; a < attachments.size(); a++) {
            Attachment attachment = attachments.get(a);
            String object = attachment.object().name().replaceFirst("(\\.bpf)?\\.o$", "");
            for (String map : attachment.dump()) {
                StringBuilder json = new StringBuilder("{");
                for (Map.Entry<String, Host> host : hosts.entrySet()) {
                    BpfInstance instance = host.getValue().instances.get(a);
                    json.append(json.length() == 1 ? "\n" : ",\n")
                            .append('"')
                            .append(host.getKey())
                            .append("\": ")
                            .append(MapDump.json(
                                            instance.map(map).orElseThrow(),
                                            attachment.object().object().btf())
                                    .strip());
                }
                files.put(
                        arms.get(attachment.arm()) + "." + object + "." + map.replaceFirst("^\\.", "") + ".json",
                        json.append("\n}\n").toString());
            }
        }
        return files;
    }

    /** One host's instances. An object that several arms name registers its congestion controls once. */
    static final class Host {
        private final HostPrograms programs;
        private final Map<LoadedObject, BpfInstance> registered = new LinkedHashMap<>();
        /** By attachment. */
        private final List<BpfInstance> instances = new ArrayList<>();

        Host(HostKernel kernel, Consumer<String> trace) {
            programs = new HostPrograms(kernel, trace::accept);
        }

        void install(Attachment attachment, BpfCgroup cgroup) throws BpfAttachException {
            install(attachment, cgroup, (path, what) -> {
                throw new AssertionError("was filled on trial when the scenario was loaded: " + what);
            });
        }

        /** @param problem takes what a map does not: see {@link MapContents#fill} */
        void install(Attachment attachment, BpfCgroup cgroup, BiConsumer<String, String> problem)
                throws BpfAttachException {
            BpfInstance instance = registered.get(attachment.object());
            if (instance == null) {
                instance = programs.load(attachment.object());
            }
            instances.add(instance);
            attachment.contents().fill(instance, problem);
            boolean structOps = !instance.structOps().isEmpty();
            if (structOps && registered.putIfAbsent(attachment.object(), instance) == null) {
                programs.register(instance);
            }
            boolean asked = attachment
                    .type()
                    .filter(type -> type == ProgramType.SOCK_OPS)
                    .isPresent();
            if (asked || hasSockOps(instance) || attachment.type().isEmpty() && !structOps) {
                programs.attach(instance, cgroup, BpfCgroup.BPF_F_ALLOW_MULTI);
            }
        }

        private static boolean hasSockOps(BpfInstance instance) {
            return instance.programs().stream()
                    .anyMatch(program -> program.family().name().equals(ProgramType.SOCK_OPS.word()));
        }
    }
}
