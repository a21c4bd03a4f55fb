package org.bpfsim.scenario.apps;

import java.util.List;
import org.bpfsim.scenario.model.Storage;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.rpc.RpcFraming;
import org.bpfsim.tcp.rpc.RpcServer;

/**
 * A storage server, for one arm. A request with a payload writes it, one without reads. What a client writes is passed on to the
 * servers that follow in the list, at the same time, and answered when it is written here and there.
 */
final class StorageNode {
    private final Service service;
    private final Storage spec;
    private final int arm;
    private final int[] followers;
    private final Pools pools;

    StorageNode(Service service, Storage spec, int server, int arm, Process process) {
        this.service = service;
        this.spec = spec;
        this.arm = arm;
        List<Integer> servers = spec.servers();
        int place = servers.indexOf(server);
        followers = new int[spec.replicas() - 1];
        for (int i = 0; i < followers.length; i++) {
            followers[i] = servers.get((place + 1 + i) % servers.size());
        }
        pools = new Pools(service, spec.family(), server, arm, process::next);
    }

    /** What is done for one connection. */
    RpcServer.Service forConnection() {
        return new Serving();
    }

    private final class Serving implements RpcServer.Service, Request.Owner, Runnable {
        private RpcServer serving;
        /** What has still to be done: the own work, and the answers of the followers. */
        private int left;

        private boolean allWritten;

        @Override
        public void serve(RpcServer connection) {
            serving = connection;
            left = 1;
            allWritten = true;
            long payload = connection.requestBytes()
                    - RpcFraming.DESCRIPTOR_BYTES
                    - service.style().headerBytes();
            if (payload > 0 && connection.id() >= 0) {
                left += followers.length;
                for (int follower : followers) {
                    passOn(follower, (int) payload, connection.workNs());
                }
            }
            if (connection.workNs() == 0) {
                run();
            } else {
                connection.socket().task().compute(connection.workNs(), this);
            }
        }

        private void passOn(int follower, int payload, long workNs) {
            Request copy = service.requests().take();
            copy.workload = service.workload();
            copy.owner = this;
            copy.requestBytes = payload;
            copy.responseBytes = 0;
            copy.workNs = workNs;
            service.requests().startPart(copy);
            copy.id = ~copy.id; // says that it is not to be passed on any further
            pools.to(follower, 0).ask(copy);
        }

        /** The own work is done. */
        @Override
        public void run() {
            done();
        }

        @Override
        public void ended(Request copy, boolean answered) {
            allWritten &= answered;
            done();
        }

        /** A block that could not be written everywhere is not acknowledged: the connection ends. */
        private void done() {
            if (--left > 0) {
                return;
            }
            if (allWritten) {
                serving.answer();
            } else if (!serving.socket().isClosed()) {
                serving.socket().abort();
            }
        }

        @Override
        public void read(RpcServer connection, long bytes) {
            service.accounts().read(arm, bytes);
        }
    }
}
