package org.bpfsim.tcp.packetdrill.socket;

import java.util.Map;
import java.util.TreeMap;

/** Numbers of Linux's names on x86-64 (include/uapi), as far as scripts use them. */
final class Constants {
    static final int SO_REUSEADDR = 2;
    static final int SO_ERROR = 4;
    static final int SO_KEEPALIVE = 9;
    static final int SO_LINGER = 13;
    static final int SO_TIMESTAMPING = 37;
    static final int SCM_TIMESTAMPING = SO_TIMESTAMPING;
    static final int SO_REUSEPORT = 15;
    static final int SO_ZEROCOPY = 60;
    static final int SOL_IP = 0;
    static final int SOL_IPV6 = 41;
    static final int IP_TOS = 1;
    static final int IP_MTU_DISCOVER = 10;
    static final int IP_FREEBIND = 15;
    static final int IPV6_TCLASS = 67;
    static final int TCP_KEEPIDLE = 4;
    static final int TCP_KEEPINTVL = 5;
    static final int TCP_KEEPCNT = 6;
    static final int TCP_INQ = 36;
    static final int TCP_CM_INQ = TCP_INQ;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_EOR = 0x80;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_MORE = 0x8000;
    static final int MSG_ERRQUEUE = 0x2000;
    static final int MSG_ZEROCOPY = 0x4000000;
    static final int MSG_FASTOPEN = 0x20000000;
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int MSG_OOB = 1;
    static final int POLLPRI = 2;
    static final int O_NONBLOCK = 0x800;
    static final int F_GETFL = 3;
    static final int F_SETFL = 4;
    static final int SIOCINQ = 0x541B;
    static final int SIOCOUTQ = 0x5411;
    static final int SIOCOUTQNSD = 0x894B;
    static final int POLLIN = 0x1;
    static final int POLLOUT = 0x4;
    static final int POLLERR = 0x8;
    static final int POLLHUP = 0x10;
    static final int POLLRDNORM = 0x40;
    static final int POLLWRNORM = 0x100;
    static final int POLLRDHUP = 0x2000;
    static final int EPOLLEXCLUSIVE = 1 << 28;
    static final int EPOLLONESHOT = 1 << 30;
    static final int EPOLLET = 1 << 31;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;
    static final int EAGAIN = 11;
    static final int EBADF = 9;
    static final int EFAULT = 14;
    static final int EINVAL = 22;
    static final int EPIPE = 32;
    static final int MSG_PEEK = 2;
    static final int SO_EE_ORIGIN_ZEROCOPY = 5;
    static final int SO_EE_CODE_ZEROCOPY_COPIED = 1;
    static final int ENOTSOCK = 88;
    static final int ENOPROTOOPT = 92;
    static final int EOPNOTSUPP = 95;
    static final int EADDRINUSE = 98;
    static final int EISCONN = 106;
    static final int ENOTCONN = 107;
    static final int EALREADY = 114;
    static final int EINPROGRESS = 115;
    static final int ECONNABORTED = 103;

    private static final Map<String, Long> NUMBERS = numbers();
    private static final Map<Integer, String> ERRNO_NAMES = errnoNames();

    private Constants() {}

    /** The number of a name, or null. */
    static Long number(String name) {
        return NUMBERS.get(name);
    }

    /** A positive errno's name. */
    static String errnoName(int errno) {
        return ERRNO_NAMES.getOrDefault(errno, "errno " + errno);
    }

    private static void put(Map<String, Long> map, String pairs) {
        for (String pair : pairs.trim().split("\\s+")) {
            int equals = pair.indexOf('=');
            map.put(pair.substring(0, equals), Long.decode(pair.substring(equals + 1)));
        }
    }

