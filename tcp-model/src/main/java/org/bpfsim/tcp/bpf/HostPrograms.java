package org.bpfsim.tcp.bpf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.tcp.sock.HostKernel;

/**
 * The BPF objects of one host, put into effect as an operator would: load an object, register its congestion controls,
 * attach its {@code sock_ops} programs to a cgroup, and its programs on messages and streams to a map of sockets.
 *
 * <pre>{@code
 * HostPrograms programs = new HostPrograms(kernel, line -> {});
 * programs.register(programs.load(dctcp));
 * programs.attach(programs.load(useCc), cgroup, BpfCgroup.BPF_F_ALLOW_MULTI);
 * }</pre>
 */
public final class HostPrograms {
    private final HostKernel kernel;
    private final RuntimeServices services;
    private final List<StructOpsRegistration> registrations = new ArrayList<>();
    private final Map<BpfInstance, List<StructOpsLink>> links = new LinkedHashMap<>();

    /** @param output takes lines and records of programs */
    public HostPrograms(HostKernel kernel, ProgramOutput output) {
        this.kernel = kernel;
        this.services = new KernelServices(kernel, output);
    }

    /** Gives the object maps of its own on this host. Nothing runs yet. */
    public BpfInstance load(LoadedObject object) {
        return object.instantiate(services, kernel);
    }

    /**
     * Registers all struct_ops maps of an object.
     *
     * @throws BpfAttachException if one is refused; those before it stay registered
     */
    public void register(BpfInstance instance) throws BpfAttachException {
        for (StructOpsMap map : instance.structOps()) {
            StructOpsRegistration registration = new StructOpsRegistration(map, kernel.congestionControls);
            StructOpsLink link = new StructOpsLink();
            int error = link.attach(registration);
            if (error != 0) {
                throw new BpfAttachException(
                        -error,
                        instance.object().name() + ": struct_ops map " + map.name() + " cannot be registered: "
                                + registration.explain(error));
            }
            registrations.add(registration);
            links.computeIfAbsent(instance, i -> new ArrayList<>()).add(link);
        }
    }

    /** Unregisters what {@link #register} has registered of an object; sockets that use it keep it. */
    public void unregister(BpfInstance instance) {
        List<StructOpsLink> held = links.remove(instance);
        if (held != null) {
            held.forEach(StructOpsLink::detach);
        }
    }

    /** A struct_ops map of an object on this host as {@code bpftool map dump} prints it, registered or not. */
    public String dump(StructOpsMap map) {
        return registrations.stream()
                .filter(registration -> registration.isOf(map))
                .findFirst()
                .orElseGet(() -> new StructOpsRegistration(map, kernel.congestionControls))
                .dump();
    }

    /** The congestion controls that were registered, in the order of registration; some may be unregistered. */
    public List<StructOpsRegistration> registrations() {
        return Collections.unmodifiableList(registrations);
    }

    /**
     * Attaches all programs of an object that are for cgroups: {@code sock_ops}, {@code cgroup/getsockopt} and {@code
     * cgroup/setsockopt}.
     *
     * @param flags see {@link BpfCgroup#attach}
     * @throws BpfAttachException if the object has none, or the cgroup refuses one
     */
    public void attach(BpfInstance instance, BpfCgroup cgroup, int flags) throws BpfAttachException {
        boolean found = false;
        for (BpfProgram program : instance.programs()) {
            AttachType type = AttachType.of(program).orElse(null);
            if (type == null) {
                continue;
            }
            found = true;
            int error = cgroup.attach(program, flags);
            if (error != 0) {
                throw new BpfAttachException(
                        -error,
                        instance.object().name() + ": program " + program.name() + " cannot be attached to "
                                + cgroup.path() + ": " + explain(error, cgroup, type));
            }
        }
        if (!found) {
            throw new BpfAttachException(
                    Errno.EINVAL,
                    instance.object().name() + ": has no program to attach to " + cgroup.path()
                            + ". Such a program is in a section \"sockops\", \"cgroup/getsockopt\" or"
                            + " \"cgroup/setsockopt\"");
        }
    }

