package org.bpfsim.bpf.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.socket.PlainSocket;
import org.junit.jupiter.api.Test;

/** Maps of sockets; errors and rules as read in Linux 6.12's net/core/sock_map.c, not measured. */
class SocketMapTest {
    private static final byte[] ZERO = new byte[4];
    private static final byte[] ONE = {1, 0, 0, 0};

    private final PlainSocket a = socket(1);
    private final PlainSocket b = socket(2);
    private final SocketMap map = map(MapType.SOCKMAP, 4);

    private static PlainSocket socket(int number) {
        return PlainSocket.v4(1, 1000 + number, 2, 80, number);
    }

    private static SocketMap map(MapType type, int keyBytes) {
        MapDefinition definition = new MapDefinition("socks", type, keyBytes, 8, 2, 0, 0, 0, Optional.empty(), false);
        assertThat(Maps.problem(definition)).isEmpty();
        return (SocketMap) Maps.create(definition, 0, 1, new Handles() {
            @Override
            public MapInstance map(int id) {
                return null;
            }

            @Override
            public Object program(int id) {
                return null;
            }

            @Override
            public MapSocket socket(int number) {
                return number == 7 ? SocketMapTest.socket(7) : null;
            }
        });
    }

    @Test
    void updateObeysItsFlags() {
        assertThat(map.update(ZERO, a, MapInstance.BPF_EXIST)).isEqualTo(-Errno.ENOENT);
        assertThat(map.update(ZERO, a, MapInstance.BPF_NOEXIST)).isZero();
        assertThat(map.update(ZERO, b, MapInstance.BPF_NOEXIST)).isEqualTo(-Errno.EEXIST);
        assertThat(map.update(ZERO, b, MapInstance.BPF_EXIST)).isZero();
        assertThat(map.update(ZERO, b, 3)).isEqualTo(-Errno.EINVAL);
        assertThat(map.update(new byte[] {2, 0, 0, 0}, a, 0)).isEqualTo(-Errno.E2BIG);

        assertThat(map.socket(ZERO)).isSameAs(b);
        assertThat(a.socketLinks().isInMap()).isFalse();
    }

    @Test
    void onlyEstablishedAndListeningSocketsAreTaken() {
        assertThat(map.update(ZERO, a.state(7), 0)).as("closed").isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(map.update(ZERO, a.state(10), 0)).as("listening").isZero();
        assertThat(map.update(ONE, (MapSocket) null, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void hostPutsInSocketsByNumberAndReadsCookies() {
        byte[] seven = {7, 0, 0, 0, 0, 0, 0, 0};

        assertThat(map.update(ZERO, seven, 0L)).isZero();
        assertThat(map.lookup(ZERO)).isEqualTo(seven);
        assertThat(map.update(ZERO, new byte[] {8, 0, 0, 0, 0, 0, 0, 0}, 0L)).isEqualTo(-Errno.EBADF);
        assertThat(map.update(ZERO, new byte[] {-1, -1, -1, -1, 0, 0, 0, 0}, 0L))
                .isEqualTo(-Errno.EINVAL);
        assertThat(map.lookup(ONE)).isNull();
    }

    @Test
    void deletingNothingIsInvalidInASockmapAndMissingInASockhash() {
        SocketMap hash = map(MapType.SOCKHASH, 4);

        assertThat(map.delete(ONE)).isEqualTo(-Errno.EINVAL);
        assertThat(hash.delete(ONE)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void sockhashIsFullAtItsMaximumButReplaces() {
        SocketMap hash = map(MapType.SOCKHASH, 4);
        hash.update(ZERO, a, 0);
        hash.update(ONE, b, 0);

        assertThat(hash.update(new byte[] {2, 0, 0, 0}, a, 0)).isEqualTo(-Errno.E2BIG);
        assertThat(hash.update(ONE, a, 0)).isZero();
        assertThat(b.socketLinks().isInMap()).isFalse();
    }

    @Test
    void socketInheritsTheMapsProgramsAndKeepsThemUntilItLeaves() {
        map.attach(Hook.SK_MSG_VERDICT, "first");
        map.update(ZERO, a, 0);
        map.attach(Hook.SK_MSG_VERDICT, "second");
        map.update(ONE, b, 0);

        assertThat(a.socketLinks().program(Hook.SK_MSG_VERDICT)).isEqualTo("first");
        assertThat(b.socketLinks().program(Hook.SK_MSG_VERDICT)).isEqualTo("second");
        map.delete(ZERO);
        assertThat(a.socketLinks().program(Hook.SK_MSG_VERDICT)).isNull();
    }

    @Test
    void eachKindOfProgramIsInheritedOnce() {
        SocketMap other = map(MapType.SOCKHASH, 4);
        map.attach(Hook.SK_MSG_VERDICT, "message");
        other.attach(Hook.SK_SKB_VERDICT, "stream");

        assertThat(map.update(ZERO, a, 0)).isZero();
        assertThat(map.update(ONE, a, 0)).as("the same program again").isEqualTo(-Errno.EBUSY);
        assertThat(other.update(ZERO, a, 0)).as("another kind").isZero();
        assertThat(a.socketLinks().program(Hook.SK_SKB_VERDICT)).isEqualTo("stream");
        map.delete(ZERO);
        assertThat(a.socketLinks().program(Hook.SK_MSG_VERDICT))
                .as("still in a map")
                .isEqualTo("message");
    }

    @Test
    void oneKindOfVerdictExcludesTheOther() {
        assertThat(map.attach(Hook.SK_SKB_STREAM_VERDICT, "p")).isZero();
        assertThat(map.attach(Hook.SK_SKB_VERDICT, "q")).isEqualTo(-Errno.EBUSY);
        assertThat(map.attach(Hook.SK_SKB_STREAM_PARSER, "r")).isZero();
        assertThat(map.detach(Hook.SK_SKB_STREAM_VERDICT, "q")).isEqualTo(-Errno.ENOENT);
        assertThat(map.detach(Hook.SK_SKB_STREAM_VERDICT, "p")).isZero();
        assertThat(map.attach(Hook.SK_SKB_VERDICT, "q")).isZero();
    }

    @Test
    void closedSocketIsInNoMap() {
        SocketMap hash = map(MapType.SOCKHASH, 4);
        map.update(ZERO, a, 0);
        map.update(ONE, a, 0);
        hash.update(ONE, a, 0);

        a.socketLinks().leaveAll();

        assertThat(map.keys()).isEmpty();
        assertThat(hash.keys()).isEmpty();
        assertThat(a.socketLinks().isInMap()).isFalse();
    }
}
