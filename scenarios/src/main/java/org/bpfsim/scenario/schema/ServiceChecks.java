package org.bpfsim.scenario.schema;

import java.util.LinkedHashSet;
import java.util.List;
import org.bpfsim.scenario.model.Peers;
import org.bpfsim.scenario.model.RequestResponse;
import org.bpfsim.scenario.model.RpcStyle;
import org.bpfsim.scenario.model.ServiceSpec;

/** Checks workloads whose applications talk in frames against the rest of the scenario. */
final class ServiceChecks {
    /** What the checks of other workloads can, too. */
    interface Common {
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
        });
    }

    /** The key of a kind. */
    private static String word(ServiceSpec workload) {
        return workload.kind(new ServiceSpec.Kinds<>() {
            @Override
            public String requestResponse(RequestResponse w) {
                return "request-response";
            }
        });
    }

    private void check(RequestResponse w, String path) {
        hosts(w.clients(), path + ".clients");
        hosts(w.servers(), path + ".servers");
        if (w.servers().isEmpty()) {
            common.peers(w.peers(), path + ".peers");
        }
        for (int i = 0; i < w.clients().size(); i++) {
            int client = w.clients().get(i);
            if (w.servers().size() == 1 && w.servers().get(0) == client) {
                common.problem(
                        path + ".clients[" + i + "]",
                        "host " + client + " has no other host to ask.",
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
