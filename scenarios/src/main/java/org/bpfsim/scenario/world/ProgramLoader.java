package org.bpfsim.scenario.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.AttachSpec;
import org.bpfsim.scenario.model.AttachSpec.ProgramType;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.schema.Bound;
import org.bpfsim.scenario.yaml.Problems;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.bpf.BpfAttachException;
import org.bpfsim.tcp.bpf.BpfCgroup;
import org.bpfsim.tcp.bpf.HostPrograms;
import org.bpfsim.tcp.bpf.TcpBpf;
import org.bpfsim.tcp.cong.NativeCongestionControls;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.sock.HostKernel;

/**
 * Loads the objects of a scenario and installs them on a host on trial, so that whatever a kernel would refuse is known
 * before the first run, with its place in the scenario.
 */
public final class ProgramLoader {
    private static final String DEFAULT_CONGESTION_CONTROL = "net.ipv4.tcp_congestion_control";

    private static final int ETHERNET_MTU = 1500;

    private final Bound bound;
    private final Map<String, byte[]> files;
    private final Problems problems;
    private final Map<Wanted, Optional<LoadedObject>> loaded = new LinkedHashMap<>();
    private final BpfEnvironment environment;

    /** An object with its variables: other variables make another object. */
    private record Wanted(String path, Map<String, Object> variables) {}

    private ProgramLoader(Bound bound, Map<String, byte[]> files, Problems problems) {
        this.bound = bound;
        this.files = files;
        this.problems = problems;
        this.environment = TcpBpf.environment(bound.scenario().hosts().hz());
    }

    /**
     * Loads all that can be loaded.
     *
     * @param files content of the object files by their paths in the scenario; those that could not be read are absent
     *     and have been reported
     */
    public static Programs load(Bound bound, Map<String, byte[]> files, Problems problems) {
        return new ProgramLoader(bound, files, problems).load();
    }

    private Programs load() {
        Scenario scenario = bound.scenario();
        HostKernel kernel = trialKernel(scenario.hosts().hz());
        Programs.Host host = new Programs.Host(kernel, line -> {});
        BpfCgroup root = BpfCgroup.root();
        List<Programs.Attachment> attachments = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (int a = 0; a < scenario.arms().size(); a++) {
            ArmSpec arm = scenario.arms().get(a);
            for (int i = 0; i < arm.attach().size(); i++) {
                AttachSpec attach = arm.attach().get(i);
                String path = "arms." + arm.name() + ".attach[" + i + "]";
                Optional<LoadedObject> object = object(attach, path);
                if (object.isEmpty()) {
                    continue;
                }
                BiConsumer<String, String> problem =
                        (part, what) -> problems.add(bound.place(path + "." + part), what, "");
                MapContents contents = MapContents.of(attach, object.get(), problem);
                int replaces = replaced(attachments, a + 1, arm.attach().subList(0, i), attach, path);
                var attachment = new Programs.Attachment(
                        a + 1,
                        object.get(),
                        attach.type(),
                        attach.map(),
                        attach.program(),
                        contents,
                        attach.dump(),
                        attach.atPs(),
                        attach.untilPs(),
                        replaces);
                if (!namesItsMap(attach, path)) {
                    continue;
                }
                if (attach.type().equals(Optional.of(ProgramType.STRUCT_OPS)) && !hasStructOps(object.get(), kernel)) {
                    problems.add(
                            bound.place(path),
                            attach.object() + " has no struct_ops congestion control.",
                            "Leave `type` out to attach what it has.");
                } else if (isInTime(attach, path)) {
                    host.load(attachment, problem);
                    attachments.add(attachment);
                    paths.add(path);
                }
            }
        }
        for (Programs.Change change : Programs.timeline(attachments)) {
            String arm = scenario.armNames().get(attachments.get(change.index()).arm());
            try {
                host.apply(change, root.make("arms/" + arm));
            } catch (BpfAttachException e) {
                problems.add(bound.place(paths.get(change.index())), e.getMessage() + ".", "");
            }
        }
        defaultCongestionControl(kernel);
        unusedCongestionControls(attachments, kernel);
        return new Programs(attachments);
    }

    /** Whether programs that are for maps have one. */
    private boolean namesItsMap(AttachSpec attach, String path) {
        boolean hasMap = attach.map().isPresent();
        if (attach.type().filter(ProgramType::isForMaps).isPresent() && !hasMap) {
            problems.add(
                    bound.place(path + ".type"),
                    "programs of type " + attach.type().get().word() + " are attached to a map of sockets.",
                    "Name it: `map: NAME`.");
            return false;
        }
        if (attach.program().isPresent() && !hasMap) {
            problems.add(
                    bound.place(path + ".program"),
                    "a program is named, and no map to attach it to.",
                    "Add `map: NAME`, or leave `program` out.");
            return false;
        }
        return true;
    }

