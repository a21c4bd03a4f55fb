package org.bpfsim.tcp.cong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DctcpTest {
    private final Bench b = new Bench("dctcp", true);

    /** One observation window of 100 segments goes by, {@code marked} of them marked. */
    private void window(int marked) {
        b.sk.delivered += 100;
        b.sk.delivered_ce += marked;
        b.sk.snd_una = b.sk.snd_nxt;
        b.sk.snd_nxt += 100;
        b.cc().in_ack_event(b.sk, 0);
    }

    private int alpha() {
        String info = b.cc().get_info(b.sk);
        return Integer.parseInt(info.substring(info.indexOf("alpha:") + 6, info.length() - 1));
    }

    @Nested
    class Rfc8257_3_3_Sender {
        @ParameterizedTest(name = "{0} of 100 segments marked")
        @CsvSource({"0", "5", "25", "50", "100"})
        void alphaFollowsTheMovingAverage(int marked) {
            double expected = 1;
            for (int i = 0; i < 200; i++) {
                window(marked);
                expected = expected * (1 - 1 / 16.0) + marked / 100.0 / 16.0;
                // Integer division loses up to one unit a step, which the average multiplies by at most 16.
                assertThat(alpha() / 1024.0).isCloseTo(expected, within(17 / 1024.0));
            }
        }

        @Test
        void alphaIsUpdatedOncePerWindowOfData() {
            b.sk.snd_nxt = 1000;
            b.cc().in_ack_event(b.sk, 0);
            int before = alpha();
            b.sk.snd_una = 999;
            b.cc().in_ack_event(b.sk, 0);
            assertThat(alpha()).isEqualTo(before);
            b.sk.snd_una = 1000;
            b.cc().in_ack_event(b.sk, 0);
            assertThat(alpha()).isLessThan(before);
        }

        @Test
        void windowIsReducedByHalfOfAlpha() {
            for (int i = 0; i < 300; i++) {
                window(25);
            }
            int alpha = alpha();
            b.sk.snd_cwnd = 1000;
            assertThat(b.cc().ssthresh(b.sk)).isEqualTo(1000 - 1000 * alpha / 2048);
        }

        @Test
        void firstMarkHalvesTheWindowForAlphaBeginsAtOne() {
            b.sk.snd_cwnd = 100;
            assertThat(b.cc().ssthresh(b.sk)).isEqualTo(50);
        }
    }

    @Test
    void rfc8257_4_2_alphaCanReachZero() {
        for (int i = 0; i < 200; i++) {
            window(0);
        }
        assertThat(alpha()).isZero();
        assertThat(Dctcp.nextAlpha(15, 100, 0)).isZero();
        assertThat(Dctcp.nextAlpha(1024, 100, 100)).isEqualTo(1024);
    }

    @Nested
    class Rfc8257_3_2_ReceiverEchoesEveryChange {
        @Test
        void pendingAckLeavesWithTheOldStateWhenMarksBegin() {
            b.sk.rcv_nxt = 1000;
            b.cc().cwnd_event(b.sk, CaEvent.ECN_NO_CE);
            b.sk.rcv_nxt = 2000;
            b.sk.icsk_ack_pending = TcpSock.ICSK_ACK_TIMER;
            b.cc().cwnd_event(b.sk, CaEvent.ECN_IS_CE);
            assertThat(b.acks).hasToString("1000;");
            assertThat(b.sk.icsk_ack_pending & TcpSock.ICSK_ACK_NOW).isNotZero();
            assertThat(b.sk.ecn_flags & TcpSock.TCP_ECN_DEMAND_CWR).isNotZero();
        }

        @Test
        void pendingAckLeavesWithEceWhenMarksEnd() {
            b.sk.rcv_nxt = 1000;
            b.cc().cwnd_event(b.sk, CaEvent.ECN_IS_CE);
            b.sk.rcv_nxt = 2000;
            b.sk.icsk_ack_pending = TcpSock.ICSK_ACK_TIMER;
            b.cc().cwnd_event(b.sk, CaEvent.ECN_NO_CE);
            assertThat(b.acks).hasToString("1000 ECE;");
            assertThat(b.sk.ecn_flags & TcpSock.TCP_ECN_DEMAND_CWR).isZero();
        }

        @Test
        void nothingIsForcedWhileTheMarkStaysTheSame() {
            b.cc().cwnd_event(b.sk, CaEvent.ECN_IS_CE);
            b.sk.icsk_ack_pending = TcpSock.ICSK_ACK_TIMER;
            b.cc().cwnd_event(b.sk, CaEvent.ECN_IS_CE);
            assertThat(b.acks).isEmpty();
            assertThat(b.sk.icsk_ack_pending & TcpSock.ICSK_ACK_NOW).isZero();
        }

        @Test
        void changeWithoutAPendingAckSendsNoneForTheOldState() {
            b.cc().cwnd_event(b.sk, CaEvent.ECN_IS_CE);
            assertThat(b.acks).isEmpty();
            assertThat(b.sk.icsk_ack_pending & TcpSock.ICSK_ACK_NOW).isNotZero();
        }
    }

    @Nested
    class Rfc8257_3_5_Loss {
        @Test
        void fastRecoveryHalvesWhateverAlphaSays() {
            for (int i = 0; i < 200; i++) {
                window(0);
            }
            b.sk.snd_cwnd = 100;
            b.cc().set_state(b.sk, CaState.RECOVERY);
            assertThat(b.sk.snd_ssthresh).isEqualTo(50);
        }

        @Test
        void timeoutHalvesOnTheLossEventAndNotAgainOnTheState() {
            b.sk.snd_cwnd = 100;
            b.cc().cwnd_event(b.sk, CaEvent.LOSS);
            b.sk.snd_cwnd = 1;
            b.cc().set_state(b.sk, CaState.LOSS);
            assertThat(b.sk.snd_ssthresh).isEqualTo(50);
            assertThat(b.cc().undo_cwnd(b.sk)).isEqualTo(100);
        }
    }

    @Test
    void connectionWithoutEcnFallsBackToReno() {
        Bench plain = new Bench("dctcp", false);
        assertThat(plain.cc().name()).isEqualTo("dctcp-reno");
        assertThat(plain.sk.tos & 3).isZero();
        plain.round(100);
        assertThat(plain.sk.snd_cwnd).isEqualTo(20);
    }

    @Test
    void connectionWithEcnIsMarkedEct0() {
        assertThat(b.sk.tos & 3).isEqualTo(2);
    }
}
