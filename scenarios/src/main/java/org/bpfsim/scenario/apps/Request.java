package org.bpfsim.scenario.apps;

import org.bpfsim.scenario.result.RequestTable;

/** Something that an application asks for, from its start to its end. Requests are used again: see {@link RequestBook}. */
final class Request implements Runnable {
    /** Who is told of its end. */
    interface Owner {
        /** It was answered, or never will be; it is used again when the method has returned. */
        void ended(Request request, boolean answered);
    }

    long id;
    int workload;
    RequestTable.Kind kind;
    int arm;
    int src;
    int dst;
    int parts;
    long startPs;
    /** When an answer would be late, or {@link Long#MAX_VALUE}. */
    long deadlinePs;

    int requestBytes;
    long responseBytes;
    long workNs;
    Owner owner;
    /** For the owner. */
    int tag;

    /** Ends it as answered. */
    final Runnable answered;

    /** The connection that it is to go over. */
    Channel channel;
    /** The next that waits for the same connection, or to be used again. */
    Request next;

    /** Its neighbours among those that are measured and have not ended; it is none if {@link #isMeasured} is false. */
    Request openBefore;

    Request openAfter;
    boolean isMeasured;

    Request(RequestBook book) {
        this.answered = () -> book.end(this, true);
    }

    /** The client's thread has come to it. */
    @Override
    public void run() {
        channel.submit(this);
    }
}
