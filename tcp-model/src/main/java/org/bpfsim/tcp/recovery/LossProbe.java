package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Tail loss probe (RFC 8985, section 7): when ACKs stay out for two RTTs, one segment is sent to provoke one. Here is when
 * the probe is due and what its ACK means; {@code tcp.output} sends it.
 */
public final class LossProbe {
    private static final int TIMEOUT_MIN_US = 2000;

    private LossProbe() {}

    /** Arms the retransmission timer anew, for the probe if one is possible (tcp_set_xmit_timer()). */
    public static void setXmitTimer(TcpSock sk) {
        if (!schedule(sk, true)) {
            rearmRto(sk);
        }
    }

    /**
     * Arms the timer for a probe.
     *
     * @param advancingRto whether an RTO would start from now, not from the head's transmission
     * @return whether a probe is possible
     */
    public static boolean schedule(TcpSock sk, boolean advancingRto) {
        int earlyRetrans = sk.kernel.sysctls.tcp_early_retrans;
        boolean isOn = earlyRetrans == 3 || earlyRetrans == 4;
        if (!isOn
                || sk.fastopen_rsk != null
                || sk.packets_out == 0
                || !sk.rx_opt_sack_ok
                || sk.icsk_ca_state != CaState.OPEN && sk.icsk_ca_state != CaState.CWR) {
            return false;
        }
        long timeout;
        if (sk.srtt_us != 0) {
            long us = (sk.srtt_us >>> 2) + (sk.packets_out == 1 ? sk.rtoMinUs() : TIMEOUT_MIN_US);
            timeout = sk.kernel.usToJiffies(us);
        } else {
            timeout = sk.kernel.hz; // TCP_TIMEOUT_INIT
        }
        long rtoUs = advancingRto ? sk.kernel.jiffiesToUs(sk.icsk_rto) : rtoDeltaUs(sk);
        if (rtoUs > 0) {
            timeout = Math.min(timeout, sk.kernel.usToJiffies(rtoUs));
        }
        SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_LOSS_PROBE, timeout);
        return true;
    }

    /** Restarts the retransmission timeout, or stops it if nothing is out (RFC 6298, 5.2 and 5.3). */
    public static void rearmRto(TcpSock sk) {
        if (sk.fastopen_rsk != null) {
            return; // the timer is the SYN-ACK's
        }
        if (sk.packets_out == 0) {
            SockTimers.clearXmitTimer(sk);
            return;
        }
        long rto = sk.icsk_rto;
        if (sk.icsk_pending == TcpSock.ICSK_TIME_REO_TIMEOUT || sk.icsk_pending == TcpSock.ICSK_TIME_LOSS_PROBE) {
            rto = sk.kernel.usToJiffies(Math.max(rtoDeltaUs(sk), 1));
        }
        SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, rto);
    }

    /** An ACK arrived during a probe's episode (tcp_process_tlp_ack()). */
    public static void onAck(TcpSock sk, int ack, int flag) {
        if (SeqNum.before(ack, sk.tlp_high_seq)) {
            return;
        }
        boolean isPureDupAck = (flag & (AckFlag.SND_UNA_ADVANCED | AckFlag.NOT_DUP | AckFlag.DATA_SACKED)) == 0;
        if (!sk.tlp_retrans || (flag & AckFlag.DSACK_TLP) != 0) {
            sk.tlp_high_seq = 0; // the probe was new data, or both original and probe arrived
        } else if (SeqNum.after(ack, sk.tlp_high_seq)) {
            CwndReduction.begin(sk); // the probe repaired a loss
            sk.setCaState(CaState.CWR);
            CwndReduction.end(sk);
            RecoveryState.keepOpen(sk);
            sk.kernel.mib.inc(Mib.TCP_LOSS_PROBE_RECOVERY);
        } else if (isPureDupAck) {
            sk.tlp_high_seq = 0;
        }
    }

    /** How far in the future the RTO of the oldest segment is, in microseconds; negative if it is past. */
    private static long rtoDeltaUs(TcpSock sk) {
        SkBuff head = sk.tcp_rtx_queue.head();
        long rtoUs = sk.kernel.jiffiesToUs(sk.icsk_rto);
        return head == null ? rtoUs : head.sentUs() + rtoUs - sk.tcp_mstamp;
    }
}
