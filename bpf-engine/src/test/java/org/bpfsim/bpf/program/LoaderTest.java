package org.bpfsim.bpf.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.types.KernelTypes;
import org.junit.jupiter.api.Test;

class LoaderTest {
    private static final BpfEnvironment WITH_ENUM = BpfEnvironment.builder()
            .types(KernelTypes.builder()
                    .struct(TestKernel.TCP_SOCK)
                    .enumeration("tcp_ca_state", Map.of("TCP_CA_Open", 0L))
                    .build())
            .family(TestKernel.STRUCT_OPS)
            .build();

    private static LoadedObject missing(String program) throws BpfLoadException {
        BpfObject object = BpfObject.open(TestKernel.bytes("missing_field.bpf.o"), "missing_field.bpf.o");
        return Loader.load(object, WITH_ENUM, Set.of(program));
    }

    @Test
    void coreRelocationsAnswerWhatTheKernelHas() throws Exception {
        TestKernel.Sock sk = new TestKernel.Sock();
        sk.delivered = 77;
        sk.prior_cwnd = 0x90000001;
        BpfProgram facts = missing("facts")
                .instantiate(new TestKernel(), null)
                .program("facts")
                .orElseThrow();
        facts.argument(0, sk, TestKernel.TCP_SOCK);

        long bits = facts.run();

        assertThat(bits & 1)
                .as("a missing field does not exist, and its guarded read is no error")
                .isZero();
        assertThat(bits & 2).as("a field of a flavour exists").isNotZero();
        assertThat(bits & 4).as("a missing type does not exist").isZero();
        assertThat(bits & 8).as("a type exists").isNotZero();
        assertThat(bits & 16).as("size of a type").isNotZero();
        assertThat(bits & 32).as("size of a field").isNotZero();
        assertThat(bits & 64).as("a field is found although it lies elsewhere").isNotZero();
        assertThat(bits & 128)
                .as("a wider local type loads with the kernel's width")
                .isNotZero();
        assertThat(bits & 256).as("an enumerator exists").isNotZero();
        assertThat(bits & 512).as("it has the kernel's value").isNotZero();
        assertThat(bits & 1024).as("another does not exist").isNotZero();
        assertThat(bits & 2048).as("a type has an id").isNotZero();
    }

    @Test
    void fieldThatIsNotModelledIsRefusedByNameWithWhatExists() {
        assertThatThrownBy(() -> missing("field"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("?struct_ops/field: insn 1 (missing_field.bpf.c:")
                .hasMessageContaining(
                        "tcp_sock.rate_delivered is not modelled; struct tcp_sock has inet_conn, snd_cwnd,")
                .hasMessageContaining("bpf_core_field_exists()");
    }

    @Test
    void typeThatIsNotModelledIsRefusedByName() {
        assertThatThrownBy(() -> missing("type"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("struct not_modelled is not modelled; there are");
    }

    @Test
    void unknownKfuncIsRefusedWithTheFamilysList() {
        assertThatThrownBy(() -> missing("kfunc"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("kernel function unknown_kfunc() is not there for struct_ops programs")
                .hasMessageContaining(", tcp_slow_start.");
    }

    @Test
    void unknownHelperIsRefusedByLinuxsName() {
        assertThatThrownBy(() -> missing("helper"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("bpf_get_current_uid_gid() (helper 15) cannot be called by struct_ops programs")
                .hasMessageContaining("bpf_map_lookup_elem")
                .hasMessageContaining("bpf_sk_storage_get");
    }

    @Test
    void missingConfigurationIsRefusedByName() {
        BpfEnvironment environment = BpfEnvironment.builder()
                .types(KernelTypes.builder().struct(TestKernel.TCP_SOCK).build())
                .family(TestKernel.STRUCT_OPS)
                .kconfig("CONFIG_NET", 1)
                .build();

        assertThatThrownBy(() -> Loader.load(
                        BpfObject.open(TestKernel.bytes("struct_ops.bpf.o"), "struct_ops.bpf.o"), environment))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("CONFIG_HZ has no value in this kernel")
                .hasMessageContaining("Known are: CONFIG_NET.");
    }

    @Test
    void sectionOfNoFamilyIsRefusedWithThoseThatAre() {
        BpfEnvironment environment = BpfEnvironment.builder()
                .types(KernelTypes.builder().struct(TestKernel.TCP_SOCK).build())
                .family(TestKernel.STRUCT_OPS)
                .build();

        assertThatThrownBy(() ->
                        Loader.load(BpfObject.open(TestKernel.bytes("sockops.bpf.o"), "sockops.bpf.o"), environment))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("programs of section \"sockops\" are of no type that is modelled")
                .hasMessageContaining("struct_ops, struct_ops/");
    }

    @Test
    void rightToWriteAFieldThatIsNotThereIsTheEmbeddersMistake() {
        BpfEnvironment.Builder builder = BpfEnvironment.builder()
                .types(KernelTypes.builder().struct(TestKernel.TCP_SOCK).build())
                .family(ProgramFamily.builder("x").writable("tcp_sock.rcv_nxt").build());

        assertThatThrownBy(builder::build).hasMessageContaining("may write tcp_sock.rcv_nxt");
    }

    @Test
    void bigEndianObjectIsRefusedByName() {
        byte[] elf = TestKernel.bytes("sockops.bpf.o");
        elf[5] = 2;

        assertThatThrownBy(() -> BpfObject.open(elf, "be.bpf.o"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("be.bpf.o: it is a big-endian object (bpfeb)");
    }

    @Test
    void truncatedObjectIsRefusedAtAnyLength() {
        byte[] elf = TestKernel.bytes("struct_ops.bpf.o");

        for (int length = 0; length < elf.length; length += 7) {
            byte[] cut = Arrays.copyOf(elf, length);
            assertThatThrownBy(() -> BpfObject.open(cut, "cut.bpf.o"))
                    .as("%d bytes", length)
                    .isInstanceOf(BpfLoadException.class);
        }
    }

    @Test
    void somethingElseThanElfIsRefused() {
        assertThatThrownBy(() -> BpfObject.open("int main() {}\n".repeat(20).getBytes(), "lowat.bpf.c"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageStartingWith("lowat.bpf.c: it is not an ELF file.");
    }
}
