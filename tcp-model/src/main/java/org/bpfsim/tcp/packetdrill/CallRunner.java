package org.bpfsim.tcp.packetdrill;

import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.packetdrill.script.Action;
import org.bpfsim.tcp.packetdrill.script.Event;
import org.bpfsim.tcp.packetdrill.script.ScriptException;
import org.bpfsim.tcp.packetdrill.socket.CallException;
import org.bpfsim.tcp.packetdrill.socket.PendingCall;
import org.bpfsim.tcp.packetdrill.socket.SystemCalls;

/** Runs system calls, of which one may wait while the script goes on. */
final class CallRunner {
    /** How long a call is waited for. */
    private static final long PATIENCE_US = 1_000_000_000;

    private final Clock clock;
    private final SystemCalls calls;
    private Action.SystemCall call;
    private Event event;
    /** The call that has not returned, or null. */
    private PendingCall pending;

    private long endUs;
    private long lastEventUs;
    private ScriptException failure;

    private final org.bpfsim.sim.Event retry = new org.bpfsim.sim.Event() {
        @Override
        protected void fire(long nowPs) {
            attempt();
        }
    };

    CallRunner(Clock clock, SystemCalls calls) {
        this.clock = clock;
        this.calls = calls;
    }

    /**
     * Runs a call, to its end unless the script says that it blocks.
     *
     * @param previousUs time of the event before
     * @param offsetUs from where the call's end counts
     */
    void run(Action.SystemCall toRun, Event at, long previousUs, long offsetUs) {
        call = toRun;
        event = at;
        endUs = call.blocks() ? call.endUs() + offsetUs : -1;
        lastEventUs = previousUs;
        try {
            pending = calls.begin(call);
        } catch (CallException e) {
            throw failed(e);
        }
        attempt();
        failIfCallFailed();
        if (!call.blocks()) {
            awaitReturn();
        }
    }

    /** A socket has news: the call may go on, once the stack has done with what it is doing. */
    void wake() {
        if (pending != null) {
            clock.scheduler().at(clock.scheduler().nowPs(), retry);
        }
    }

    /** Lets time pass until the call that waits returns. */
    void awaitReturn() {
        long limit = clock.nowUs() + PATIENCE_US;
        while (pending != null && clock.nowUs() < limit) {
            clock.runUntil(limit);
            failIfCallFailed();
        }
        if (pending != null) {
            throw new ScriptException(event.line(), "runtime error in " + call.name() + " call: it never returns");
        }
    }

    void failIfCallFailed() {
        if (failure != null) {
            throw failure;
        }
    }

    void failIfCallIsWaiting() {
        if (pending != null) {
            throw new ScriptException(
                    event.line(), "runtime error: exiting while a blocking system call is in progress");
        }
    }

    private void attempt() {
        if (pending == null) {
            return;
        }
        try {
            long result = pending.attempt();
            if (result == PendingCall.BLOCKED) {
                armDeadline();
                return;
            }
            pending = null;
            clock.scheduler().stop();
            SystemCalls.checkResult(call, result);
            if (endUs >= 0) {
                clock.checkReturn(event, endUs, lastEventUs);
            }
        } catch (CallException e) {
            pending = null;
            failure = failed(e);
            clock.scheduler().stop();
        } catch (ScriptException e) {
            failure = e;
        }
    }

    private void armDeadline() {
        if (pending.deadlineUs() != Long.MAX_VALUE) {
            long at = Math.multiplyExact(pending.deadlineUs(), SimTime.PS_PER_US);
            clock.scheduler().at(Math.max(clock.scheduler().nowPs(), at), retry);
        }
    }

    private ScriptException failed(CallException e) {
        return new ScriptException(event.line(), "runtime error in " + call.name() + " call: " + e.getMessage());
    }
}
