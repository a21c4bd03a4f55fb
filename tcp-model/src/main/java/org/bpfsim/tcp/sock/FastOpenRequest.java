package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.FastOpenCookie;

/** A connect with data that is under way (Linux: struct tcp_fastopen_request). */
public final class FastOpenRequest {
    /** What the SYN carries: a cookie, the request for one, or null for no option. */
    public FastOpenCookie cookie = FastOpenCookie.request(false);
    /** Bytes that the application wants to send. */
    public final long size;
    /** How many of them the SYN has taken. */
    public int copied;

    public FastOpenRequest(long size) {
        this.size = size;
    }
}
