package org.bpfsim.scenario.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.inspect.MapDump;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.scenario.model.AttachSpec;
import org.bpfsim.scenario.model.AttachSpec.ProgramType;
import org.bpfsim.sim.Event;
import org.bpfsim.tcp.bpf.AttachType;
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
     * @param map of sockets that its programs are attached to; empty: none
     * @param program the only one of those; empty: all
     * @param contents of its maps
     * @param dump maps whose contents are wanted in the end
     * @param atPs when it takes effect
     * @param untilPs when it is taken back
     * @param replaces index of the attachment whose place it takes, or {@link #NOTHING}
     */
    record Attachment(
            int arm,
            LoadedObject object,
            Optional<ProgramType> type,
            Optional<String> map,
            Optional<String> program,
            MapContents contents,
            List<String> dump,
            long atPs,
            long untilPs,
            int replaces) {
        /** It takes nobody's place. */
        static final int NOTHING = -1;

        /** Whether both are one object with one set of maps. */
        boolean sharesMaps(Attachment other) {
            return arm == other.arm && object == other.object && (map.isPresent() || other.map.isPresent());
        }

        boolean isForMapsAlone() {
            return type.filter(ProgramType::isForMaps).isPresent();
        }
    }

    /**
     * Something that happens to an attachment.
     *
     * @param index of the attachment
     * @param attach whether it takes effect or is taken back
     */
    record Change(long atPs, boolean attach, int index) {}

    private final List<Attachment> attachments;

    Programs(List<Attachment> attachments) {
        this.attachments = List.copyOf(attachments);
    }

    /** What happens in the course of time: at one instant programs leave before others come, in the scenario's order. */
    static List<Change> timeline(List<Attachment> attachments) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < attachments.size(); i++) {
            changes.add(new Change(attachments.get(i).atPs(), true, i));
            if (attachments.get(i).untilPs() != AttachSpec.FOR_GOOD) {
                changes.add(new Change(attachments.get(i).untilPs(), false, i));
            }
        }
        changes.sort(Comparator.comparingLong(Change::atPs)
                .thenComparing(Change::attach)
                .thenComparingInt(Change::index));
        return changes;
    }

    /**
     * Gives a host the programs: struct_ops are registered with it, others attached to the cgroup of their arm in the order
     * of the scenario; what is for later is scheduled.
     *
     * @param cgroups of the host, by arm
     * @param trace takes the lines that programs print
     * @return what was installed, to look at its maps in the end
     */
    Host install(HostKernel kernel, List<BpfCgroup> cgroups, Consumer<String> trace) {
        Host host = new Host(kernel, trace);
        attachments.forEach(attachment -> host.load(attachment, (path, what) -> {
            throw new AssertionError("was filled on trial when the scenario was loaded: " + what);
        }));
        for (Change change : timeline(attachments)) {
            BpfCgroup cgroup = cgroups.get(attachments.get(change.index()).arm());
            if (change.atPs() == 0) {
                apply(host, change, cgroup);
                continue;
            }
            kernel.scheduler.at(change.atPs(), new Event() {
                @Override
                protected void fire(long nowPs) {
                    apply(host, change, cgroup);
                }
            });
        }
        return host;
    }

    private static void apply(Host host, Change change, BpfCgroup cgroup) {
        try {
            host.apply(change, cgroup);
        } catch (BpfAttachException e) {
            throw new AssertionError("was installed on trial when the scenario was loaded: " + e.getMessage(), e);
        }
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

    /** The maps of hosts as they are, one after the other; an instance that several arms share comes with the first. */
    List<MapViews.View> views(List<String> arms, Map<String, Host> hosts, MapViews.Selection selection) {
        List<MapViews.View> views = new ArrayList<>();
        hosts.forEach((name, host) -> {
            Set<BpfInstance> seen = new LinkedHashSet<>();
            for (int a = 0; selection.hasHost(name) && a < attachments.size(); a++) {
                String arm = arms.get(attachments.get(a).arm());
                BpfInstance instance = host.instances.get(a);
                if (selection.hasArm(arm) && seen.add(instance)) {
                    host.views(name, arm, instance, selection, views);
                }
            }
        });
        return views;
    }

    /** One host's instances. An object that several arms name at the same time registers its congestion controls once. */
    static final class Host {
        /** What attachments share an instance if it has congestion controls. */
        private record Shared(LoadedObject object, long atPs, long untilPs) {}

        private final HostPrograms programs;
        private final Map<Shared, BpfInstance> shared = new LinkedHashMap<>();
        /** By attachment. */
        private final List<Attachment> attachments = new ArrayList<>();

        private final List<BpfInstance> instances = new ArrayList<>();
        private final Set<BpfInstance> registered = new LinkedHashSet<>();
        /** Attachments that were taken back or replaced. */
        private final Set<Integer> over = new LinkedHashSet<>();

        Host(HostKernel kernel, Consumer<String> trace) {
            programs = new HostPrograms(kernel, trace::accept);
        }

        /** Gives an attachment its maps; nothing takes effect. @param problem see {@link MapContents#fill} */
        void load(Attachment attachment, BiConsumer<String, String> problem) {
            Shared key = new Shared(attachment.object(), attachment.atPs(), attachment.untilPs());
            BpfInstance instance = shared.get(key);
            for (int i = 0; instance == null && i < attachments.size(); i++) {
                instance = attachment.sharesMaps(attachments.get(i)) ? instances.get(i) : null;
            }
            if (instance == null) {
                instance = programs.load(attachment.object());
                if (!instance.structOps().isEmpty()) {
                    shared.put(key, instance);
                }
            }
            attachments.add(attachment);
            instances.add(instance);
            attachment.contents().fill(instance, problem);
        }

        private void views(
                String name, String arm, BpfInstance instance, MapViews.Selection selection, List<MapViews.View> into) {
            String object = instance.object().name();
            for (BpfMap map : instance.maps()) {
                if (selection.hasMap(map.name())) {
                    Btf btf = instance.object().object().btf();
                    into.add(new MapViews.View(
                            name, arm, object, map.name(), map.type(), MapDump.text(map, btf), MapDump.json(map, btf)));
                }
            }
            for (StructOpsMap map : instance.structOps()) {
                if (selection.hasMap(map.name())) {
                    String dump = programs.dump(map);
                    into.add(new MapViews.View(name, arm, object, map.name(), "struct_ops", dump, dump));
                }
            }
        }

        /** Puts an attachment into effect, or takes it back. */
        void apply(Change change, BpfCgroup cgroup) throws BpfAttachException {
            Attachment attachment = attachments.get(change.index());
            BpfInstance instance = instances.get(change.index());
            if (change.attach()) {
                attach(attachment, instance, cgroup);
            } else {
                takeBack(attachment, instance, cgroup);
                leave(change.index());
            }
        }

        private void takeBack(Attachment attachment, BpfInstance instance, BpfCgroup cgroup) throws BpfAttachException {
            if (attachment.map().isPresent()) {
                programs.detachFromMap(instance, ofMap(attachment));
            }
            if (attachment.isForMapsAlone()) {
                return;
            }
            programs.detach(instance, cgroup);
            if (registered.remove(instance)) {
                programs.unregister(instance);
            }
        }

        /** The attachment is over. With the last one of an object that is in effect or yet to come its loader ends, too. */
        private void leave(int attachment) {
            BpfInstance instance = instances.get(attachment);
            over.add(attachment);
            for (int i = 0; i < instances.size(); i++) {
                if (instances.get(i) == instance && !over.contains(i)) {
                    return;
                }
            }
            instance.release();
        }

        private void attach(Attachment attachment, BpfInstance instance, BpfCgroup cgroup) throws BpfAttachException {
            boolean structOps = !instance.structOps().isEmpty();
            if (attachment.replaces() != Attachment.NOTHING) {
                BpfInstance old = instances.get(attachment.replaces());
                programs.replace(old, instance, cgroup);
                if (registered.remove(old) && registered.add(instance)) {
                    programs.replaceRegistered(old, instance);
                }
                leave(attachment.replaces());
                return;
            }
            if (attachment.map().isPresent()) {
                programs.attachToMap(instance, ofMap(attachment));
            }
            if (attachment.isForMapsAlone()) {
                return;
            }
            if (structOps && registered.add(instance)) {
                programs.register(instance);
            }
            boolean asked = attachment
                    .type()
                    .filter(type -> type == ProgramType.SOCK_OPS)
                    .isPresent();
            boolean forCgroups = instance.programs().stream()
                    .anyMatch(program -> AttachType.of(program).isPresent());
            boolean nothingElse = !structOps && attachment.map().isEmpty();
            if (asked || forCgroups || attachment.type().isEmpty() && nothingElse) {
                programs.attach(instance, cgroup, BpfCgroup.BPF_F_ALLOW_MULTI);
            }
        }

        private static HostPrograms.OfMap ofMap(Attachment attachment) {
            return new HostPrograms.OfMap(
                    attachment.map().orElseThrow(),
                    attachment.type().filter(ProgramType::isForMaps).map(ProgramType::word),
                    attachment.program());
        }
    }
}
