package org.bpfsim.tcp.psock;

import org.bpfsim.tcp.sock.Psock;
import org.bpfsim.tcp.sock.TcpSock;

/** Puts a {@link Psock} before sockets that are put into sockmaps, and takes it away again. */
public final class Psocks implements Psock.Factory {
    @Override
    public void linksChanged(TcpSock sk) {
        if (sk.socketLinks().isInMap()) {
            if (sk.psock == null) {
                sk.psock = new SkPsock(sk);
            }
            ((SkPsock) sk.psock).update();
        } else if (sk.psock != null) {
            ((SkPsock) sk.psock).leave();
        }
    }
}
