package org.bpfsim.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.program.TestKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values as users write them. The bytes of {@code shapes} are those that bpftool prints in src/test/dump/shapes.txt. */
class ValueBytesTest {
    private final BpfObject object;

    ValueBytesTest() throws BpfLoadException {
        object = BpfObject.open(TestKernel.bytes("dump.bpf.o"), "dump.bpf.o");
    }

    private String value(String map, Object value) {
        MapDefinition definition = object.maps().stream()
                .filter(m -> m.name().equals(map))
                .findFirst()
                .orElseThrow();
        return HexFormat.of()
                .formatHex(ValueBytes.of(object.btf(), definition.valueType(), definition.valueBytes(), value));
    }

    @Test
    void structsAreWrittenMemberByMember() {
        Map<String, Object> shape = Map.of(
                "name", "hi",
                "raw", "hex 00 41 01 42",
                "color", "GREEN",
                "set", "true",
                "tiny", "-2",
                "low", "5",
                "high", "0x246",
                "points", List.of(Map.of("x", "1", "y", "2"), Map.of("x", "-1", "y", "-2")),
                "number", "0x0807060504030201",
                "negative", "-5");

        assertThat(value("shapes", shape))
                .startsWith("6869000000000000" + "00410142" + "07000000" + "01fe3512")
                .contains("01000200fffffeff" + "00000000" + "0102030405060708" + "fbffffffffffffff")
                .endsWith("0000000000000000" + "000000" + "0000000000");
    }

    @Test
    void membersOfAnonymousUnionsCountAsTheStructsOwn() {
        assertThat(value("shapes", Map.of("halves", List.of("1", "2")))).contains("0100000002000000");
    }

    @Test
    void bytesMayBeGivenForAnything() {
        assertThat(value("colors", "hex 07 00 00 00")).isEqualTo("07000000");
        assertThat(value("narrow", "hex 0x00 01 02 03 04 05 06 07 08 9")).isEqualTo("00010203040506070809");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "colors | BLUE | enum color has no \"BLUE\"; it has RED, GREEN",
                "colors | hex 07 | it has 4 bytes, and \"hex 07\" is 1",
                "colors | hex 07 00 zz 00 | \"zz\" is no byte in hexadecimal",
                "shapes | 7 | it is a struct: write a mapping of name, raw, color",
                "narrow | 7 | the object does not tell the type of these 10 bytes",
                "waiting | 4294967296 | 4294967296 is not from 0 to 4294967295, the range of unsigned int",
                "waiting | -1 | -1 is not from 0 to 4294967295",
                "waiting | ten | \"ten\" is no integer, which unsigned int wants"
            })
    void whatDoesNotFitIsNamed(String map, String text, String message) {
        assertThatThrownBy(() -> value(map, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void theWayToAMemberIsInTheMessage() {
        assertThatThrownBy(() -> value("shapes", Map.of("points", List.of(Map.of(), Map.of("y", "40000")))))
                .hasMessageStartingWith(".points[1].y: 40000 is not from -32768 to 32767");
        assertThatThrownBy(() -> value("shapes", Map.of("low", "8"))).hasMessage(".low: 8 does not fit into 3 bits");
        assertThatThrownBy(() -> value("shapes", Map.of("next", "1")))
                .hasMessage(".next: a pointer, a float or a function cannot be set");
    }

    @Test
    void variablesChangeTheObjectBeforeItIsLoaded() {
        BpfObject changed = object.withVariables(Map.of("origin", Map.of("y", "7"), "total", "9"));

        assertThat(contents(changed, ".data")).isEqualTo("00000700");
        assertThat(contents(object, ".data")).isEqualTo("0100feff");
        assertThat(contents(changed, ".bss")).isEqualTo("0900000000000000");
        assertThatThrownBy(() -> object.withVariables(Map.of("nothing", "1")))
                .hasMessageContaining("there is no global variable nothing; there are: ");
        assertThatThrownBy(() -> object.withVariables(Map.of("origin", Map.of("z", "1"))))
                .hasMessage("variable origin: struct point has no member z; it has x, y");
    }

    private static String contents(BpfObject of, String section) {
        return HexFormat.of()
                .formatHex(of.maps().stream()
                        .filter(m -> m.name().equals(section))
                        .findFirst()
                        .orElseThrow()
                        .data()
                        .orElseThrow());
    }
}
