package org.bpfsim.scenario.schema;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.bpfsim.scenario.model.AddressTemplates;
import org.bpfsim.scenario.model.AddressText;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.Family;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.HostPlace;
import org.bpfsim.scenario.model.Peers;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.model.ServiceSpec;
import org.bpfsim.scenario.model.TopologySpec;
import org.bpfsim.scenario.model.WorkloadSpec;
import org.bpfsim.scenario.yaml.Problems;

/** Checks what concerns several sections of a scenario. */
final class ScenarioChecks {
    /** Hosts beyond this would need another way to write addresses, and a cluster. */
    private static final int MOST_HOSTS = 100_000;

    /** A simulated hour is beyond what anyone would wait for. */
    private static final long MOST_RUN_PS = 3_600_000_000_000_000L;

    private final Bound bound;
    private final Scenario scenario;
    private final Problems problems;

    private ScenarioChecks(Bound bound, Problems problems) {
        this.bound = bound;
        this.scenario = bound.scenario();
        this.problems = problems;
    }

    static void check(Bound bound, Problems problems) {
        ScenarioChecks checks = new ScenarioChecks(bound, problems);
        if (checks.hosts()) {
            checks.addresses();
            checks.workloads();
        }
        checks.ports();
        checks.arms();
        checks.times();
        ExpectChecks.check(bound, problems);
    }

    private boolean hosts() {
        int hosts;
        try {
            hosts = scenario.network().topology().hosts();
        } catch (ArithmeticException e) {
            hosts = Integer.MAX_VALUE;
        }
        if (hosts < 2 || hosts > MOST_HOSTS) {
            String many = hosts == Integer.MAX_VALUE ? "more than " + MOST_HOSTS : Integer.toString(hosts);
            problem(
                    "network.topology",
                    "the network has " + many + (hosts == 1 ? " host." : " hosts."),
                    "Make it 2 to " + MOST_HOSTS + ".");
            return false;
        }
        return true;
    }

    private void addresses() {
        AddressTemplates templates = scenario.network().addresses();
        if (templates.ipv4().isEmpty() && templates.ipv6().isEmpty()) {
            problem("network.addresses", "hosts have no address at all.", "Give `ipv4` or `ipv6` a template.");
            return;
        }
        templates.ipv4().ifPresent(t -> addresses("ipv4", t, templates::ipv4));
        templates.ipv6().ifPresent(t -> addresses("ipv6", t, templates::ipv6));
    }

    private void addresses(String family, String template, Function<HostPlace, String> address) {
        String path = "network.addresses." + family;
        Map<String, Integer> seen = new TreeMap<>();
        for (int host = 0; host < scenario.network().topology().hosts(); host++) {
            String text = address.apply(HostPlace.of(scenario.network().topology(), host));
            Optional<byte[]> bytes = family.equals("ipv4") ? AddressText.ipv4(text) : AddressText.ipv6(text);
            if (bytes.isEmpty()) {
                problem(
                        path,
                        family + " template \"" + template + "\" gives host " + host + " the address " + text
                                + ", which is none.",
                        "Use {pod}, {rack} and {host} where an address has room for their numbers.");
                return;
            }
            Integer other = seen.put(HexFormat.of().formatHex(bytes.get()), host);
            if (other != null) {
                problem(
                        path,
                        family + " template \"" + template + "\" gives hosts " + other + " and " + host
                                + " the same address, " + text + ".",
                        "Use {rack} and {host} in it.");
                return;
            }
        }
    }

    private void workloads() {
        for (int i = 0; i < scenario.workload().size(); i++) {
            String item = "workload[" + i + "]";
            WorkloadSpec workload = scenario.workload().get(i);
            family(workload, item);
            workload.match(new WorkloadSpec.Cases<Void>() {
                @Override
                public Void rpc(WorkloadSpec.Rpc w) {
                    peers(w.peers(), item + ".rpc.peers");
                    return null;
                }

                @Override
                public Void bulk(WorkloadSpec.Bulk w) {
                    host(w.to(), item + ".bulk.to");
                    for (int s = 0; s < w.from().size(); s++) {
                        String path = item + ".bulk.from[" + s + "]";
                        host(w.from().get(s), path);
                        if (w.from().get(s) == w.to()) {
                            problem(path, "host " + w.to() + " cannot send to itself.", "Take it out of `from`.");
                        }
                    }
                    return null;
                }

                @Override
                public Void incast(WorkloadSpec.Incast w) {
                    host(w.to(), item + ".incast.to");
                    int others = scenario.network().topology().hosts() - 1;
                    if (w.senders() > others) {
                        problem(
                                item + ".incast.senders",
                                "there are only " + others + " other hosts.",
                                "Write at most " + others + ", or enlarge the network.");
                    }
                    return null;
                }

                @Override
                public Void service(ServiceSpec w) {
                    new ServiceChecks(new Common()).check(w, item);
                    return null;
                }
            });
        }
    }

    private void host(int host, String path) {
        int hosts = scenario.network().topology().hosts();
        if (host >= hosts) {
            problem(path, "there is no host " + host + ".", "Hosts are numbered 0 to " + (hosts - 1) + ".");
        }
    }

