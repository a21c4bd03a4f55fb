package org.bpfsim.tcp.packetdrill.script;

import java.util.List;

/** What an event does. */
public sealed interface Action {
    /** Reads actions, each kind its own way. */
    interface Cases {
        void tcpPacket(TcpPacket packet);

        void icmpPacket(IcmpPacket packet);

        void systemCall(SystemCall call);

        void shell(Shell command);

        void code(Code code);
    }

    void match(Cases cases);

    /**
     * A TCP packet, injected or expected. Sequence numbers are those of the script.
     *
     * @param flags as in the TCP header; AE is bit 8
     * @param ace whether ECE, CWR and AE were written as a number (AccECN's counter)
     * @param window as in the header, or -1 if it is not checked
     * @param options null if they are not checked
     */
    record TcpPacket(
            boolean inbound,
            IpInfo ip,
            int srcPort,
            int dstPort,
            int flags,
            boolean ace,
            int seq,
            int length,
            int ack,
            int window,
            int urgent,
            List<TcpOption> options)
            implements Action {
        public TcpPacket {
            options = options == null ? null : List.copyOf(options);
        }

        @Override
        public void match(Cases cases) {
            cases.tcpPacket(this);
        }
    }

    /**
     * What a packet says of the IP header.
     *
     * @param tosMask which bits of the TOS byte are given; 0 if none
     * @param ect01 either ECT(0) or ECT(1) is right
     */
    record IpInfo(int tosMask, int tos, boolean ect01) {
        public static final IpInfo NONE = new IpInfo(0, 0, false);
    }

    /**
     * An ICMP message about a TCP segment.
     *
     * @param type for example {@code unreachable}
     * @param code for example {@code frag_needed}, or {@code ""}
     * @param mtu next hop's MTU, or -1
     * @param hasSeq whether the message quotes a segment of the script
     */
    record IcmpPacket(boolean inbound, String type, String code, int mtu, boolean hasSeq, int seq, int length)
            implements Action {
        @Override
        public void match(Cases cases) {
            cases.icmpPacket(this);
        }
    }

    /**
     * A system call.
     *
     * @param endUs when a call that blocks returns (relative as the event's time is), or -1
     * @param errno name of the error expected, or null
     */
    record SystemCall(long endUs, String name, List<Expression> arguments, Expression result, String errno)
            implements Action {
        public SystemCall {
            arguments = List.copyOf(arguments);
        }

        /** Whether the script says that the call blocks. */
        public boolean blocks() {
            return endUs >= 0;
        }

        @Override
        public void match(Cases cases) {
            cases.systemCall(this);
        }
    }

    /** Shell lines. */
    record Shell(String text, int line) implements Action {
        @Override
        public void match(Cases cases) {
            cases.shell(this);
        }
    }

    /** Assertions in Python. */
    record Code(String text) implements Action {
        @Override
        public void match(Cases cases) {
            cases.code(this);
        }
    }
}