    private static Map<String, Long> numbers() {
        Map<String, Long> map = new TreeMap<>();
        put(
                map,
                "NULL=0 AF_UNSPEC=0 AF_INET=2 AF_INET6=10 PF_INET=2 PF_INET6=10 SOCK_STREAM=1 SOCK_DGRAM=2"
                        + " SOCK_NONBLOCK=0x800 SOCK_CLOEXEC=0x80000 IPPROTO_IP=0 IPPROTO_TCP=6 IPPROTO_IPV6=41 IPPROTO_UDP=17"
                        + " SHUT_RD=0 SHUT_WR=1 SHUT_RDWR=2 O_RDONLY=0 O_WRONLY=1 O_RDWR=2 O_NONBLOCK=0x800"
                        + " F_GETFL=3 F_SETFL=4 SIOCINQ=0x541B FIONREAD=0x541B SIOCOUTQ=0x5411 SIOCOUTQNSD=0x894B");
        put(
                map,
                "SOL_SOCKET=1 SO_REUSEADDR=2 SO_ERROR=4 SO_SNDBUF=7 SO_RCVBUF=8 SO_KEEPALIVE=9 SO_PRIORITY=12"
                        + " SO_LINGER=13 SO_REUSEPORT=15 SO_RCVLOWAT=18 SO_MARK=36 SO_TIMESTAMPING=37 SO_MAX_PACING_RATE=47"
                        + " SO_ZEROCOPY=60 SOL_IP=0 SOL_IPV6=41 IP_TOS=1 IP_RECVERR=11 IP_MTU_DISCOVER=10 IP_FREEBIND=15"
                        + " IPV6_RECVERR=25 IPV6_TCLASS=67 IPV6_V6ONLY=26 IP_PMTUDISC_DONT=0 IP_PMTUDISC_WANT=1"
                        + " IP_PMTUDISC_DO=2 IP_PMTUDISC_PROBE=3 IPV6_MTU_DISCOVER=23");
        put(
                map,
                "SOL_TCP=6 TCP_NODELAY=1 TCP_MAXSEG=2 TCP_CORK=3 TCP_KEEPIDLE=4 TCP_KEEPINTVL=5 TCP_KEEPCNT=6"
                        + " TCP_SYNCNT=7 TCP_LINGER2=8 TCP_DEFER_ACCEPT=9 TCP_WINDOW_CLAMP=10 TCP_INFO=11 TCP_QUICKACK=12"
                        + " TCP_CONGESTION=13 TCP_MD5SIG=14 TCP_USER_TIMEOUT=18 TCP_FASTOPEN=23 TCP_TIMESTAMP=24"
                        + " TCP_NOTSENT_LOWAT=25 TCP_SAVE_SYN=27 TCP_FASTOPEN_CONNECT=30 TCP_FASTOPEN_KEY=33"
                        + " TCP_FASTOPEN_NO_COOKIE=34 TCP_INQ=36 TCP_CM_INQ=36");
        put(
                map,
                "MSG_OOB=1 MSG_PEEK=2 MSG_DONTROUTE=4 MSG_CTRUNC=8 MSG_TRUNC=0x20 MSG_DONTWAIT=0x40 MSG_EOR=0x80"
                        + " MSG_WAITALL=0x100 MSG_NOSIGNAL=0x4000 MSG_MORE=0x8000 MSG_ERRQUEUE=0x2000 MSG_ZEROCOPY=0x4000000"
                        + " MSG_FASTOPEN=0x20000000 SO_EE_ORIGIN_NONE=0 SO_EE_ORIGIN_LOCAL=1 SO_EE_ORIGIN_ICMP=2"
                        + " SO_EE_ORIGIN_ICMP6=3 SO_EE_ORIGIN_TIMESTAMPING=4 SO_EE_ORIGIN_ZEROCOPY=5"
                        + " SO_EE_CODE_ZEROCOPY_COPIED=1 SCM_TIMESTAMPING=37 SCM_TSTAMP_SND=0 SCM_TSTAMP_SCHED=1"
                        + " SCM_TSTAMP_ACK=2 SOF_TIMESTAMPING_TX_HARDWARE=1 SOF_TIMESTAMPING_TX_SOFTWARE=2"
                        + " SOF_TIMESTAMPING_RX_HARDWARE=4 SOF_TIMESTAMPING_RX_SOFTWARE=8 SOF_TIMESTAMPING_SOFTWARE=16"
                        + " SOF_TIMESTAMPING_OPT_ID=0x80 SOF_TIMESTAMPING_TX_SCHED=0x100 SOF_TIMESTAMPING_TX_ACK=0x200"
                        + " SOF_TIMESTAMPING_OPT_TSONLY=0x800");
        put(
                map,
                "POLLIN=1 POLLPRI=2 POLLOUT=4 POLLERR=8 POLLHUP=0x10 POLLNVAL=0x20 POLLRDNORM=0x40 POLLRDBAND=0x80"
                        + " POLLWRNORM=0x100 POLLWRBAND=0x200 POLLRDHUP=0x2000 EPOLLIN=1 EPOLLPRI=2 EPOLLOUT=4 EPOLLERR=8"
                        + " EPOLLHUP=0x10 EPOLLRDNORM=0x40 EPOLLWRNORM=0x100 EPOLLRDHUP=0x2000 EPOLLEXCLUSIVE=0x10000000"
                        + " EPOLLWAKEUP=0x20000000 EPOLLONESHOT=0x40000000 EPOLLET=0x80000000 EPOLL_CTL_ADD=1 EPOLL_CTL_DEL=2"
                        + " EPOLL_CTL_MOD=3");
        map.putAll(errnos());
        return map;
    }

    private static Map<String, Long> errnos() {
        Map<String, Long> map = new TreeMap<>();
        put(
                map,
                "EPERM=1 ENOENT=2 EINTR=4 EIO=5 EBADF=9 EAGAIN=11 ENOMEM=12 EACCES=13 EFAULT=14 EBUSY=16 EEXIST=17"
                        + " EINVAL=22 ENOTTY=25 EPIPE=32 ENOMSG=42 ENOTSOCK=88 EDESTADDRREQ=89 EMSGSIZE=90 EPROTOTYPE=91"
                        + " ENOPROTOOPT=92 EPROTONOSUPPORT=93 EOPNOTSUPP=95 EAFNOSUPPORT=97 EADDRINUSE=98 EADDRNOTAVAIL=99"
                        + " ENETDOWN=100 ENETUNREACH=101 ENETRESET=102 ECONNABORTED=103 ECONNRESET=104 ENOBUFS=105 EISCONN=106"
                        + " ENOTCONN=107 ESHUTDOWN=108 ETIMEDOUT=110 ECONNREFUSED=111 EHOSTDOWN=112 EHOSTUNREACH=113"
                        + " EALREADY=114 EINPROGRESS=115");
        return map;
    }

    private static Map<Integer, String> errnoNames() {
        Map<Integer, String> names = new TreeMap<>();
        errnos().forEach((name, number) -> names.put(number.intValue(), name));
        return names;
    }
}
