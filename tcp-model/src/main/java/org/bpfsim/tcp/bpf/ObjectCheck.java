package org.bpfsim.tcp.bpf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.bpf.verifier.VerifiedProgram;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierInputs;
import org.bpfsim.bpf.verifier.VerifierKernel;
import org.bpfsim.bpf.verifier.VerifierRefusal;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.tcp.cong.NativeCongestionControls;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.sock.HostKernel;

/**
 * Asks of an object what {@code bpftool prog load} and {@code bpftool struct_ops register} ask: would Linux take each program,
 * and each struct_ops map? And beside that, can a simulated host run it?
 */
public final class ObjectCheck {
    private static final int MTU = 1500;

    /** What becomes of a program. */
    public enum Verdict {
        /** Linux loads it. */
        ACCEPT,
        /** Linux refuses it. */
        REJECT,
        /** It wants types or functions of the kernel that simulated hosts do not have, so that it cannot be judged. */
        UNKNOWN,
        /** Nobody loads it: no struct_ops map refers to it. */
        UNUSED
    }

    /**
     * About one program.
     *
     * @param optional whether it is loaded only when asked for by name ({@code SEC("?…")})
     * @param errno Linux's, positive; 0 unless refused
     * @param processedInsns instructions that the verifier walked; 0 unless accepted
     * @param message the reason if it is not accepted; else why simulated hosts cannot run it all the same; else empty
     * @param log the verifier's, at the level that was asked for
     */
    public record Program(
            String name,
            String section,
            boolean optional,
            Verdict verdict,
            int errno,
            int processedInsns,
            String message,
            String log) {
        /** Whether it is loaded, and runs on what it was checked for. */
        public boolean runs() {
            return verdict == Verdict.ACCEPT && message.isEmpty();
        }
    }

    /**
     * About one struct_ops map.
     *
     * @param errno positive; 0 if it registers
     */
    public record Registration(String map, int errno, String message) {}

    private final BpfObject object;
    private final VerifierInputs inputs;
    private final Optional<BpfEnvironment> hosts;
    private final int logLevel;

    /**
     * An object on simulated hosts.
     *
     * @param logLevel of the verifier, 0 to 2
     * @throws BpfLoadException if libbpf would not open it
     */
    public static ObjectCheck onHosts(byte[] elf, String name, BpfEnvironment hosts, int logLevel)
            throws BpfLoadException {
        return new ObjectCheck(BpfObject.open(elf, name), hosts.verifierKernel(), Optional.of(hosts), logLevel);
    }

    /**
     * An object on a real kernel: programs are judged that simulated hosts cannot run, too.
     *
     * @param types of that kernel
     */
    public static ObjectCheck onKernel(byte[] elf, String name, BpfEnvironment hosts, Btf types, int logLevel)
            throws BpfLoadException {
        // A real kernel has functions of its own, and all of each struct.
        Map<String, VerifierKernel.Family> families = new LinkedHashMap<>();
        VerifierKernel simulated = hosts.verifierKernel();
        simulated
                .families()
                .forEach((family, f) -> families.put(
                        family, new VerifierKernel.Family(Set.of(), f.writable(), VerifierKernel.Limits.NONE)));
        VerifierKernel real = new VerifierKernel(types, simulated.kconfig(), families);
        return new ObjectCheck(BpfObject.open(elf, name), real, Optional.empty(), logLevel);
    }

    private ObjectCheck(BpfObject object, VerifierKernel kernel, Optional<BpfEnvironment> hosts, int logLevel) {
        this.object = object;
        this.inputs = new VerifierInputs(object, kernel);
        this.hosts = hosts;
        this.logLevel = logLevel;
    }

    /** Every program, each by itself, in the order of the object. */
    public List<Program> programs() {
        Optional<VerifierInputs.Extern> extern = inputs.missing();
        List<Program> programs = new ArrayList<>();
        for (BpfFunction entry : object.programs()) {
            if (extern.isPresent()) {
                programs.add(refused(
                        entry,
                        extern.get().missing() && hosts.isPresent() ? Verdict.UNKNOWN : Verdict.REJECT,
                        extern.get().errno(),
                        extern.get().message(),
                        ""));
            } else {
                programs.add(program(entry));
            }
        }
        return programs;
    }

    private Program program(BpfFunction entry) {
        if (inputs.isUnused(entry)) {
            return refused(entry, Verdict.UNUSED, 0, "no struct_ops map refers to it, so it is not loaded", "");
        }
        try {
            VerifiedProgram verified = Verifier.verify(inputs.program(entry, Set.of()), logLevel);
            return new Program(
                    entry.name(),
                    entry.section(),
                    isOptional(entry),
                    Verdict.ACCEPT,
                    0,
                    verified.statistics().processedInsns(),
                    obstacle(entry),
                    verified.log());
        } catch (VerifierRefusal refusal) {
            return refused(
                    entry,
                    refusal.missing() && hosts.isPresent() ? Verdict.UNKNOWN : Verdict.REJECT,
                    refusal.errno(),
                    refusal.getMessage(),
                    refusal.log());
        } catch (BpfLoadException e) {
            return refused(entry, Verdict.REJECT, Errno.E2BIG, e.reason(), "");
        }
    }

    /** Why simulated hosts cannot run a program that Linux loads; empty if they can. */
    private String obstacle(BpfFunction entry) {
        try {
            if (hosts.isPresent()) {
                Loader.load(object, hosts.get(), Set.of(entry.name()));
            }
            return "";
        } catch (BpfLoadException e) {
            return e.location() + ": " + e.reason();
        }
    }

    private static Program refused(BpfFunction entry, Verdict verdict, int errno, String message, String log) {
        return new Program(entry.name(), entry.section(), isOptional(entry), verdict, errno, 0, message, log);
    }

    private static boolean isOptional(BpfFunction entry) {
        return entry.section().startsWith("?");
    }

    /**
     * Registers the struct_ops maps one after another, each on a host where nothing else is registered.
     *
     * @throws BpfLoadException if the object as a whole cannot be loaded
     */
    public List<Registration> register() throws BpfLoadException {
        BpfEnvironment environment =
                hosts.orElseThrow(() -> new IllegalStateException("maps are registered on simulated hosts alone"));
        HostKernel kernel = kernel();
        BpfInstance instance = new HostPrograms(kernel, line -> {}).load(Loader.load(object, environment));
        List<Registration> registrations = new ArrayList<>();
        for (StructOpsMap map : instance.structOps()) {
            StructOpsRegistration registration = new StructOpsRegistration(map, kernel.congestionControls);
            int error = registration.register();
            registrations.add(new Registration(map.name(), -error, error == 0 ? "" : registration.explain(error)));
            if (error == 0) {
                registration.unregister();
            }
        }
        return registrations;
    }

    /** A host by itself; nothing runs on it. */
    private static HostKernel kernel() {
        HostKernel kernel = new HostKernel(
                "check", 0, new Scheduler(), new SegmentPool(), () -> 0, 250, MTU, 0, segment -> segment.release());
        NativeCongestionControls.registerAll(kernel.congestionControls);
        return kernel;
    }
}