    /**
     * Puts the programs of an object in the place of those of another, which are attached to the cgroup with {@link
     * BpfCgroup#BPF_F_ALLOW_MULTI}: each that of the same kind, in one step ({@code BPF_F_REPLACE}). Objects without programs for
     * cgroups are left as they are.
     *
     * @throws BpfAttachException if the objects have not as many of each kind, or one is not attached
     */
    public void replace(BpfInstance old, BpfInstance with, BpfCgroup cgroup) throws BpfAttachException {
        for (AttachType type : AttachType.values()) {
            List<BpfProgram> leaving = programsFor(old, type);
            List<BpfProgram> coming = programsFor(with, type);
            if (leaving.size() != coming.size()) {
                throw new BpfAttachException(
                        Errno.EINVAL,
                        with.object().name() + ": has " + coming.size() + " programs for " + type + ", and "
                                + old.object().name() + ", which it is to replace, has " + leaving.size());
            }
            for (int i = 0; i < coming.size(); i++) {
                int flags = BpfCgroup.BPF_F_ALLOW_MULTI | BpfCgroup.BPF_F_REPLACE;
                int error = cgroup.attach(coming.get(i), flags, leaving.get(i));
                if (error != 0) {
                    throw new BpfAttachException(
                            -error,
                            with.object().name() + ": program " + coming.get(i).name() + " cannot take the place of "
                                    + leaving.get(i).name() + " of "
                                    + old.object().name() + ": "
                                    + (error == -Errno.ENOENT
                                            ? "that is not attached to " + cgroup.path() + " (ENOENT)"
                                            : explain(error, cgroup, type)));
                }
            }
        }
    }

    private static List<BpfProgram> programsFor(BpfInstance instance, AttachType type) {
        return instance.programs().stream()
                .filter(program -> AttachType.of(program).filter(type::equals).isPresent())
                .toList();
    }

    /**
     * Puts the congestion controls of an object in the place of those of another that are registered: their links are updated,
     * so that sockets which are there keep the old ones.
     *
     * @throws BpfAttachException if the objects have not as many, or a map is not of {@code .struct_ops.link}, or has another name
     */
    public void replaceRegistered(BpfInstance old, BpfInstance with) throws BpfAttachException {
        List<StructOpsLink> held = links.getOrDefault(old, List.of());
        List<StructOpsMap> coming = with.structOps();
        if (held.size() != coming.size()) {
            throw new BpfAttachException(
                    Errno.EINVAL,
                    with.object().name() + ": has " + coming.size() + " struct_ops maps, and "
                            + old.object().name() + ", which it is to replace, has " + held.size());
        }
        for (int i = 0; i < coming.size(); i++) {
            StructOpsRegistration registration = new StructOpsRegistration(coming.get(i), kernel.congestionControls);
            int error = held.get(i).update(registration);
            if (error != 0) {
                throw new BpfAttachException(
                        -error,
                        with.object().name() + ": struct_ops map "
                                + coming.get(i).name()
                                + " cannot take the place of one of "
                                + old.object().name() + " ("
                                + Errno.nameOf(-error)
                                + "). Both have to be of .struct_ops.link, and their .name the same");
            }
            registrations.add(registration);
        }
        links.remove(old);
        links.put(with, held);
    }

    private static String explain(int error, BpfCgroup cgroup, AttachType type) {
        return switch (-error) {
            case Errno.EPERM ->
                cgroup.whoForbids(type)
                        .map(above ->
                                "the program of " + above.path() + " was attached without BPF_F_ALLOW_OVERRIDE and"
                                        + " BPF_F_ALLOW_MULTI (EPERM). Attach that one with one of these flags")
                        .orElse(
                                "there are programs that were attached with other flags (EPERM). All programs of a cgroup"
                                        + " need the same");
            case Errno.E2BIG -> "it has 64 programs (E2BIG). Detach one, or put two into one";
            default ->
                "it is attached already, or the flags do not go together (EINVAL). Attach it once, with 0,"
                        + " BPF_F_ALLOW_OVERRIDE or BPF_F_ALLOW_MULTI";
        };
    }