    private void peers(Peers peers, String path) {
        TopologySpec topology = scenario.network().topology();
        if (peers == Peers.ANY_OTHER_RACK && topology.racks() < 2) {
            problem(path, "there is only one rack.", "Write `peers: any`.");
        }
        if (peers == Peers.ANY_OTHER_POD && topology.pods() < 2) {
            problem(path, "there is only one pod.", "Write `peers: any`, or use a fat-tree or datacenters.");
        }
        if (peers == Peers.SAME_RACK && topology.hosts() == topology.racks()) {
            problem(path, "some rack has a single host, which has no peer there.", "Write `peers: any`.");
        }
        if (peers == Peers.SAME_POD && topology.hosts() == topology.pods()) {
            problem(path, "some pod has a single host, which has no peer there.", "Write `peers: any`.");
        }
    }

    private void family(WorkloadSpec workload, String path) {
        AddressTemplates addresses = scenario.network().addresses();
        boolean lacks4 = addresses.ipv4().isEmpty() && workload.family() != Family.IPV6;
        boolean lacks6 = addresses.ipv6().isEmpty() && workload.family() != Family.IPV4;
        if (lacks4 != lacks6) {
            String has = lacks4 ? "ipv6" : "ipv4";
            String lacks = lacks4 ? "ipv4" : "ipv6";
            problem(
                    path,
                    "this workload uses " + lacks + ", but hosts have no such address.",
                    "Write `family: " + has + "`, or give `network: addresses: " + lacks + ":` a template.");
        }
    }

    /** Every workload and arm needs a port of its own, at servers and proxies: that is how they know which is which. */
    private void ports() {
        Map<Integer, Taken> takenByPort = new TreeMap<>();
        for (int i = 0; i < scenario.workload().size(); i++) {
            WorkloadSpec workload = scenario.workload().get(i);
            ports("port", new Taken(i, workload.port()), takenByPort);
            if (workload instanceof ServiceSpec service
                    && service.style().proxy().isPresent()) {
                int proxyPort = service.style().proxy().get().port();
                ports("proxy: port", new Taken(i, proxyPort), takenByPort);
            }
        }
    }

    /** Ports of a workload, one per arm from the first on. */
    private record Taken(int workload, int first) {}

    private void ports(String key, Taken taken, Map<Integer, Taken> takenByPort) {
        int arms = scenario.armNames().size();
        for (int port = taken.first; port < taken.first + arms; port++) {
            Taken before = takenByPort.putIfAbsent(port, taken);
            if (before != null) {
                problem(
                        "workload[" + taken.workload + "]",
                        "ports " + taken.first + " to " + (taken.first + arms - 1)
                                + " (one per arm) overlap with those of" + " workload " + (before.workload + 1)
                                + " of the list.",
                        "Give it another `" + key + "`, for example " + (before.first + 100) + ".");
                return;
            }
        }
    }

    private void arms() {
        long sum = 0;
        for (ArmSpec arm : scenario.arms()) {
            String path = "arms." + arm.name();
            if (arm.name().equals(Scenario.CONTROL)) {
                problem(path, "`control` is the name of the flows that no arm takes.", "Give this arm another name.");
            }
            if (arm.share().partsPerBillion() == 0) {
                problem(path + ".share", "share 0 gives the arm no flow.", "Write a share above zero.");
            }
            sum += arm.share().partsPerBillion();
        }
        if (sum >= Fraction.WHOLE && !scenario.arms().isEmpty()) {
            problem(
                    "arms",
                    "the arms take " + new Fraction(sum) + " of the flows, so nothing is left for `control`.",
                    "Make the shares add up to less than 100%.");
        }
    }

    private void times() {
        var run = scenario.run();
        long total = run.measureEndPs() + Math.max(run.drainPs(), run.coolDownPs());
        if (total > MOST_RUN_PS || total < 0) {
            problem("run", "a run would last more than a simulated hour.", "Shorten `measure`, `warm-up` or `drain`.");
        } else if (run.measurePs() / run.samplePs() > 1_000_000) {
            problem(
                    "run.sample-every",
                    "queues would be sampled more than a million times per run.",
                    "Sample less often; 1000 samples make a good chart.");
        }
        if (run.samplePs() > run.measurePs()) {
            problem(
                    "run.sample-every",
                    "queues would never be sampled: `sample-every` is longer than `measure`.",
                    "Write a shorter time.");
        }
        long runs = (long) run.replications()
                * (run.totalEffect() ? 2 + scenario.arms().size() : 1);
        if (runs > 1_000_000) {
            problem("run.replications", "that makes " + runs + " runs.", "A million is the limit.");
        }
    }

    private void problem(String path, String what, String remedy) {
        problems.add(bound.place(path), what, remedy);
    }

    /** For checks elsewhere. */
    private final class Common implements ServiceChecks.Common {
        @Override
        public int hosts() {
            return scenario.network().topology().hosts();
        }

        @Override
        public void host(int host, String path) {
            ScenarioChecks.this.host(host, path);
        }

        @Override
        public void peers(Peers peers, String path) {
            ScenarioChecks.this.peers(peers, path);
        }

        @Override
        public void problem(String path, String what, String remedy) {
            ScenarioChecks.this.problem(path, what, remedy);
        }
    }
}
