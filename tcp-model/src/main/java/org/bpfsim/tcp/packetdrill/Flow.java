package org.bpfsim.tcp.packetdrill;

import java.util.HashMap;
import java.util.Map;
import org.bpfsim.tcp.packetdrill.socket.SocketFile;

/**
 * A connection of a script. Sequence numbers of a script are absolute in SYNs and otherwise count from the initial one;
 * time stamps are the script's own. Numbers of the other end are the script's, so only the host's are translated.
 */
final class Flow {
    /** How far the connection has come, as the script sees it. */
    enum State {
        /** A socket without a connection. */
        NEW,
        LISTENING,
        CONNECTING,
        /** An injected packet has made the connection, nothing has answered. */
        PASSIVE,
        OPEN
    }

    State state = State.NEW;
    /** The socket; null for a connection that nobody has accepted. */
    SocketFile file;
    /** The other end's port, and the host's; 0 while unknown. */
    int remotePort;

    int localPort;
    private int scriptLocalIsn;
    private int liveLocalIsn;
    private int remoteIsn;
    private final Map<Integer, Integer> liveTsByScript = new HashMap<>();
    private boolean hasTs;
    private int firstScriptTs;
    private int firstLiveTs;

    void setLocalIsn(int script, int live) {
        scriptLocalIsn = script;
        liveLocalIsn = live;
    }

    void setRemoteIsn(int isn) {
        remoteIsn = isn;
    }

    /** What to add to the host's numbers to get the script's. */
    int localOffset(boolean isSyn) {
        return isSyn ? scriptLocalIsn - liveLocalIsn : -liveLocalIsn;
    }

    /** What to add to the other end's numbers on the wire to get the script's. */
    int remoteOffset(boolean isSyn) {
        return isSyn ? 0 : -remoteIsn;
    }

    /** Notes which time stamp of the host stands for one of the script. */
    void pairTimestamps(int script, int live) {
        if (!hasTs) {
            hasTs = true;
            firstScriptTs = script;
            firstLiveTs = live;
        }
        liveTsByScript.put(script, live);
    }

    /** The host's time stamp in the script's numbers. */
    int scriptTs(int live) {
        return hasTs ? firstScriptTs + (live - firstLiveTs) : live;
    }

    /** The host's time stamp that a script's echo means, or null if there was none. */
    Integer liveTs(int script, boolean scaled) {
        Integer live = liveTsByScript.get(script);
        return live == null && scaled && hasTs ? (Integer) (script - firstScriptTs + firstLiveTs) : live;
    }
}
