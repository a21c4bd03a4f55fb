package org.bpfsim.tcp.packetdrill;

import java.util.List;
import org.bpfsim.tcp.packetdrill.script.Action;
import org.bpfsim.tcp.segment.IcmpError;
import org.bpfsim.tcp.segment.IpAddress;

/** The language's names of ICMP messages: {@code unreachable frag_needed mtu 800}. */
final class IcmpCodes {
    private static final int FRAG_NEEDED = IcmpError.FRAG_NEEDED;
    private static final List<String> UNREACHABLE = List.of(
            "net_unreachable",
            "host_unreachable",
            "protocol_unreachable",
            "port_unreachable",
            "frag_needed",
            "source_route_failed",
            "net_unknown",
            "host_unknown",
            "source_host_isolated",
            "net_prohibited",
            "host_prohibited",
            "net_unreachable_for_tos",
            "host_unreachable_for_tos",
            "packet_filtered",
            "precedence_violation",
            "precedence_cutoff");
    private static final List<String> UNREACHABLE_V6 =
            List.of("no_route", "admin_prohibited", "not_neighbour", "address_unreachable", "port_unreachable");

    private IcmpCodes() {}

    /**
     * The message about a segment of a connection.
     *
     * @param seq in the host's numbers
     * @throws IllegalArgumentException if there is no such message
     */
    static IcmpError error(Action.IcmpPacket packet, IpAddress host, IpAddress peer, Flow flow, int seq) {
        int mtu = Math.max(packet.mtu(), 0);
        if (host.isV4()) {
            int type = switch (packet.type()) {
                case "unreachable" -> IcmpError.DEST_UNREACH;
                case "source_quench" -> IcmpError.SOURCE_QUENCH;
                case "redirect" -> IcmpError.REDIRECT;
                case "time_exceeded" -> IcmpError.TIME_EXCEEDED;
                case "parameter_problem" -> IcmpError.PARAMETERPROB;
                default -> throw unknown("type " + packet.type());
            };
            int code = packet.code().isEmpty() ? 0 : code(UNREACHABLE, packet.code());
            if (mtu != 0 && code != FRAG_NEEDED) {
                throw new IllegalArgumentException("only frag_needed has an MTU");
            }
            return new IcmpError(type, code, mtu, host, peer, flow.localPort, flow.remotePort, seq);
        }
        int type = switch (packet.type()) {
            case "unreachable" -> IcmpError.V6_DEST_UNREACH;
            case "packet_too_big" -> IcmpError.V6_PKT_TOOBIG;
            case "time_exceeded" -> IcmpError.V6_TIME_EXCEED;
            case "parameter_problem" -> IcmpError.V6_PARAMPROB;
            default -> throw unknown("type " + packet.type());
        };
        int code = packet.code().isEmpty() ? 0 : code(UNREACHABLE_V6, packet.code());
        return new IcmpError(type, code, mtu, host, peer, flow.localPort, flow.remotePort, seq);
    }

    private static int code(List<String> codes, String name) {
        int code = codes.indexOf(name);
        if (code < 0) {
            throw unknown("code " + name);
        }
        return code;
    }

    private static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("ICMP " + what + " is unknown or means nothing to TCP");
    }
}
