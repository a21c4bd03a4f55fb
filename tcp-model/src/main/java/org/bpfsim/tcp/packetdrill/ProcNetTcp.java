package org.bpfsim.tcp.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bpfsim.tcp.packetdrill.socket.SocketFile;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** Sockets as /proc/net/tcp shows them: addresses, ports and states in hexadecimal (6.12, get_tcp4_sock()). */
final class ProcNetTcp {
    private ProcNetTcp() {}

    static List<String> lines(List<SocketFile> files) {
        List<String> lines = new ArrayList<>();
        for (SocketFile file : files) {
            TcpSock sk = file.tcp();
            if (sk.skc_state != TcpState.CLOSE) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%4d: %s:%04X %s:%04X %02X ",
                        lines.size(),
                        hex(sk.saddr),
                        sk.skc_num,
                        hex(sk.daddr),
                        sk.skc_dport,
                        sk.skc_state));
            }
        }
        return lines;
    }

    private static String hex(IpAddress address) {
        int bits = address == null ? 0 : Integer.reverseBytes(address.word(3));
        return String.format(Locale.ROOT, "%08X", bits);
    }
}
