package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.tcp.bpf.SockmapRun.Options;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The option table of the kernel's test_sockmap (Linux 6.12, tools/testing/selftests/bpf/test_sockmap.c): its programs, unmodified,
 * on simulated sockets, and its own table of runs, with the bytes checked as by its option -d. With sockmaps it sends by
 * sendmsg(), with sockhashes by sendfile(), as the selftest does.
 *
 * <p>Left out are runs with TLS in the kernel (prefix "ktls", and four of "txmsg test skb"): simulated sockets have none. The bytes of
 * "hanging corks" are not checked for sendfile, where Linux 6.18 fails that check itself; nor where the selftest itself leaves it
 * out.
 */
class SockmapSelftestTest {
    /** The selftest's globals, and the runs that its functions have asked for. */
    private static final class Table {
        final List<Arguments> runs = new ArrayList<>();
        private final boolean hash;
        private Options o = new Options();
        private String title;

        Table(boolean hash) {
            this.hash = hash;
        }

        void test(String name, Consumer<Table> tester) {
            title = "txmsg test " + name;
            o = new Options();
            o.dataTest = true;
            tester.accept(this);
        }

        private void exec(int length, int count, int rate) {
            Options run = o.copy();
            run.sendpage = hash;
            run.iovLength = length;
            run.iovCount = count;
            run.rate = rate;
            runs.add(Arguments.of((hash ? "sockhash" : "sockmap") + ":" + title, run));
        }

        void sendOne() {
            exec(1, 1, 1);
            exec(1, 1024, 1);
            exec(1024, 1, 1);
        }

        void sendMany() {
            exec(3, 1, 512);
            exec(5, 1, 100);
        }

        void sendLarge() {
            exec(8192, 32, 2);
        }

        void send() {
            sendOne();
            sendMany();
            sendLarge();
        }

        Table with(Consumer<Options> change) {
            change.accept(o);
            return this;
        }
    }

    static Stream<Arguments> table() {
        return Stream.of(false, true).flatMap(hash -> {
            Table all = new Table(hash);
            all.test("passthrough", t -> t.with(o -> o.txmsgPass = true).send());
            all.test("redirect", t -> t.with(o -> o.txmsgRedir = true).send());
            all.test(
                    "redirect wait send mem",
                    t -> t.with(o -> {
                                o.txmsgRedir = true;
                                o.txWaitMem = true;
                            })
                            .sendLarge());
            all.test("drop", t -> t.with(o -> o.txmsgDrop = true).send());
            all.test(
                    "ingress redirect",
                    t -> t.with(o -> o.txmsgIngress = o.txmsgRedir = true).send());
            all.test("skb", SockmapSelftestTest::skb);
            all.test("apply", SockmapSelftestTest::apply);
            all.test("cork", SockmapSelftestTest::cork);
            all.test("hanging corks", SockmapSelftestTest::hangingCorks);
            all.test("push_data", SockmapSelftestTest::push);
            all.test("pull-data", SockmapSelftestTest::pull);
            all.test("pop-data", SockmapSelftestTest::pop);
            all.test(
                    "push/pop data",
                    t -> t.with(o -> {
                                o.txmsgPass = true;
                                o.txmsgStartPush = 1;
                                o.txmsgEndPush = 10;
                                o.txmsgStartPop = 5;
                                o.txmsgPop = 4;
                            })
                            .sendLarge());
            all.test(
                    "ingress parser",
                    t -> t.with(o -> {
                                o.txmsgPass = true;
                                o.skbUseParser = 512;
                            })
                            .exec(256, 1, 2));
            all.test(
                    "ingress parser2",
                    t -> t.with(o -> {
                                o.skbUseParser = 10;
                                o.checkRecvedLen = true;
                            })
                            .exec(20, 1, 1));
            return all.runs.stream();
        });
    }

