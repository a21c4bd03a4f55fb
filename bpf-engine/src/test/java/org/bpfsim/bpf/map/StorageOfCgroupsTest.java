package org.bpfsim.bpf.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.AttachedProgram;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.GlobalVariables;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.socket.PlainSocket;
import org.bpfsim.bpf.sockopt.SockoptPrograms;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Maps whose values belong to cgroups, and the ring buffer from user to program. */
class StorageOfCgroupsTest {
    private final PlainSocket socket = PlainSocket.v4(1, 1000, 2, 80, 5);
    private BpfInstance instance;

    @BeforeEach
    void load() throws Exception {
        instance = Loader.load(
                        BpfObject.open(TestKernel.bytes("storages.bpf.o"), "storages.bpf.o"),
                        TestFamilies.environment())
                .instantiate(new TestKernel(), null);
    }

    private void set(long cgroup) {
        SockoptPrograms.set(attached("set", cgroup), socket, 1, 12, new byte[4]);
    }

    private void get(String program, long cgroup) {
        SockoptPrograms.get(attached(program, cgroup), socket, 1, 12, 4, new byte[4], 0);
    }

    private List<AttachedProgram> attached(String program, long cgroup) {
        return List.of(new AttachedProgram(instance.program(program).orElseThrow(), cgroup));
    }

    private static byte[] key(int bytes, long cgroup, int attachType) {
        byte[] key = new byte[bytes];
        LittleEndian.put(key, 0, 8, cgroup);
        if (bytes > 8) {
            LittleEndian.put(key, 8, 4, attachType);
        }
        return key;
    }

    @Test
    void valuesBelongToTheCgroupThatTheProgramIsAttachedTo() {
        set(7);
        set(7);
        set(8);
        get("get", 7);

        BpfMap own = instance.map("own").orElseThrow();
        BpfMap shared = instance.map("shared").orElseThrow();
        assertThat(own.lookup(key(16, 7, 22))[0]).as("BPF_CGROUP_SETSOCKOPT").isEqualTo((byte) 2);
        assertThat(own.lookup(key(16, 7, 21))[0]).as("BPF_CGROUP_GETSOCKOPT").isEqualTo((byte) 1);
        assertThat(own.lookup(key(16, 8, 22))[0]).isEqualTo((byte) 1);
        assertThat(shared.lookup(key(8, 7, 0))[0]).as("of both attach types").isEqualTo((byte) 3);
        assertThat(own.keys()).hasSize(3);
    }

    @Test
    void hostChangesValuesButMakesAndDeletesNone() {
        set(7);
        BpfMap own = instance.map("own").orElseThrow();

        assertThat(own.update(key(16, 7, 22), new byte[] {5, 0, 0, 0, 0, 0, 0, 0}, 0))
                .isZero();
        assertThat(own.lookup(key(16, 7, 22))[0]).isEqualTo((byte) 5);
        assertThat(own.update(key(16, 9, 22), new byte[8], 0)).isEqualTo(-Errno.ENOENT);
        assertThat(own.update(key(16, 7, 22), new byte[8], MapInstance.BPF_NOEXIST))
                .isEqualTo(-Errno.EINVAL);
        assertThat(own.delete(key(16, 7, 22))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void programTakesSamplesUntilItHasEnough() {
        UserRingBufferMap samples = (UserRingBufferMap) instance.map("samples").orElseThrow();
        GlobalVariables variables = new GlobalVariables(instance);
        for (int value : new int[] {1, 99, 3}) {
            byte[] sample = new byte[12];
            LittleEndian.put(sample, 0, 4, value);
            assertThat(samples.submit(sample)).isZero();
        }

        get("drain", 1);

        assertThat(variables.get("wrong_flags")).isEqualTo(-Errno.EINVAL);
        assertThat(variables.get("taken")).as("the second one was enough").isEqualTo(2);
        assertThat(variables.get("sum")).isEqualTo(100);
        get("drain", 1);
        assertThat(variables.get("taken")).isEqualTo(1);
        get("drain", 1);
        assertThat(variables.get("taken")).isZero();
    }

    @Test
    void ringTakesSamplesAsLongAsThereIsRoom() {
        UserRingBufferMap samples = (UserRingBufferMap) instance.map("samples").orElseThrow();

        assertThat(samples.submit(new byte[4089])).isEqualTo(-Errno.E2BIG);
        assertThat(samples.submit(new byte[4088])).isZero();
        assertThat(samples.submit(new byte[0])).isEqualTo(-Errno.ENOSPC);
        samples.release();
        assertThat(samples.submit(new byte[0])).isZero();
    }
}
