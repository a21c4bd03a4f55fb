package org.bpfsim.scenario.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bpfsim.scenario.model.AllReduce;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.result.RequestTable;
import org.bpfsim.scenario.workload.TimeDistribution;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.cpu.Task;
import org.bpfsim.tcp.rpc.RpcServer;
import umontreal.ssj.rng.RandomStream;

/**
 * A job of an all-reduce workload. Every host has data that are to be summed up over all hosts; they are cut into as many chunks as
 * there are hosts, and go around the ring twice: with each of N-1 steps a chunk of sums moves on, and with each of N-1 more its result
 * (Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", JPDC 69(2), 2009). So each host
 * sends 2(N-1)/N times its data. The next iteration begins when this one has ended everywhere. The job is the unit that an arm
 * takes.
 */
final class Ring extends Event implements Request.Owner {
    private final Service service;
    private final AllReduce spec;
    private final int arm;
    private final List<Member> members = new ArrayList<>();
    private final long endPs;
    private int iterations;
    private int finished;
    private Request iteration;

    private Ring(Service service, AllReduce spec, List<Integer> hosts, int job, int arm, Process[] processes) {
        this.service = service;
        this.spec = spec;
        this.arm = arm;
        RunSpec run = service.site().run();
        this.endPs = run.measureEndPs() + run.coolDownPs();
        for (int i = 0; i < hosts.size(); i++) {
            members.add(new Member(i, hosts, job, processes[i].next()));
        }
    }

    /** Lets hosts listen and schedules the first iterations. */
    static void start(Service service, AllReduce spec) {
        List<Integer> hosts = spec.hosts().isEmpty()
                ? IntStream.range(0, service.site().hosts()).boxed().toList()
                : spec.hosts();
        List<Ring> jobs = new ArrayList<>();
        service.listen(hosts, (server, arm, process) -> new Arriving(service, jobs, hosts.indexOf(server), arm));
        service.listenProxies(hosts, hosts);
        for (int job = 0; job < spec.jobs(); job++) {
            int arm = service.site().hash().arm(service.workload(), hosts.get(0), job);
            Process[] ofArm = new Process[hosts.size()];
            for (int i = 0; i < ofArm.length; i++) {
                ofArm[i] = service.process(hosts.get(i), arm);
            }
            Ring ring = new Ring(service, spec, hosts, job, arm, ofArm);
            jobs.add(ring);
            service.site().scheduler().at(spec.startPs(), ring);
        }
    }

    /** An iteration begins. */
    @Override
    protected void fire(long nowPs) {
        finished = 0;
        iterations++;
        iteration = service.requests().take();
        iteration.kind = RequestTable.Kind.JOB;
        iteration.workload = service.workload();
        iteration.owner = this;
        iteration.arm = arm;
        iteration.src = RequestTable.NO_HOST;
        iteration.dst = RequestTable.NO_HOST;
        iteration.parts = members.size() * steps();
        iteration.requestBytes = 0;
        iteration.responseBytes = spec.bytes();
        service.requests().start(iteration);
        members.forEach(Member::begin);
    }

    @Override
    public String toString() {
        return "iteration of all-reduce of workload " + service.workload();
    }

    /** The iteration has ended. */
    @Override
    public void ended(Request request, boolean answered) {
        boolean more =
                spec.iterations().isEmpty() || iterations < spec.iterations().getAsLong();
        long now = service.site().scheduler().nowPs();
        if (answered && more && now < endPs) {
            service.site().scheduler().at(now, this);
        }
    }

    private int steps() {
        return 2 * (members.size() - 1);
    }

    private void memberFinished() {
        if (++finished == members.size()) {
            service.requests().end(iteration, true);
        }
    }

    /** A connection broke, and with it the job. */
    private void broken() {
        if (iteration != null && finished < members.size()) {
            finished = members.size();
            service.requests().end(iteration, false);
        }
    }

    /** A host of the ring. */
    private final class Member implements Request.Owner, Runnable {
        private final int place;
        private final Task task;
        private final int job;
        private final Channel toNext;
        private final TimeDistribution compute;
        private final RandomStream draws;
        private boolean isReady;
        private int sent;
        private int received;

        Member(int place, List<Integer> hosts, int job, Task task) {
            this.place = place;
            this.task = task;
            this.job = job;
            int host = hosts.get(place);
            int next = hosts.get((place + 1) % hosts.size());
            boolean ipv6 = service.site().hash().ipv6(spec.family(), service.workload(), host, job);
            this.toNext = new Channel(service, host, next, arm, ipv6, task);
            this.compute = TimeDistribution.of(spec.compute());
            this.draws =
                    service.site().stream("compute-" + job + "/all-reduce-" + service.workload() + "/host-" + host);
        }

        void begin() {
            isReady = false;
            sent = 0;
            received = 0;
            long ns = SimTime.toNanos(compute.psAt(draws.nextDouble()));
            task.post(() -> task.compute(ns, this));
        }

        /** The host has computed what it adds. */
        @Override
        public void run() {
            isReady = true;
            goOn();
        }

        /** A chunk has come from the host before. */
        void receive() {
            received++;
            goOn();
        }

        private void goOn() {
            while (isReady && sent < steps() && sent <= received) {
                send(sent++);
            }
            if (received == steps() && sent == steps() && isReady) {
                isReady = false;
                memberFinished();
            }
        }

        private void send(int step) {
            Request chunk = service.requests().take();
            chunk.workload = service.workload();
            chunk.owner = this;
            chunk.requestBytes = chunkBytes(Math.floorMod(place - step, members.size()));
            chunk.responseBytes = 0;
            chunk.workNs = job; // tells the next host which ring the chunk is of
            service.requests().startPart(chunk);
            toNext.ask(chunk);
        }

        private int chunkBytes(int chunk) {
            long begin = spec.bytes() * chunk / members.size();
            long end = spec.bytes() * (chunk + 1) / members.size();
            return (int) Math.max(1, end - begin);
        }

        @Override
        public void ended(Request chunk, boolean answered) {
            if (!answered) {
                broken();
            }
        }
    }

    /** What a host does with what comes over a connection. */
    private static final class Arriving implements RpcServer.Service {
        private final Service service;
        private final List<Ring> jobs;
        private final int place;
        private final int arm;

        Arriving(Service service, List<Ring> jobs, int place, int arm) {
            this.service = service;
            this.jobs = jobs;
            this.place = place;
            this.arm = arm;
        }

        @Override
        public void serve(RpcServer connection) {
            Ring ring = jobs.get((int) connection.workNs());
            connection.answer();
            ring.members.get(place).receive();
        }

        @Override
        public void read(RpcServer connection, long bytes) {
            service.accounts().read(arm, bytes);
        }
    }
}
