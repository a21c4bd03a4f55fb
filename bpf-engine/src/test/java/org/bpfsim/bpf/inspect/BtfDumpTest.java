package org.bpfsim.bpf.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.TestKernel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in src/test/btf are what bpftool 7.1 printed of the same objects: {@code btf dump file}, and with {@code format c}. */
class BtfDumpTest {
    private static Btf btf(String object) throws Exception {
        return BpfObject.open(TestKernel.bytes(object + ".bpf.o"), object).btf();
    }

    private static String golden(String name) throws Exception {
        return Files.readString(Path.of("src/test/btf", name));
    }

    /** Sections' sizes and offsets, which clang leaves to the loader. */
    private static String withoutPlaces(String text) {
        return text.replaceAll("(DATASEC '[^']*') size=\\d+", "$1").replaceAll("(type_id=\\d+) offset=\\d+ ", "$1 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump", "packets", "sockets", "struct_ops", "maps", "kfuncs"})
    void listsTypesAsBpftoolDoes(String object) throws Exception {
        assertThat(withoutPlaces(BtfDump.raw(btf(object)))).isEqualTo(withoutPlaces(golden(object + ".raw.txt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump", "packets", "sockets", "struct_ops", "maps", "kfuncs"})
    void writesCAsBpftoolDoes(String object) throws Exception {
        assertThat(CTypes.header(btf(object))).isEqualTo(golden(object + ".c.txt"));
    }
}