    /**
     * Which programs of an object go to which map.
     *
     * @param map a sockmap or sockhash of the object
     * @param type {@code sk_msg} or {@code sk_skb}; empty: both
     * @param program the name of the only one; empty: all
     */
    public record OfMap(String map, Optional<String> type, Optional<String> program) {}

    /**
     * Attaches programs of an object to one of its maps; sockets that are put into it get them from then on.
     *
     * @throws BpfAttachException if there is no such map or program, or the map refuses it
     */
    public void attachToMap(BpfInstance instance, OfMap what) throws BpfAttachException {
        BpfMap map = map(instance, what);
        Map<Hook, BpfProgram> chosen = chosen(instance, what);
        for (Map.Entry<Hook, BpfProgram> each : chosen.entrySet()) {
            int error = SocketMapPrograms.attach(each.getValue(), map, each.getKey());
            if (error != 0) {
                throw new BpfAttachException(
                        -error,
                        instance.object().name() + ": program "
                                + each.getValue().name() + " cannot be attached to map " + map.name() + ": "
                                + explain(error, map));
            }
        }
    }

    /** Takes the programs from the map again; sockets that are in it keep them. */
    public void detachFromMap(BpfInstance instance, OfMap what) throws BpfAttachException {
        BpfMap map = map(instance, what);
        chosen(instance, what).forEach((hook, program) -> SocketMapPrograms.detach(program, map, hook));
    }

    private static BpfMap map(BpfInstance instance, OfMap what) throws BpfAttachException {
        return instance.map(what.map())
                .orElseThrow(() -> new BpfAttachException(
                        Errno.EBADF,
                        instance.object().name() + " has no map " + what.map() + ", but "
                                + instance.maps().stream().map(BpfMap::name).toList()));
    }

    private static Map<Hook, BpfProgram> chosen(BpfInstance instance, OfMap what) throws BpfAttachException {
        Map<Hook, BpfProgram> chosen = new EnumMap<>(Hook.class);
        for (BpfProgram program : instance.programs()) {
            Hook hook = SocketMapPrograms.hook(program).orElse(null);
            boolean isMeant = hook != null
                    && what.type()
                            .orElse(program.family().name())
                            .equals(program.family().name())
                    && what.program().orElse(program.name()).equals(program.name());
            BpfProgram other = isMeant ? chosen.put(hook, program) : null;
            if (other != null) {
                throw new BpfAttachException(
                        Errno.EINVAL,
                        instance.object().name() + ": " + other.name() + " and " + program.name() + " are both for "
                                + hook + " of map " + what.map() + ", which takes one. Name it under `program`");
            }
        }
        if (chosen.isEmpty()) {
            throw new BpfAttachException(
                    Errno.EINVAL,
                    instance.object().name() + ": has no "
                            + what.program().map(p -> "program " + p).orElse("program")
                            + " to attach to map " + what.map() + ". Such a program is in a section \"sk_msg\","
                            + " \"sk_skb/stream_parser\", \"sk_skb/stream_verdict\" or \"sk_skb/verdict\"");
        }
        return chosen;
    }

    private static String explain(int error, BpfMap map) {
        return error == -Errno.EBUSY
                ? "it has a verdict on streams of the other kind (EBUSY). A map takes stream_verdict or verdict"
                : "it is of type " + map.type() + " and holds no sockets (EOPNOTSUPP). Name a sockmap or sockhash";
    }

    /** Takes the programs of an object from a cgroup again; those that are not attached there are left out. */
    public void detach(BpfInstance instance, BpfCgroup cgroup) {
        for (BpfProgram program : instance.programs()) {
            boolean isAttached = AttachType.of(program)
                    .filter(type -> cgroup.query(type).attached().contains(program))
                    .isPresent();
            if (isAttached) {
                cgroup.detach(program);
            }
        }
    }
}
