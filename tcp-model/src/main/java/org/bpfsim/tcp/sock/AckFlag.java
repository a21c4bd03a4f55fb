package org.bpfsim.tcp.sock;

/**
 * What an ACK has brought, as bits: the argument {@code flag} of {@code cong_control} (6.12, net/ipv4/tcp_input.c).
 */
public final class AckFlag {
    public static final int DATA = 0x01;
    public static final int WIN_UPDATE = 0x02;
    public static final int DATA_ACKED = 0x04;
    public static final int RETRANS_DATA_ACKED = 0x08;
    public static final int SYN_ACKED = 0x10;
    public static final int DATA_SACKED = 0x20;
    public static final int ECE = 0x40;
    public static final int LOST_RETRANS = 0x80;
    public static final int SLOWPATH = 0x100;
    public static final int ORIG_SACK_ACKED = 0x200;
    public static final int SND_UNA_ADVANCED = 0x400;
    public static final int DSACKING_ACK = 0x800;
    public static final int SET_XMIT_TIMER = 0x1000;
    public static final int SACK_RENEGING = 0x2000;
    public static final int UPDATE_TS_RECENT = 0x4000;
    public static final int NO_CHALLENGE_ACK = 0x8000;
    public static final int ACK_MAYBE_DELAYED = 0x10000;
    public static final int DSACK_TLP = 0x20000;

    public static final int ACKED = DATA_ACKED | SYN_ACKED;
    public static final int NOT_DUP = DATA | WIN_UPDATE | ACKED;
    public static final int CA_ALERT = DATA_SACKED | ECE | DSACKING_ACK;
    public static final int FORWARD_PROGRESS = ACKED | DATA_SACKED;

    private AckFlag() {}
}