    private static void skb(Table t) {
        t.with(o -> {
                    o.txmsgPass = true;
                    o.omitSkbParser = true;
                })
                .exec(100, 1, 1);
        t.with(o -> o.ktlsSkbDrop = true).exec(100, 1, 1);
        t.with(o -> o.ktlsSkbDrop = false).exec(100, 1, 1);
    }

    private static void apply(Table t) {
        for (int bytes : new int[] {1, 1024}) {
            for (int i = 0; i < 3; i++) {
                int which = i;
                t.with(o -> {
                    o.txmsgPass = which == 0;
                    o.txmsgRedir = which > 0;
                    o.txmsgIngress = which == 2;
                    o.txmsgApply = bytes;
                });
                if (bytes == 1) {
                    t.sendOne();
                } else {
                    t.sendLarge();
                }
            }
        }
    }

    private static void cork(Table t) {
        t.with(o -> {
                    o.txmsgPass = true;
                    o.txmsgCork = 1;
                })
                .send();
        t.with(o -> o.txmsgApply = 1).send();
    }

    private static void hangingCorks(Table t) {
        t.with(o -> {
                    o.dataTest = !t.hash;
                    o.txmsgPass = true;
                    o.txmsgCork = 4097;
                    o.txmsgApply = 4097;
                })
                .sendLarge();
        t.with(o -> {
                    o.txmsgPass = false;
                    o.txmsgRedir = true;
                    o.txmsgApply = 0;
                })
                .sendLarge();
        t.with(o -> o.txmsgApply = 4097).sendLarge();
    }

    private static void push(Table t) {
        t.with(o -> {
                    o.txmsgPass = true;
                    o.txmsgStartPush = 1;
                    o.txmsgEndPush = 1;
                })
                .send();
        t.with(o -> o.txmsgStartPush = o.txmsgEndPush = 4096).sendLarge();
        t.with(o -> {
                    o.txmsgRedir = true;
                    o.txmsgStartPush = 1;
                    o.txmsgEndPush = 2;
                })
                .sendMany();
        t.with(o -> {
                    o.dataTest = false;
                    o.txmsgRedir = false;
                    o.txmsgCork = 512;
                })
                .sendMany();
    }

    private static void pull(Table t) {
        t.with(o -> {
                    o.txmsgPass = true;
                    o.txmsgStart = 1;
                    o.txmsgEnd = 2;
                })
                .send();
        t.with(o -> {
                    o.txmsgStart = 4096;
                    o.txmsgEnd = 9182;
                })
                .sendLarge();
        t.with(o -> {
                    o.txmsgRedir = true;
                    o.txmsgStart = 1;
                    o.txmsgEnd = 2;
                })
                .send();
        t.with(o -> {
                    o.txmsgRedir = false;
                    o.txmsgCork = 512;
                })
                .sendMany();
        t.with(o -> o.txmsgRedir = true).sendMany();
    }

    private static void pop(Table t) {
        t.with(o -> {
                    o.txmsgPass = true;
                    o.txmsgStartPop = 1;
                    o.txmsgPop = 2;
                })
                .sendMany();
        t.with(o -> o.txmsgStartPop = o.txmsgPop = 4096).sendLarge();
        t.with(o -> {
                    o.txmsgRedir = true;
                    o.txmsgStartPop = 1;
                    o.txmsgPop = 2;
                })
                .sendMany();
        t.with(o -> {
                    o.dataTest = false;
                    o.txmsgRedir = false;
                    o.txmsgCork = 512;
                })
                .sendMany();
        t.with(o -> {
                    o.txmsgRedir = true;
                    o.txmsgCork = 4;
                })
                .sendMany();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("table")
    void runsAsInTheKernel(String title, Options options) throws Exception {
        LoadedObject object = KernelObjects.load(options.sendpage ? "test_sockhash_kern" : "test_sockmap_kern");
        assertThat(new SockmapRun(object, options).play()).isEmpty();
    }
}
