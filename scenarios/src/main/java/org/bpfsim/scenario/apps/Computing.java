package org.bpfsim.scenario.apps;

import org.bpfsim.tcp.rpc.RpcServer;

/** Works as long as a request says, then answers it; for one connection. */
final class Computing implements RpcServer.Service, Runnable {
    private final Accounts accounts;
    private final int arm;
    private RpcServer serving;

    Computing(Accounts accounts, int arm) {
        this.accounts = accounts;
        this.arm = arm;
    }

    @Override
    public void serve(RpcServer connection) {
        if (connection.workNs() == 0) {
            connection.answer();
        } else {
            serving = connection;
            connection.socket().task().compute(connection.workNs(), this);
        }
    }

    /** The work is done. */
    @Override
    public void run() {
        serving.answer();
    }

    @Override
    public void read(RpcServer connection, long bytes) {
        accounts.read(arm, bytes);
    }
}
