package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructOpsRegistrationTest {
    private static final int EINPROGRESS = 115;

    private final TestKernel host = TestKernel.create();
    private BpfInstance instance;

    @BeforeEach
    void load() throws Exception {
        instance = new HostPrograms(host.kernel(), line -> {})
                .load(Objects.load(Objects.TEST_PROGRAMS, "registrations.bpf.o"));
    }

    private StructOpsRegistration map(String name) {
        for (StructOpsMap map : instance.structOps()) {
            if (map.name().equals(name)) {
                return new StructOpsRegistration(map, host.kernel().congestionControls);
            }
        }
        throw new AssertionError("registrations.bpf.o has no map " + name);
    }

    @Test
    void registeredMapIsInUseAndHoldsItself() {
        StructOpsRegistration r = map("complete");
        assertThat(r.state()).isEqualTo(StructOpsRegistration.State.INIT);
        assertThat(r.register()).isZero();
        assertThat(r.state()).isEqualTo(StructOpsRegistration.State.INUSE);
        assertThat(r.refcount()).isEqualTo(1);
    }

    /** The form of the commit that introduced such maps: state and counter, functions as ids of programs, bytes of the name. */
    @Test
    void dumpShowsStateCounterProgramsAndName() {
        StructOpsRegistration r = map("complete");
        assertThat(r.dump()).contains("\"counter\": 0").contains("\"state\": 0").contains("\"ssthresh\": 0");
        r.register();
        CongestionControl.set(host.socket(), "three");
        int ssthresh = instance.structOps("complete")
                .orElseThrow()
                .program("ssthresh")
                .orElseThrow()
                .id();
        int undo = instance.structOps("complete")
                .orElseThrow()
                .program("undo_cwnd")
                .orElseThrow()
                .id();
        int avoid = instance.structOps("complete")
                .orElseThrow()
                .program("cong_avoid")
                .orElseThrow()
                .id();
        assertThat(r.dump()).isEqualTo(String.format("""
                        [{
                                "value": {
                                    "refcnt": {
                                        "refs": {
                                            "counter": 2
                                        }
                                    },
                                    "state": 1,
                                    "data": {
                                        "list": {
                                            "next": 0,
                                            "prev": 0
                                        },
                                        "key": 0,
                                        "flags": 0,
                                        "init": 0,
                                        "release": 0,
                                        "ssthresh": %d,
                                        "cong_avoid": %d,
                                        "set_state": 0,
                                        "cwnd_event": 0,
                                        "in_ack_event": 0,
                                        "undo_cwnd": %d,
                                        "pkts_acked": 0,
                                        "min_tso_segs": 0,
                                        "sndbuf_expand": 0,
                                        "cong_control": 0,
                                        "get_info": 0,
                                        "name": [116,104,114,101,101,0,0,0,0,0,0,0,0,0,0,0
                                        ],
                                        "owner": 0
                                    }
                                }
                            }
                        ]
                        """, ssthresh, avoid, undo));
    }

    @Test
    void socketsAreCounted() {
        StructOpsRegistration r = map("complete");
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
        StructOpsRegistration r = map("complete");
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
        StructOpsRegistration r = map("complete");
        r.register();
        assertThat(r.register()).isEqualTo(-Errno.EBUSY);
        assertThat(map("same_name").register()).isEqualTo(-Errno.EEXIST);
        assertThat(map("name_of_native").register()).isEqualTo(-Errno.EEXIST);
    }

    @Test
    void unregisteringWhatIsNotRegisteredIsRefused() {
        StructOpsRegistration r = map("complete");
        assertThat(r.unregister()).isEqualTo(-Errno.ENOENT);
        r.register();
        r.unregister();
        assertThat(r.unregister()).isEqualTo(-EINPROGRESS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no_ssthresh",
                "no_undo_cwnd",
                "no_cong_avoid",
                "no_name",
                "long_name",
                "blank_in_name",
                "unknown_flags"
            })
    void incompleteOrIllNamedMapIsInvalid(String map) {
        assertThat(map(map).register()).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void bothFlagsThatLinuxKnowsAreAllowed() {
        assertThat(map("all_flags").register()).isZero();
        assertThat(host.kernel().congestionControls.find("flags").flags()).isEqualTo(3);
    }
}
