package org.bpfsim.tcp.packetdrill.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptParserTest {
    private static Action action(String event) {
        return Script.parse(event, Map.of()).events().get(0).action();
    }

    private static Action.TcpPacket packet(String event) {
        return (Action.TcpPacket) action(event);
    }

    private static Action.SystemCall call(String event) {
        return (Action.SystemCall) action(event);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "1.5 > . 1:1(0) ack 1; ABSOLUTE; 1500000; 1500000",
                "+.010 > . 1:1(0) ack 1; RELATIVE; 10000; 10000",
                "1~2 > . 1:1(0) ack 1; ABSOLUTE_RANGE; 1000000; 2000000",
                "+1~+2.5 > . 1:1(0) ack 1; RELATIVE_RANGE; 1000000; 2500000",
                "* > . 1:1(0) ack 1; ANY; 0; 0"
            })
    void timesAreRead(String event, When.Kind kind, long startUs, long endUs) {
        assertThat(Script.parse(event, Map.of()).events().get(0).when()).isEqualTo(new When(kind, startUs, endUs));
    }

    @Test
    void endOfBlockingCallIsRead() {
        assertThat(call("+0...0.25 accept(3, ..., ...) = 4").endUs()).isEqualTo(250_000);
        assertThat(call("0 accept(3, ..., ...) = 4").blocks()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"S, 0x02", "S., 0x12", "FP., 0x19", "SEW, 0xc2", "R, 0x04", "., 0x10", "-, 0", ".5, 0x150", "P.2, 0x98"
    })
    void flagsAreRead(String flags, String expected) {
        assertThat(packet("0 > " + flags + " 0:0(0)").flags()).isEqualTo(Integer.decode(expected));
    }

    @Test
    void packetIsReadWhole() {
        Action.TcpPacket p = packet("0 < [ce] 5 > 80 P. 1:1001(1000) ack 7 win 32792 urg 3 <nop,nop,TS val 9 ecr 8>");
        assertThat(p.inbound()).isTrue();
        assertThat(List.of(p.srcPort(), p.dstPort(), p.seq(), p.length(), p.ack(), p.window(), p.urgent()))
                .containsExactly(5, 80, 1, 1000, 7, 32792, 3);
        assertThat(p.ip().tos()).isEqualTo(3);
        assertThat(TcpOption.show(p.options())).isEqualTo("nop,nop,TS val 9 ecr 8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mss 1460,nop,nop,sackOK,nop,wscale 8",
                "sack 1:2 4294967290:4294967295,nop,nop",
                "FO 0102030405060708,nop,nop",
                "FO,nop,nop",
                "FOEXP 0102030405060708",
                "md5 000102030405060708090a0b0c0d0e0f,nop,nop",
                "eol,eol,eol,eol"
            })
    void optionsAreShownAsTheyWereWritten(String options) {
        assertThat(TcpOption.show(packet("0 > . 1:1(0) ack 1 <" + options + ">").options()))
                .isEqualTo(options);
    }

    @Test
    void absentOptionsDifferFromUncheckedOnes() {
        assertThat(packet("0 > . 1:1(0) ack 1").options()).isEmpty();
        assertThat(packet("0 > . 1:1(0) ack 1 <...>").options()).isNull();
    }

    @Test
    void structuresListsAndNamesAreRead() {
        Action.SystemCall c = call(
                "0 recvmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 20}, {..., 5}],"
                        + " msg_flags=MSG_TRUNC|MSG_ERRQUEUE, msg_control=[]}, 0) = -1 EAGAIN (Resource temporarily unavailable)");
        Expression.Struct message = (Expression.Struct) c.arguments().get(1);
        assertThat(message.fields()).containsOnlyKeys("msg_name", "msg_iov", "msg_flags", "msg_control");
        assertThat(message.fields().get("msg_flags")).hasToString("MSG_TRUNC|MSG_ERRQUEUE");
        assertThat(c.errno()).isEqualTo("EAGAIN");
    }

    @Test
    void optionsInitAndCleanupAreRead() {
        Script s = Script.parse(
                "--tolerance_usecs=10000 --local_ip=fd00::1\n`init`\n0 close(3) = 0\n// the end\n`cleanup`", Map.of());
        assertThat(s.options()).containsEntry("tolerance_usecs", "10000").containsEntry("local_ip", "fd00::1");
        assertThat(s.init().text()).isEqualTo("init");
        assertThat(s.cleanup().line()).isEqualTo(5);
    }

    @Test
    void definedNamesAreReplaced() {
        Script s = Script.parse("0 setsockopt(3, LEVEL, 1, [1], 4) = 0", Map.of("LEVEL", "SOL_IP"));
        assertThat(((Action.SystemCall) s.events().get(0).action()).arguments().get(1))
                .hasToString("SOL_IP");
    }

    @Test
    void commentsKeepLineNumbersRight() {
        Script s =
                Script.parse("/* one\n two */ // three\n0 close(3) = 0\n\n+0 %{ a = 1\n}%\n+0 close(4) = 0", Map.of());
        assertThat(s.events()).extracting(Event::line).containsExactly(3, 5, 7);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "0 > S 0:0(0) <mss 70000,nop>; mss 70000 is out of range, use 0 to 65535",
                "0 > S 0:0(0) <mss 1460,nop>; TCP options are 5 bytes, pad them with nop to a multiple of 4",
                "0 > . 1:5(3) ack 1; sequence numbers and payload size do not agree",
                "0 < . 1:1(0) ack 1; a packet that is injected needs a window: win N",
                "0 > Q 1:1(0); \"Q\" is not a row of TCP flags (FSRP.UEWA)",
                "* close(3) = 0; a range or * is only for the time of packets that the stack sends",
                "2~1 > . 1:1(0); the time range is backwards",
                "0 > udp (10); packets of kind \"udp\" are not modelled, only TCP and ICMP",
                "0 close(3; expected \")\" but found the end of the script",
                "0 `ls; what begins with ` here does not end",
                "--x; the script has no events"
            })
    void mistakesAreSaidWithTheirLine(String event, String message) {
        ScriptException e = catchThrowableOfType(ScriptException.class, () -> Script.parse("\n" + event, Map.of()));
        assertThat(e).hasMessage(message);
        assertThat(e.line()).isEqualTo(2);
    }
}
