package org.bpfsim.bpf.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in src/test/dump are what bpftool 7.1 printed of the same maps with the same contents on Linux. */
class MapDumpTest {
    private static final Map<String, String> CONTENTS = new LinkedHashMap<>();

    static {
        CONTENTS.put(
                "shapes 00000000",
                "6869000000000000410142000700000001fe35121500000001000200fffffeff"
                        + "0102030405060708fbffffffffffffff10000000000000000102030000000000");
        CONTENTS.put("colors 0100ffff", "07000000");
        CONTENTS.put("wide 01020304", "000102030405060708090a0b0c0d0e0f10111213");
        CONTENTS.put("narrow 00000000", "00010203040506070809");
    }

    private static BpfInstance instance(String object) throws Exception {
        return Loader.load(BpfObject.open(TestKernel.bytes(object), object), TestFamilies.environment())
                .instantiate(new TestKernel(), null);
    }

    private static String dump(BpfInstance instance, String map) {
        return MapDump.text(
                instance.map(map).orElseThrow(), instance.object().object().btf());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shapes", "colors", "wide", "narrow", "waiting", ".data", ".bss"})
    void printsWhatBpftoolPrints(String name) throws Exception {
        BpfInstance instance = instance("dump.bpf.o");
        for (Map.Entry<String, String> entry : CONTENTS.entrySet()) {
            String[] place = entry.getKey().split(" ", -1);
            BpfMap map = instance.map(place[0]).orElseThrow();
            assertThat(map.update(
                            HexFormat.of().parseHex(place[1]), HexFormat.of().parseHex(entry.getValue()), 0))
                    .isZero();
        }

        assertThat(dump(instance, name)).isEqualTo(Files.readString(Path.of("src/test/dump", name + ".txt")));
    }

    @Test
    void perCpuMapsShowTheValueOfEachCpu() throws Exception {
        assertThat(dump(instance("maps.bpf.o"), "per_cpu"))
                .startsWith("[{\n        \"key\": 0,\n        \"values\": [{\n                \"cpu\": 0,\n"
                        + "                \"value\": 0\n            }\n        ]\n    },{");
    }

    @Test
    void mapsOfMapsShowIds() throws Exception {
        assertThat(dump(instance("maps.bpf.o"), "outer"))
                .matches("(key: 0[02] 00 00 00 {2}value: .. 00 00 00\n){2}Found 2 elements\n");
    }
}
