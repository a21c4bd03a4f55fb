package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructOpsRegistrationTest {
    private static final Set<String> REQUIRED = Set.of("ssthresh", "undo_cwnd", "cong_avoid");

    private final TestKernel host = TestKernel.create();

    /** A map whose members all answer 3. */
    private record FakeMap(String name, String ccName, long flags, Set<String> members) implements StructOpsMap {
        @Override
        public String type() {
            return "tcp_congestion_ops";
        }

        @Override
        public boolean link() {
            return false;
        }

        @Override
        public Optional<BpfProgram> program(String member) {
            return members.contains(member) ? Optional.of(new Three()) : Optional.empty();
        }

        @Override
        public long number(String member) {
            return member.equals("flags") ? flags : 0;
        }

        @Override
        public String string(String member) {
            return member.equals("name") ? ccName : "";
        }
    }

    private static final class Three implements BpfProgram {
        @Override
        public String name() {
            return "three";
        }

        @Override
        public org.bpfsim.bpf.program.ProgramFamily family() {
            return StructOpsFamily.FAMILY;
        }

        @Override
        public long run(Object context) {
            throw new UnsupportedOperationException("struct_ops programs have arguments");
        }

        @Override
        public <T> void argument(int index, T object, StructType<T> type) {}

        @Override
        public void argument(int index, long value) {}

        @Override
        public long run() {
            return 3;
        }

        @Override
        public long lastRunInstructions() {
            return 1;
        }
    }

    private StructOpsRegistration map(String ccName, long flags, Set<String> members) {
        return new StructOpsRegistration(new FakeMap("m", ccName, flags, members), host.kernel().congestionControls);
    }

    @Test
    void registeredMapIsInUseAndHoldsItself() {
        StructOpsRegistration r = map("three", 0, REQUIRED);
        assertThat(r.state()).isEqualTo(StructOpsRegistration.State.INIT);
        assertThat(r.register()).isZero();
        assertThat(r.state()).isEqualTo(StructOpsRegistration.State.INUSE);
        assertThat(r.refcount()).isEqualTo(1);
    }

    @Test
    void socketsAreCounted() {
        StructOpsRegistration r = map("three", 0, REQUIRED);
        r.register();
        TcpSock a = host.socket();
        TcpSock b = host.socket();
        assertThat(CongestionControl.set(a, "three")).isZero();
        assertThat(CongestionControl.set(b, "three")).isZero();
        assertThat(r.refcount()).isEqualTo(3);
        CongestionControl.set(a, "reno");
        CongestionControl.cleanup(b);
        assertThat(r.refcount()).isEqualTo(1);
    }

    @Test
    void socketsKeepItWhenItIsUnregistered() {
        StructOpsRegistration r = map("three", 0, REQUIRED);
        r.register();
        TcpSock sk = host.socket();
        CongestionControl.set(sk, "three");
        assertThat(r.unregister()).isZero();
        assertThat(r.state()).isEqualTo(StructOpsRegistration.State.TOBEFREE);
        assertThat(sk.icsk_ca_ops.ssthresh(sk)).isEqualTo(3);
        assertThat(CongestionControl.set(host.socket(), "three")).isEqualTo(-Errno.ENOENT);
        CongestionControl.cleanup(sk);
        assertThat(r.refcount()).isZero();
    }

    @Test
    void registeringTwiceIsRefused() {
        StructOpsRegistration r = map("three", 0, REQUIRED);
        r.register();
        assertThat(r.register()).isEqualTo(-Errno.EBUSY);
        assertThat(map("three", 0, REQUIRED).register()).isEqualTo(-Errno.EEXIST);
        assertThat(map("cubic", 0, REQUIRED).register()).isEqualTo(-Errno.EEXIST);
    }

    @Test
    void unregisteringWhatIsNotRegisteredIsRefused() {
        StructOpsRegistration r = map("three", 0, REQUIRED);
        assertThat(r.unregister()).isEqualTo(-Errno.ENOENT);
        r.register();
        r.unregister();
        assertThat(r.unregister()).isEqualTo(-115);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssthresh", "undo_cwnd", "cong_avoid"})
    void requiredMemberMustBeThere(String missing) {
        Set<String> members = new java.util.TreeSet<>(REQUIRED);
        members.remove(missing);
        assertThat(map("three", 0, members).register()).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void congControlStandsInForCongAvoid() {
        assertThat(map("three", 0, Set.of("ssthresh", "undo_cwnd", "cong_control"))
                        .register())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sixteen_letters_", "with space", "späth"})
    void nameMustBeUsable(String name) {
        assertThat(map(name, 0, REQUIRED).register()).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void flagsThatLinuxDoesNotKnowAreRefused() {
        assertThat(map("three", 3, REQUIRED).register()).isZero();
        assertThat(map("four", 4, REQUIRED).register()).isEqualTo(-Errno.EINVAL);
    }
}
