package org.bpfsim.tcp.sock;

/** A host's counters, named as {@code nstat} prints them (6.12, net/ipv4/proc.c). */
public enum Mib {
    // Those that nearly every segment counts come first, to share cache lines.
    TCP_IN_SEGS("TcpInSegs"),
    TCP_OUT_SEGS("TcpOutSegs"),
    IN_NO_ECT_PKTS("IpExtInNoECTPkts"),
    IN_ECT0_PKTS("IpExtInECT0Pkts"),
    IN_CE_PKTS("IpExtInCEPkts"),
    TCP_HP_HITS("TcpExtTCPHPHits"),
    TCP_HP_ACKS("TcpExtTCPHPAcks"),
    TCP_PURE_ACKS("TcpExtTCPPureAcks"),
    TCP_ORIG_DATA_SENT("TcpExtTCPOrigDataSent"),
    TCP_DELIVERED("TcpExtTCPDelivered"),
    TCP_DELIVERED_CE("TcpExtTCPDeliveredCE"),
    TCP_ACTIVE_OPENS("TcpActiveOpens"),
    TCP_PASSIVE_OPENS("TcpPassiveOpens"),
    TCP_ATTEMPT_FAILS("TcpAttemptFails"),
    TCP_ESTAB_RESETS("TcpEstabResets"),
    TCP_CURR_ESTAB("TcpCurrEstab"),
    TCP_RETRANS_SEGS("TcpRetransSegs"),
    TCP_OUT_RSTS("TcpOutRsts"),
    TIME_WAITED("TcpExtTW"),
    DELAYED_ACKS("TcpExtDelayedACKs"),
    DELAYED_ACK_LOST("TcpExtDelayedACKLost"),
    LISTEN_DROPS("TcpExtListenDrops"),
    TCP_SACK_RECOVERY("TcpExtTCPSackRecovery"),
    TCP_RENO_RECOVERY("TcpExtTCPRenoRecovery"),
    TCP_SACK_RENEGING("TcpExtTCPSACKReneging"),
    TCP_SACK_REORDER("TcpExtTCPSACKReorder"),
    TCP_RENO_REORDER("TcpExtTCPRenoReorder"),
    TCP_TS_REORDER("TcpExtTCPTSReorder"),
    TCP_FULL_UNDO("TcpExtTCPFullUndo"),
    TCP_PARTIAL_UNDO("TcpExtTCPPartialUndo"),
    TCP_DSACK_UNDO("TcpExtTCPDSACKUndo"),
    TCP_LOSS_UNDO("TcpExtTCPLossUndo"),
    TCP_LOST_RETRANSMIT("TcpExtTCPLostRetransmit"),
    TCP_SACK_FAILURES("TcpExtTCPSackFailures"),
    TCP_LOSS_FAILURES("TcpExtTCPLossFailures"),
    TCP_FAST_RETRANS("TcpExtTCPFastRetrans"),
    TCP_SLOW_START_RETRANS("TcpExtTCPSlowStartRetrans"),
    TCP_TIMEOUTS("TcpExtTCPTimeouts"),
    TCP_SPURIOUS_RTOS("TcpExtTCPSpuriousRTOs"),
    TCP_LOSS_PROBES("TcpExtTCPLossProbes"),
    TCP_LOSS_PROBE_RECOVERY("TcpExtTCPLossProbeRecovery"),
    TCP_SACK_RECOVERY_FAIL("TcpExtTCPSackRecoveryFail"),
    TCP_RCV_COLLAPSED("TcpExtTCPRcvCollapsed"),
    TCP_BACKLOG_DROP("TcpExtTCPBacklogDrop"),
    TCP_DSACK_OLD_SENT("TcpExtTCPDSACKOldSent"),
    TCP_DSACK_OFO_SENT("TcpExtTCPDSACKOfoSent"),
    TCP_DSACK_RECV("TcpExtTCPDSACKRecv"),
    TCP_DSACK_OFO_RECV("TcpExtTCPDSACKOfoRecv"),
    TCP_DSACK_IGNORED_NO_UNDO("TcpExtTCPDSACKIgnoredNoUndo"),
    TCP_AUTO_CORKING("TcpExtTCPAutoCorking"),
    TCP_SPURIOUS_RTX_HOSTQUEUES("TcpExtTCPSpuriousRtxHostQueues"),
    TCP_ABORT_ON_DATA("TcpExtTCPAbortOnData"),
    TCP_ABORT_ON_CLOSE("TcpExtTCPAbortOnClose"),
    TCP_ABORT_ON_TIMEOUT("TcpExtTCPAbortOnTimeout"),
    TCP_OFO_QUEUE("TcpExtTCPOFOQueue"),
    TCP_OFO_DROP("TcpExtTCPOFODrop"),
    TCP_OFO_MERGE("TcpExtTCPOFOMerge"),
    TCP_RCVQ_DROP("TcpExtTCPRcvQDrop"),
    TCP_CHALLENGE_ACK("TcpExtTCPChallengeACK"),
    TCP_SYN_CHALLENGE("TcpExtTCPSYNChallenge"),
    PAWS_ESTAB("TcpExtPAWSEstab"),
    TCP_FROM_ZERO_WINDOW_ADV("TcpExtTCPFromZeroWindowAdv"),
    TCP_TO_ZERO_WINDOW_ADV("TcpExtTCPToZeroWindowAdv"),
    TCP_WANT_ZERO_WINDOW_ADV("TcpExtTCPWantZeroWindowAdv"),
    TCP_ZERO_WINDOW_DROP("TcpExtTCPZeroWindowDrop"),
    TCP_WIN_PROBE("TcpExtTCPWinProbe"),
    TCP_KEEP_ALIVE("TcpExtTCPKeepAlive"),
    TCP_ACK_COMPRESSED("TcpExtTCPAckCompressed"),
    TCP_SYN_RETRANS("TcpExtTCPSynRetrans"),
    TCP_FASTOPEN_ACTIVE("TcpExtTCPFastOpenActive"),
    TCP_FASTOPEN_ACTIVE_FAIL("TcpExtTCPFastOpenActiveFail"),
    TCP_FASTOPEN_PASSIVE("TcpExtTCPFastOpenPassive"),
    TCP_FASTOPEN_PASSIVE_FAIL("TcpExtTCPFastOpenPassiveFail"),
    TCP_FASTOPEN_LISTEN_OVERFLOW("TcpExtTCPFastOpenListenOverflow"),
    TCP_FASTOPEN_COOKIE_REQD("TcpExtTCPFastOpenCookieReqd"),
    TCP_FASTOPEN_BLACKHOLE("TcpExtTCPFastOpenBlackhole"),
    TCP_FASTOPEN_PASSIVE_ALT_KEY("TcpExtTCPFastOpenPassiveAltKey"),
    OUT_OF_WINDOW_ICMPS("TcpExtOutOfWindowIcmps"),
    ICMP_IN_ERRORS("IcmpInErrors"),
    TCP_ABORT_ON_LINGER("TcpExtTCPAbortOnLinger"),
    LISTEN_OVERFLOWS("TcpExtListenOverflows"),
    EMBRYONIC_RSTS("TcpExtEmbryonicRsts"),
    TCP_DEFER_ACCEPT_DROP("TcpExtTCPDeferAcceptDrop"),
    TCP_REQ_Q_FULL_DO_COOKIES("TcpExtTCPReqQFullDoCookies"),
    TCP_REQ_Q_FULL_DROP("TcpExtTCPReqQFullDrop"),
    SYNCOOKIES_SENT("TcpExtSyncookiesSent"),
    SYNCOOKIES_RECV("TcpExtSyncookiesRecv"),
    SYNCOOKIES_FAILED("TcpExtSyncookiesFailed"),
    TCP_MTUP_FAIL("TcpExtTCPMTUPFail"),
    TCP_MTUP_SUCCESS("TcpExtTCPMTUPSuccess"),
    IN_ECT1_PKTS("IpExtInECT1Pkts");

    private final String nstatName;

    Mib(String nstatName) {
        this.nstatName = nstatName;
    }

    /** For example {@code TcpExtTCPTimeouts}. */
    public String nstatName() {
        return nstatName;
    }

    /** The counters of one host. */
    public static final class Counters {
        private final long[] count = new long[values().length];

        public void inc(Mib counter) {
            count[counter.ordinal()]++;
        }

        public void add(Mib counter, long n) {
            count[counter.ordinal()] += n;
        }

        public long get(Mib counter) {
            return count[counter.ordinal()];
        }
    }
}
