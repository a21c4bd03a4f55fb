package org.bpfsim.scenario.world;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
     */
    record Attachment(int arm, LoadedObject object, Optional<ProgramType> type) {}

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
     */
    void install(HostKernel kernel, List<BpfCgroup> cgroups, Consumer<String> trace) {
        Host host = new Host(kernel, trace);
        for (Attachment attachment : attachments) {
            try {
                host.install(attachment, cgroups.get(attachment.arm()));
            } catch (BpfAttachException e) {
                throw new AssertionError("was installed on trial when the scenario was loaded: " + e.getMessage(), e);
            }
        }
    }

    /** One host's instances. An object that several arms name registers its congestion controls once. */
    static final class Host {
        private final HostPrograms programs;
        private final Map<LoadedObject, BpfInstance> registered = new LinkedHashMap<>();

        Host(HostKernel kernel, Consumer<String> trace) {
            programs = new HostPrograms(kernel, trace::accept);
        }

        void install(Attachment attachment, BpfCgroup cgroup) throws BpfAttachException {
            BpfInstance instance = registered.get(attachment.object());
            if (instance == null) {
                instance = programs.load(attachment.object());
            }
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
