package org.bpfsim.tcp.bpf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.tcp.sock.HostKernel;

/**
 * The BPF objects of one host, put into effect as an operator would: load an object, register its congestion controls,
 * attach its {@code sock_ops} programs to a cgroup.
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
            int error = new StructOpsLink().attach(registration);
            if (error != 0) {
                throw new BpfAttachException(
                        -error,
                        instance.object().name() + ": struct_ops map " + map.name() + " cannot be registered: "
                                + registration.explain(error));
            }
            registrations.add(registration);
        }
    }

    /** The registered congestion controls, in the order of registration. */
    public List<StructOpsRegistration> registrations() {
        return Collections.unmodifiableList(registrations);
    }

    /**
     * Attaches all {@code sock_ops} programs of an object to a cgroup.
     *
     * @param flags see {@link BpfCgroup#attach}
     * @throws BpfAttachException if the object has none, or the cgroup refuses one
     */
    public void attach(BpfInstance instance, BpfCgroup cgroup, int flags) throws BpfAttachException {
        boolean found = false;
        for (BpfProgram program : instance.programs()) {
            if (!program.family().name().equals(SockOpsFamily.FAMILY.name())) {
                continue;
            }
            found = true;
            int error = cgroup.attach(program, flags);
            if (error != 0) {
                throw new BpfAttachException(
                        -error,
                        instance.object().name() + ": program " + program.name() + " cannot be attached to "
                                + cgroup.path() + ": errno " + -error
                                + ". All programs of a cgroup need the same flags, and each can be attached once");
            }
        }
        if (!found) {
            throw new BpfAttachException(
                    Errno.EINVAL,
                    instance.object().name() + ": has no sock_ops program to attach to " + cgroup.path()
                            + ". Such a program is in a section \"sockops\"");
        }
    }
}
