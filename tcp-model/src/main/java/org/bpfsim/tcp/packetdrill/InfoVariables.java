package org.bpfsim.tcp.packetdrill;

import java.lang.reflect.RecordComponent;
import java.util.function.ObjLongConsumer;
import org.bpfsim.tcp.app.TcpInfo;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** What assertions know of a socket: {@link TcpInfo} by Linux's names, and Linux's constants. */
final class InfoVariables {
    private static final int OPT_TIMESTAMPS = 1;
    private static final int OPT_SACK = 2;
    private static final int OPT_WSCALE = 4;
    private static final int OPT_ECN = 8;
    private static final int OPT_ECN_SEEN = 16;
    private static final int OPT_SYN_DATA = 32;

    private InfoVariables() {}

    /** Gives the names of constants that assertions compare with. */
    static void constants(ObjLongConsumer<String> out) {
        for (int state = TcpState.ESTABLISHED; state <= TcpState.CLOSING; state++) {
            out.accept("TCP_" + TcpState.name(state), state);
        }
        String[] caStates = {"Open", "Disorder", "CWR", "Recovery", "Loss"};
        for (int i = 0; i < caStates.length; i++) {
            out.accept("TCP_CA_" + caStates[i], i);
        }
        out.accept("TCPI_OPT_TIMESTAMPS", OPT_TIMESTAMPS);
        out.accept("TCPI_OPT_SACK", OPT_SACK);
        out.accept("TCPI_OPT_WSCALE", OPT_WSCALE);
        out.accept("TCPI_OPT_ECN", OPT_ECN);
        out.accept("TCPI_OPT_ECN_SEEN", OPT_ECN_SEEN);
        out.accept("TCPI_OPT_SYN_DATA", OPT_SYN_DATA);
    }

    /** Gives all fields that the stack keeps: those of {@link TcpInfo}, and what only assertions ask for. */
    static void fields(TcpSock sk, ObjLongConsumer<String> out) {
        TcpInfo info = TcpInfo.of(sk);
        for (RecordComponent field : TcpInfo.class.getRecordComponents()) {
            out.accept("tcpi_" + field.getName(), value(field, info));
        }
        HostKernel kernel = sk.kernel;
        int now = kernel.jiffies();
        out.accept("tcpi_options", options(sk));
        out.accept("tcpi_fastopen_client_fail", sk.fastopen_client_fail);
        out.accept("tcpi_ato", kernel.jiffiesToUs(sk.icsk_ack_ato));
        out.accept("tcpi_fackets", 0);
        out.accept("tcpi_last_data_sent", millis(kernel, now - sk.lsndtime));
        out.accept("tcpi_last_data_recv", millis(kernel, now - sk.icsk_ack_lrcvtime));
        out.accept("tcpi_last_ack_recv", millis(kernel, now - sk.rcv_tstamp));
        out.accept("tcpi_pmtu", sk.icsk_pmtu_cookie);
        out.accept("tcpi_rehash", sk.timeout_rehash);
        out.accept("tcpi_total_rto_recoveries", sk.total_rto_recoveries);
        out.accept("tcpi_total_rto_time", sk.total_rto_time);
    }

    /** An int stands for Linux's u32. */
    private static long value(RecordComponent field, TcpInfo info) {
        try {
            Number value = (Number) field.getAccessor().invoke(info);
            return value instanceof Integer i ? Integer.toUnsignedLong(i) : value.longValue();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("cannot read " + field, e);
        }
    }

    private static long millis(HostKernel kernel, int jiffies) {
        return kernel.jiffiesToUs(Integer.toUnsignedLong(jiffies)) / 1000;
    }

    private static int options(TcpSock sk) {
        int options = sk.rx_opt_tstamp_ok ? OPT_TIMESTAMPS : 0;
        options |= sk.rx_opt_sack_ok ? OPT_SACK : 0;
        options |= sk.rx_opt_wscale_ok ? OPT_WSCALE : 0;
        options |= (sk.ecn_flags & TcpSock.TCP_ECN_OK) != 0 ? OPT_ECN : 0;
        options |= (sk.ecn_flags & TcpSock.TCP_ECN_SEEN) != 0 ? OPT_ECN_SEEN : 0;
        options |= sk.syn_data_acked ? OPT_SYN_DATA : 0;
        return options;
    }
}
