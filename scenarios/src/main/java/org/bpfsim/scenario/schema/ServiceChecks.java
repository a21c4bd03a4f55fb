package org.bpfsim.scenario.schema;

import java.util.LinkedHashSet;
import java.util.List;
import org.bpfsim.scenario.model.AllReduce;
import org.bpfsim.scenario.model.PartitionAggregate;
import org.bpfsim.scenario.model.Peers;
import org.bpfsim.scenario.model.RequestResponse;
import org.bpfsim.scenario.model.RpcStyle;
import org.bpfsim.scenario.model.ServiceSpec;
import org.bpfsim.scenario.model.Storage;

/** Checks workloads whose applications talk in frames against the rest of the scenario. */
final class ServiceChecks {
    /** What the checks of other workloads can, too. */
    interface Common {
        /** Number of hosts. */
        int hosts();

        void host(int host, String path);

        void peers(Peers peers, String path);

        void problem(String path, String what, String remedy);
    }

    private final Common common;

    ServiceChecks(Common common) {
        this.common = common;
    }

    void check(ServiceSpec workload, String item) {
        workload.style()
                .proxy()
                .filter(proxy -> proxy.at() == RpcStyle.At.HOST)
                .ifPresent(proxy -> common.host(proxy.host(), item + "." + word(workload) + ".proxy.host"));
        workload.kind(new ServiceSpec.Kinds<Void>() {
            @Override
            public Void requestResponse(RequestResponse w) {
                check(w, item + "." + word(workload));
                return null;
            }

            @Override
            public Void partitionAggregate(PartitionAggregate w) {
                check(w, item + "." + word(workload));
                return null;
            }

            @Override
            public Void storage(Storage w) {
                String path = item + "." + word(workload);
                hosts(w.servers(), path + ".servers");
                hosts(w.clients(), path + ".clients");
                noneAlone(w.clients(), w.servers(), path + ".clients");
                return null;
            }

            @Override
            public Void allReduce(AllReduce w) {
                String path = item + "." + word(workload) + ".hosts";
                hosts(w.hosts(), path);
                if (w.hosts().size() == 1) {
                    common.problem(path, "a ring of one host has nothing to sum up.", "Name at least two hosts.");
                }
                return null;
            }
        });
    }

    /** The key of a kind. */
    private static String word(ServiceSpec workload) {
        return workload.kind(new ServiceSpec.Kinds<>() {
            @Override
            public String requestResponse(RequestResponse w) {
                return "request-response";
            }

            @Override
            public String partitionAggregate(PartitionAggregate w) {
                return "partition-aggregate";
            }

            @Override
            public String storage(Storage w) {
                return "storage";
            }

            @Override
            public String allReduce(AllReduce w) {
                return "all-reduce";
            }
        });
    }

    private void check(RequestResponse w, String path) {
        hosts(w.clients(), path + ".clients");
        hosts(w.servers(), path + ".servers");
        if (w.servers().isEmpty()) {
            common.peers(w.peers(), path + ".peers");
        }
        noneAlone(w.clients(), w.servers(), path + ".clients");
    }

    private void check(PartitionAggregate w, String path) {
        hosts(w.aggregators(), path + ".aggregators");
        hosts(w.workers(), path + ".workers");
        int workers = w.workers().isEmpty() ? common.hosts() : w.workers().size();
        boolean anAggregatorWorks =
                w.workers().isEmpty() || w.aggregators().stream().anyMatch(w.workers()::contains);
        int others = anAggregatorWorks ? workers - 1 : workers;
        if (w.fanOut() > others) {
            common.problem(
                    path + ".fan-out",
                    "an aggregator has only " + others + (others == 1 ? " other worker." : " other workers."),
                    "Write at most " + others + ", or enlarge the network.");
        }
    }

    private void noneAlone(List<Integer> clients, List<Integer> servers, String path) {
        if (clients.isEmpty() && new LinkedHashSet<>(servers).size() == common.hosts()) {
            common.problem(path, "all hosts are servers, so nobody asks.", "Name the `clients`.");
        }
        for (int i = 0; i < clients.size(); i++) {
            if (servers.size() == 1 && servers.get(0).equals(clients.get(i))) {
                common.problem(
                        path + "[" + i + "]",
                        "host " + clients.get(i) + " has no other host to ask.",
                        "Take it out of `clients`, or add servers.");
            }
        }
    }

    private void hosts(List<Integer> hosts, String path) {
        LinkedHashSet<Integer> seen = new LinkedHashSet<>();
        for (int i = 0; i < hosts.size(); i++) {
            common.host(hosts.get(i), path + "[" + i + "]");
            if (!seen.add(hosts.get(i))) {
                common.problem(path + "[" + i + "]", "host " + hosts.get(i) + " is named twice.", "Name it once.");
            }
        }
    }
}
