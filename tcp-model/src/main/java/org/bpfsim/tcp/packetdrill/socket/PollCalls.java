package org.bpfsim.tcp.packetdrill.socket;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.bpfsim.tcp.packetdrill.script.Expression;

/** poll() and epoll. */
final class PollCalls {
    private static final int US_PER_MS = 1000;
    private static final int ENOENT = 2;
    private static final int EEXIST = 17;

    private final FileTable files;
    private final LongSupplier nowUs;

    PollCalls(FileTable files, LongSupplier nowUs) {
        this.files = files;
        this.nowUs = nowUs;
    }

    void addTo(Map<String, SystemCalls.Maker> calls) {
        calls.put("poll", (a, r) -> poll(a));
        calls.put("epoll_create", (a, r) -> create(r));
        calls.put("epoll_ctl", (a, r) -> control(a));
        calls.put("epoll_wait", (a, r) -> await(a));
    }

    /** A call that waits until something is ready or its time is over. */
    private abstract class Waiting implements PendingCall {
        private final int timeoutMs;
        private final long deadlineUs;

        Waiting(int timeoutMs) {
            this.timeoutMs = timeoutMs;
            deadlineUs = timeoutMs < 0 ? Long.MAX_VALUE : nowUs.getAsLong() + (long) timeoutMs * US_PER_MS;
        }

        /** How many are ready; checks what the script expects of them. */
        abstract long ready(boolean timeIsOver);

        @Override
        public long attempt() {
            boolean over = timeoutMs == 0 || nowUs.getAsLong() >= deadlineUs;
            long count = ready(over);
            return count == 0 && !over ? BLOCKED : count;
        }

        @Override
        public long deadlineUs() {
            return deadlineUs;
        }
    }

    private PendingCall poll(Arguments a) {
        a.expect(3, 3);
        List<Expression> watched = Arguments.items(a.get(0));
        return new Waiting(a.integer(2)) {
            @Override
            long ready(boolean timeIsOver) {
                int count = 0;
                int[] revents = new int[watched.size()];
                for (int i = 0; i < revents.length; i++) {
                    Expression.Struct s = Arguments.struct(watched.get(i));
                    SocketFile file = files.socket((int) Arguments.value(Arguments.field(s, "fd")));
                    int events = (int) Arguments.value(Arguments.field(s, "events"));
                    revents[i] = Readiness.poll(file) & (events | Constants.POLLERR | Constants.POLLHUP);
                    count += revents[i] != 0 ? 1 : 0;
                }
                if (count > 0 || timeIsOver) {
                    for (int i = 0; i < revents.length; i++) {
                        Expression expected =
                                Arguments.struct(watched.get(i)).fields().get("revents");
                        Arguments.check("revents", expected == null ? 0 : Arguments.value(expected), revents[i]);
                    }
                }
                return count;
            }
        };
    }

    private PendingCall create(Expression result) {
        return () -> {
            files.put((int) Arguments.value(result), new EpollFile());
            return 0;
        };
    }

    private PendingCall control(Arguments a) {
        a.expect(4, 4);
        EpollFile epoll = files.epoll(a.integer(0));
        int operation = a.integer(1);
        int fd = a.integer(2);
        SocketFile file = files.socket(fd);
        return () -> {
            switch (operation) {
                case Constants.EPOLL_CTL_ADD -> {
                    if (epoll.watches(fd)) {
                        return -EEXIST;
                    }
                    epoll.add(fd, file, events(a.get(3)));
                }
                case Constants.EPOLL_CTL_MOD -> {
                    return epoll.modify(fd, events(a.get(3))) ? 0 : -ENOENT;
                }
                case Constants.EPOLL_CTL_DEL -> {
                    return epoll.remove(fd) ? 0 : -ENOENT;
                }
                default -> {
                    return -Constants.EINVAL;
                }
            }
            return 0;
        };
    }

    private static int events(Expression event) {
        return (int) Arguments.value(Arguments.field(Arguments.struct(event), "events"));
    }

    private PendingCall await(Arguments a) {
        a.expect(4, 4);
        EpollFile epoll = files.epoll(a.integer(0));
        return new Waiting(a.integer(3)) {
            @Override
            long ready(boolean timeIsOver) {
                EpollFile.Ready ready = epoll.takeReady();
                if (ready == null) {
                    return 0;
                }
                if (!a.isEllipsis(1)) {
                    Arguments.check("epoll events", events(a.get(1)), ready.events());
                    Expression fd = Arguments.struct(a.get(1)).fields().get("fd");
                    if (fd != null) {
                        Arguments.check("epoll fd", Arguments.value(fd), ready.fd());
                    }
                }
                return 1;
            }
        };
    }
}