    /** Index of the attachment whose place another takes; {@link Programs.Attachment#NOTHING} also if it cannot. */
    private int replaced(
            List<Programs.Attachment> attachments, int arm, List<AttachSpec> above, AttachSpec attach, String path) {
        if (attach.replaces().isEmpty()) {
            return Programs.Attachment.NOTHING;
        }
        String wanted = attach.replaces().get();
        String name = wanted.substring(wanted.lastIndexOf('/') + 1);
        int found = Programs.Attachment.NOTHING;
        for (int i = 0; i < attachments.size(); i++) {
            Programs.Attachment other = attachments.get(i);
            if (other.arm() == arm && other.object().name().equals(name)) {
                found = i;
            }
        }
        if (found == Programs.Attachment.NOTHING
                || above.stream().noneMatch(other -> other.object().equals(wanted))) {
            problems.add(
                    bound.place(path + ".replaces"),
                    "the arm attaches no " + wanted + " above.",
                    "Name the `object` of an attachment before this one.");
            return Programs.Attachment.NOTHING;
        }
        Programs.Attachment old = attachments.get(found);
        int index = found;
        if (attach.map().isPresent()) {
            problems.add(
                    bound.place(path + ".replaces"),
                    "programs of a map of sockets do not take each other's place.",
                    "Give the old one an `until`.");
            return Programs.Attachment.NOTHING;
        }
        boolean taken = attachments.stream().anyMatch(other -> other.replaces() == index);
        if (attach.atPs() <= old.atPs() || old.untilPs() != AttachSpec.FOR_GOOD || taken) {
            problems.add(
                    bound.place(path + ".replaces"),
                    wanted + " is not there at that time.",
                    "It must have come before `at`, without an `until`, and be replaced once only.");
            return Programs.Attachment.NOTHING;
        }
        return found;
    }

    /** Whether an attachment begins while something is measured, and ends after that. */
    private boolean isInTime(AttachSpec attach, String path) {
        long end = bound.scenario().run().measureEndPs();
        if (attach.untilPs() <= attach.atPs()) {
            problems.add(
                    bound.place(path + ".until"),
                    "it ends before it begins.",
                    "Write an `until` after `at`, or leave it out.");
            return false;
        }
        if (attach.atPs() >= end) {
            problems.add(
                    bound.place(path + ".at"),
                    "nothing is measured any more by then.",
                    "The run measures until " + end / SimTime.PS_PER_US + "us.");
            return false;
        }
        return true;
    }

    private Optional<LoadedObject> object(AttachSpec attach, String place) {
        return loaded.computeIfAbsent(new Wanted(attach.object(), attach.variables()), wanted -> {
            byte[] content = files.get(wanted.path());
            if (content == null) {
                return Optional.empty();
            }
            try {
                String name = wanted.path().substring(wanted.path().lastIndexOf('/') + 1);
                BpfObject object = BpfObject.open(ElfObject.parse(content, name));
                return Optional.of(Loader.load(object.withVariables(wanted.variables()), environment));
            } catch (BpfLoadException e) {
                problems.add(bound.place(place + ".object"), e.getMessage(), "");
            } catch (IllegalArgumentException e) {
                problems.add(bound.place(place + ".variables"), e.getMessage() + ".", "");
            }
            return Optional.empty();
        });
    }

    /** A congestion control may come from an object, so this can only be checked once objects are loaded. */
    private void defaultCongestionControl(HostKernel kernel) {
        String sysctl = DEFAULT_CONGESTION_CONTROL;
        String name = bound.scenario().hosts().sysctl().get(sysctl);
        if (name != null && problems.isEmpty() && kernel.congestionControls.find(name) == null) {
            problems.add(
                    bound.place("hosts.sysctl." + sysctl),
                    "there is no congestion control \"" + name + "\".",
                    "Hosts have " + String.join(", ", kernel.congestionControls.names()) + ".");
        }
    }

    /** An arm that brings a congestion control and nothing that switches to it would be compared with its like. */
    private void unusedCongestionControls(List<Programs.Attachment> attachments, HostKernel kernel) {
        List<ArmSpec> arms = bound.scenario().arms();
        String hostsUse = bound.scenario().hosts().sysctl().getOrDefault(DEFAULT_CONGESTION_CONTROL, "cubic");
        boolean isOfLinux = trialKernel(kernel.hz).congestionControls.find(hostsUse) != null;
        if (!problems.isEmpty() || !isOfLinux) {
            return;
        }
        for (int a = 0; a < arms.size(); a++) {
            int arm = a + 1;
            List<LoadedObject> objects = attachments.stream()
                    .filter(attachment -> attachment.arm() == arm)
                    .map(Programs.Attachment::object)
                    .toList();
            boolean brings = objects.stream().anyMatch(object -> hasStructOps(object, kernel));
            boolean switches = objects.stream().anyMatch(ProgramLoader::hasSockOps);
            if (brings && !switches) {
                problems.add(
                        bound.place("arms." + arms.get(a).name() + ".attach[0]"),
                        "the arm brings a congestion control, and nothing makes its flows use it.",
                        "Attach a sock_ops program that calls bpf_setsockopt(TCP_CONGESTION), too, as"
                                + " scenarios/programs/use_cc.bpf.c does, or set " + DEFAULT_CONGESTION_CONTROL
                                + " under `hosts: sysctl:`.");
            }
        }
    }

    private static boolean hasSockOps(LoadedObject object) {
        return object.programs().stream()
                .anyMatch(program -> program.family().name().equals(ProgramType.SOCK_OPS.word()));
    }

    private static boolean hasStructOps(LoadedObject object, HostKernel kernel) {
        return !new HostPrograms(kernel, line -> {}).load(object).structOps().isEmpty();
    }

    private static HostKernel trialKernel(int hz) {
        HostKernel kernel = new HostKernel(
                "trial", 0, new Scheduler(), new SegmentPool(), () -> 0, hz, ETHERNET_MTU, 0, segment -> {});
        NativeCongestionControls.registerAll(kernel.congestionControls);
        return kernel;
    }
}
