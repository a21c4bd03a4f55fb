package org.bpfsim.scenario.apps;

import java.util.List;
import org.bpfsim.scenario.result.Ending;
import org.bpfsim.scenario.result.RequestTable;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;

/** All requests of a run: gives them their numbers, and writes down what became of those that are measured. */
public final class RequestBook {
    private final Scheduler scheduler;
    private final Accounts accounts;
    private final RequestTable table;
    private long started;
    private Request unused;
    private Request firstOpen;
    private Request lastOpen;

    public RequestBook(Scheduler scheduler, Accounts accounts, List<String> arms) {
        this.scheduler = scheduler;
        this.accounts = accounts;
        this.table = new RequestTable(arms);
    }

    /** The measured requests that have ended, and after {@link #close} the others. */
    public RequestTable table() {
        return table;
    }

    /** A request to fill in. */
    Request take() {
        Request request = unused;
        if (request == null) {
            request = new Request(this);
        } else {
            unused = request.next;
        }
        request.next = null;
        request.channel = null;
        request.kind = RequestTable.Kind.REQUEST;
        request.parts = 1;
        request.tag = 0;
        request.deadlinePs = Long.MAX_VALUE;
        return request;
    }

    /** The request starts now, and is measured if the run measures now. */
    void start(Request request) {
        startPart(request);
        if (accounts.measuring()) {
            request.isMeasured = true;
            accounts.awaited();
            request.openBefore = lastOpen;
            if (lastOpen == null) {
                firstOpen = request;
            } else {
                lastOpen.openAfter = request;
            }
            lastOpen = request;
        }
    }

    /** A request starts that is only a part of another, and not measured for itself. */
    void startPart(Request request) {
        request.id = started++;
        request.startPs = scheduler.nowPs();
        request.isMeasured = false;
        request.openBefore = null;
        request.openAfter = null;
    }

    /** The request ends now. */
    void end(Request request, boolean answered) {
        if (request.isMeasured) {
            write(request, answered ? Ending.OK : Ending.FAILED);
            unlink(request);
            accounts.settled();
        }
        request.owner.ended(request, answered);
        request.owner = null;
        request.next = unused;
        unused = request;
    }

    /** Writes down what has not ended. */
    public void close() {
        for (Request open = firstOpen; open != null; open = open.openAfter) {
            write(open, Ending.UNFINISHED);
        }
        firstOpen = null;
        lastOpen = null;
    }

    private void unlink(Request request) {
        if (request.openBefore == null) {
            firstOpen = request.openAfter;
        } else {
            request.openBefore.openAfter = request.openAfter;
        }
        if (request.openAfter == null) {
            lastOpen = request.openBefore;
        } else {
            request.openAfter.openBefore = request.openBefore;
        }
    }

    private void write(Request r, Ending status) {
        long now = scheduler.nowPs();
        int deadline = RequestTable.NO_DEADLINE;
        if (r.deadlinePs != Long.MAX_VALUE) {
            boolean inTime = status == Ending.OK && now <= r.deadlinePs;
            deadline = inTime ? RequestTable.IN_TIME : RequestTable.LATE;
        }
        table.add(
                r.id,
                r.workload,
                r.kind,
                r.arm,
                r.src,
                r.dst,
                SimTime.toNanos(r.startPs),
                SimTime.toNanos(now - r.startPs),
                r.requestBytes,
                r.responseBytes,
                r.parts,
                deadline,
                status);
    }
}
