package org.bpfsim.tcp.sock;

import org.bpfsim.bpf.map.LocalStorage;
import org.bpfsim.bpf.map.MapSocket;
import org.bpfsim.bpf.map.SocketLinks;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.Payload;

/**
 * A TCP socket: the state on which the mechanisms of {@code tcp.input}, {@code tcp.output}, {@code tcp.recovery} and
 * {@code tcp.timer} work. It holds no behaviour beyond small predicates of its own fields.
 *
 * <p>Fields have Linux's names and units (6.12: {@code struct sock}, {@code inet_connection_sock}, {@code tcp_sock});
 * a field of a nested struct carries the struct's name in front ({@code rack.rtt_us} is {@link #rack_rtt_us}). BPF
 * programs see them under Linux's paths. {@code u32} is an {@code int}: sequence numbers are compared by
 * {@link org.bpfsim.tcp.segment.SeqNum}, {@code snd_cwnd_clamp} as unsigned; {@code u64} is a {@code long}.
 *
 * <p>The class is as long as Linux's structs are, and one object rather than several because every ACK touches most
 * of them. Hot path: no allocation.
 */
public final class TcpSock extends SockCommon implements LocalStorage.Owner, MapSocket {
    public static final int TCP_INFINITE_SSTHRESH = 0x7fffffff;
    public static final int ICSK_CA_PRIV_SIZE = 104;
    public static final int TCP_INIT_CWND = 10;

    public static final int TCP_RMEM_TO_WIN_SCALE = 8;
    public static final int TCP_DEFAULT_SCALING_RATIO = 1 << TCP_RMEM_TO_WIN_SCALE - 1;
    /** net.ipv4.tcp_pingpong_thresh. */
    public static final int PINGPONG_THRESHOLD = 1;

    /** Bits of {@link #ecn_flags} (6.12, include/net/tcp.h). */
    public static final int TCP_ECN_OK = 1;

    public static final int TCP_ECN_QUEUE_CWR = 2;
    public static final int TCP_ECN_DEMAND_CWR = 4;
    public static final int TCP_ECN_SEEN = 8;

    /** Bits of {@link #icsk_ack_pending} (6.12, include/net/inet_connection_sock.h). */
    public static final int ICSK_ACK_SCHED = 1;

    public static final int ICSK_ACK_TIMER = 2;
    public static final int ICSK_ACK_PUSHED = 4;
    public static final int ICSK_ACK_PUSHED2 = 8;
    public static final int ICSK_ACK_NOW = 16;
    public static final int ICSK_ACK_NOMEM = 32;

    /** Values of {@link #icsk_pending}. */
    public static final int ICSK_TIME_RETRANS = 1;

    public static final int ICSK_TIME_PROBE0 = 3;
    public static final int ICSK_TIME_LOSS_PROBE = 5;
    public static final int ICSK_TIME_REO_TIMEOUT = 6;

    /** Bits of {@link #nonagle}. */
    public static final int TCP_NAGLE_OFF = 1;

    public static final int TCP_NAGLE_CORK = 2;
    public static final int TCP_NAGLE_PUSH = 4;

    /** Bits of {@link #sk_shutdown}. */
    public static final int RCV_SHUTDOWN = 1;

    public static final int SEND_SHUTDOWN = 2;

    /** Bits of {@link #sk_userlocks}. */
    public static final int SOCK_SNDBUF_LOCK = 1;

    public static final int SOCK_RCVBUF_LOCK = 2;

    /** Values of {@link #urg_data}. */
    public static final int TCP_URG_VALID = 0x0100;

    public static final int TCP_URG_NOTYET = 0x0200;
    public static final int TCP_URG_READ = 0x0400;

    /** TCP_TIMEWAIT_LEN in seconds. */
    public static final int TIMEWAIT_S = 60;

    /** Values of {@link #pmtudisc} (6.12, include/uapi/linux/in.h). */
    public static final int IP_PMTUDISC_DONT = 0;

    public static final int IP_PMTUDISC_WANT = 1;
    public static final int IP_PMTUDISC_DO = 2;
    public static final int IP_PMTUDISC_PROBE = 3;
    public static final int IP_PMTUDISC_INTERFACE = 4;
    public static final int IP_PMTUDISC_OMIT = 5;

    /** Values of {@link #fastopen_client_fail} (6.12, include/uapi/linux/tcp.h). */
    public static final int TFO_COOKIE_UNAVAILABLE = 1;

    public static final int TFO_DATA_NOT_ACKED = 2;
    public static final int TFO_SYN_RETRANSMITTED = 3;

    /** Values of {@link #sk_pacing_status}. */
    public static final int SK_PACING_NONE = 0;

    public static final int SK_PACING_NEEDED = 1;
    public static final int SK_PACING_FQ = 2;

    // ---- struct sock

    public int sk_rcvbuf;
    public int sk_sndbuf;
    public int sk_rcvlowat = 1;
    /** Bytes of memory that received segments occupy (truesize). */
    public int sk_rmem_alloc;
    /** Bytes of memory that the write and retransmit queues occupy. */
    public int sk_wmem_queued;

    public int sk_userlocks;
    public int sk_shutdown;
    /** A positive errno, or 0. */
    public int sk_err;

    public int sk_err_soft;
    /** Bytes per second; ~0 is no limit. */
    public long sk_pacing_rate = -1;

    public long sk_max_pacing_rate = -1;
    public int sk_pacing_status;
    public int sk_pacing_shift = 10;
    /** SO_REUSEADDR and SO_REUSEPORT: kept for who asks; ports of a host are not shared. */
    public boolean sk_reuse;

    public boolean sk_reuseport;
    /** SO_KEEPALIVE (Linux: SOCK_KEEPOPEN). */
    public boolean sk_keepalive;
    /** 0, or the interface that the socket is bound to: a host has one, number 2. */
    public int sk_bound_dev_if;
    /** SO_TXREHASH: kept for who asks, because paths follow addresses and ports alone. */
    public int sk_txrehash = 1;
    /** Most payload bytes of one buffer handed to the NIC, and most segments. */
    public int sk_gso_max_size;

    public int sk_gso_max_segs;
    /** Memory in bytes of what this socket has in the host's queues and NIC. */
    public int sk_wmem_alloc;
    /** It waits until the NIC has let go of something (Linux: TSQ_THROTTLED). */
    public boolean tsq_throttled;
    /** What the host's queueing discipline keeps of this socket. */
    public Object qdiscFlow;
    /** The next of those that may go on; the NIC's. */
    public TcpSock tsq_next;

    public int sk_priority;
    public int sk_mark;
    public int sk_max_ack_backlog;
    public int sk_ack_backlog;
    public boolean sk_dead;
    /** The socket has left the host's table and holds nothing any more. */
    public boolean sk_destroyed;

    public boolean sk_nospace;
    public int sk_lingertime = -1;
    /** TOS or traffic class without the two ECN bits, and those two bits as INET_ECN_xmit() sets them. */
    public int tos;
    /** IP_TOS and IPV6_TCLASS as they were set: which of them {@link #tos} follows is known with the peer's address. */
    public int inet_tos;

    public int tclass;
    /** IPV6_AUTOFLOWLABEL: kept for who asks. */
    public boolean autoflowlabel = true;

    /** Owner of the socket; null while nobody has accepted it, and once it is closed by its owner. */
    public SockCallbacks callbacks;
    /** What the owner has not been told yet: bits of {@link SockCallbacks}. */
    public int pendingEvents;

    private boolean deliversEvents;
    /** Linux: SOCK_DONE, no more data will come. */
    public boolean sk_done;
    /** Of a listener, and of a child until it is handed over: takes connections that are established. */
    public Acceptor acceptor;
    /** What the owner hangs on the socket. */
    public Object sk_user_data;
    /** Of a listener: half open connections, and those among them whose SYN-ACK was sent once. */
    public int reqsk_qlen;

    public int reqsk_young;
    /** Of a listener: when it last sent a SYN cookie, in jiffies; 0 if never. */
    public long synq_overflow_ts;
    /** TCP_DEFER_ACCEPT: after how many SYN-ACKs a connection is accepted without data. */
    public int rskq_defer_accept;
    /** The listener in whose accept queue the connection waits; null before, and once it is accepted. */
    public TcpSock queuedAt;
    /** A process waits in write() or connect() with data to send: the handshake's ACK goes with that. */
    public int sk_write_pending;
    /** SO_TIMESTAMPING of what is sent; null unless it is set. */
    public TxTimestamps tx_timestamps;
    /** The same for programs that have asked by SK_BPF_CB_FLAGS; null for none. */
    public ProgramTimestamps program_timestamps;
    /** BPF's storage per socket (BPF_MAP_TYPE_SK_STORAGE); made when a program first asks for it. */
    private LocalStorage sk_bpf_storage;
    /** The sockmaps that it is in, and the programs from there; made when it is first put into one. */
    private SocketLinks socketLinks;
    /** See {@link Descriptors}; 0 for none. */
    int descriptor;
    /** What stands before the socket while it is in a sockmap; null in all other sockets. */
    public Psock psock;

    // ---- struct inet_connection_sock

    public CongestionOps icsk_ca_ops;
    /** {@link CongestionOps#members()} of {@link #icsk_ca_ops}. */
    public int icsk_ca_members;
    /** State of a BPF congestion control. */
    public final byte[] icsk_ca_priv = new byte[ICSK_CA_PRIV_SIZE];
    /** State of a native congestion control. */
    public Object caState;

    public int icsk_ca_state = CaState.OPEN;
    public boolean icsk_ca_initialized;
    public boolean icsk_ca_setsockopt;
    public boolean bpf_chg_cc_inprogress;
    /** Retransmission timeout in jiffies. */
    public int icsk_rto;
    /** Least retransmission timeout in jiffies. */
    public int icsk_rto_min;

    public int icsk_delack_max;
    public int icsk_retransmits;
    public int icsk_backoff;
    public int icsk_pending;
    public int icsk_probes_out;
    public int icsk_probes_tstamp;
    public int icsk_syn_retries;
    public int icsk_user_timeout;
    /** Ticks of silence before the first keepalive probe and between probes, and how many; 0 for the host's default. */
    public int keepalive_time;

    public int keepalive_intvl;
    public int keepalive_probes;
    /** TCP_LINGER2: ticks that an orphan stays in FIN_WAIT2; 0 for the host's default, below 0 for none. */
    public int linger2;
    /** IP_MTU_DISCOVER. */
    /** IP_FREEBIND: kept for who asks, since every address can be bound. */
    public boolean freebind;

    public int pmtudisc = IP_PMTUDISC_WANT;
    /** When the retransmit timer expires, in jiffies. */
    public long icsk_timeout;

    public Event icsk_retransmit_timer;
    public Event icsk_delack_timer;
    public Event sk_timer;
    public Event pacing_timer;
    public Event compressed_ack_timer;

    public int icsk_ack_pending;
    public int icsk_ack_quick;
    public int icsk_ack_pingpong;
    public int icsk_ack_retry;
    public int icsk_ack_ato;
    public long icsk_ack_timeout;
    public int icsk_ack_lrcvtime;
    public int icsk_ack_last_seg_size;
    public int icsk_ack_rcv_mss;
    public int icsk_pmtu_cookie;
    /** The path's MTU and its initial window, as they were when the socket looked last (Linux: sk_dst_cache). */
    public int dst_mtu;

    public int dst_initcwnd;
    /** Search for the path's MTU (Linux: icsk_mtup, mtu_probe): the range, the probe that is under way. */
    public boolean mtup_enabled;

    public int mtup_search_high;
    public int mtup_search_low;
    public int mtup_probe_size;
    public int mtup_probe_timestamp;
    public int mtu_probe_seq_start;
    public int mtu_probe_seq_end;

    // ---- struct tcp_sock: what both directions need

    public int tcp_header_len;
    public long tcp_clock_cache;
    /** Microseconds of the host's clock at the last segment sent or received. */
    public long tcp_mstamp;

    public int tsoffset;
    public int ecn_flags;
    public int nonagle;
    public int bpf_sock_ops_cb_flags;
    public int mss_cache;
    public int advmss;
    public int scaling_ratio;

    public boolean rx_opt_saw_tstamp;
    public boolean rx_opt_tstamp_ok;
    public boolean rx_opt_wscale_ok;
    public boolean rx_opt_sack_ok;
    public boolean rx_opt_dsack;
    /** The last segment whose options were read one by one had one that the stack does not know. */
    public boolean rx_opt_saw_unknown;
    /** The peer has sent a DSACK (Linux: sack_ok bit TCP_DSACK_SEEN). */
    public boolean rx_opt_dsack_seen;

    public int rx_opt_num_sacks;
    public int rx_opt_snd_wscale;
    public int rx_opt_rcv_wscale;
    public int rx_opt_ts_recent;
    public int rx_opt_ts_recent_stamp;
    public int rx_opt_rcv_tsval;
    public int rx_opt_rcv_tsecr;
    public int rx_opt_user_mss;
    public int rx_opt_mss_clamp;

    // ---- Fast Open

    /** TCP_FASTOPEN_CONNECT: connect() waits for the first data. */
    public boolean fastopen_connect;
    /** TCP_FASTOPEN_NO_COOKIE. */
    public boolean fastopen_no_cookie;
    /** connect() has been called, and the SYN waits for data. */
    public boolean defer_connect;
    /** The SYN had a Fast Open option; it was the experimental one; it had data. */
    public boolean syn_fastopen;

    public boolean syn_fastopen_exp;
    public boolean syn_data;
    /** The data of the SYN was acknowledged; of a SYN or SYN-ACK: accepted. */
    public boolean syn_data_acked;
    /** The connection follows a pause of {@link FastOpenBlackhole}. */
    public boolean syn_fastopen_ch;
    /** Why Fast Open was of no use: one of {@code TFO_*}. */
    public int fastopen_client_fail;
    /** A connect with data that is under way, or null. */
    public FastOpenRequest fastopen_req;
    /** Of a connection that was opened fast: the request until the handshake is complete. */
    public RequestSock fastopen_rsk;
    /** Of a listener: connections opened fast. */
    public FastOpenQueue fastopenq;

    // ---- sending

    public int snd_una;
    public int snd_nxt;
    public int snd_wnd;
    public int snd_wl1;
    public int snd_sml;
    public int snd_up;
    public int write_seq;
    public int pushed_seq;
    public int iss;
    public int max_window;
    public int packets_out;
    public int retrans_out;
    public int sacked_out;
    public int lost_out;
    public int lost;
    public int delivered;
    public int delivered_ce;
    public int app_limited;
    public int snd_cwnd;
    public int snd_cwnd_cnt;
    public int snd_cwnd_clamp = -1;
    public int snd_cwnd_used;
    public int snd_cwnd_stamp;
    public int snd_ssthresh = TCP_INFINITE_SSTHRESH;
    public int prior_cwnd;
    public int prior_ssthresh;
    public int prr_delivered;
    public int prr_out;
    public int high_seq;
    public int reordering;
    public int reord_seen;
    public boolean is_cwnd_limited;
    public boolean is_sack_reneg;
    public int max_packets_out;
    public int cwnd_usage_seq;
    public int lsndtime;
    public int retrans_stamp;
    public int undo_marker;
    public int undo_retrans;
    public int total_retrans;
    public int total_rto;
    public int total_rto_recoveries;
    public int total_rto_time;
    public int rto_stamp;
    public int tlp_high_seq;
    public boolean tlp_retrans;
    public boolean frto;
    public boolean thin_lto;
    /** Bytes; 0 stands for net.ipv4.tcp_notsent_lowat. */
    public int notsent_lowat;

    public long tcp_wstamp_ns;
    public int dsack_dups;
    public int timeout_rehash;

    public int srtt_us;
    public int mdev_us;
    public int mdev_max_us;
    public int rttvar_us;
    public int rtt_seq;
    public final Minmax rtt_min = new Minmax();

    public long first_tx_mstamp;
    public long delivered_mstamp;
    public int rate_delivered;
    public int rate_interval_us;
    public boolean rate_app_limited;

    public long rack_mstamp;
    public int rack_rtt_us;
    public int rack_end_seq;
    public int rack_last_delivered;
    public int rack_reo_wnd_steps = 1;
    public int rack_reo_wnd_persist;
    public boolean rack_dsack_seen;
    public boolean rack_advanced;

    public long bytes_sent;
    public long bytes_acked;
    public long bytes_retrans;
    public int segs_out;
    public int data_segs_out;

    /** Written and not yet sent. */
    public final WriteQueue sk_write_queue = new WriteQueue();
    /** Sent and not yet acknowledged, by sequence. */
    public final RtxQueue tcp_rtx_queue = new RtxQueue();

    public final Chrono chrono = new Chrono();
    /** First segment that may need retransmission. */
    public SkBuff retransmit_skb_hint;
    /** Segment after the highest SACKed one; valid if sacked_out > 0, null if none follows. */
    public SkBuff highest_sack;
    /** Start and end of SACK blocks of the last ACK that had any. */
    public final int[] recv_sack_cache = new int[8];
    /** True once a FIN is queued behind {@link #write_seq}'s data; write_seq counts it. */
    public boolean fin_queued;
    /** Real bytes of what is sent, or null if only their number counts. */
    public Payload tx_payload;

    // ---- receiving

    /** Of a listener: whether to keep the headers of SYNs (TCP_SAVE_SYN): 0, 1, or 2 with the Ethernet header. */
    public int save_syn;
    /** The SYN that the connection was made of, or null. */
    public SavedSyn saved_syn;

    /** When the SYN-ACK was sent, in microseconds; 0 if it was sent more than once. */
    public long snt_synack;

    /** Real bytes of what has come, by their place in the peer's stream, or null if only their number is known. */
    public Payload rx_payload;

    public int rcv_nxt;
    public int copied_seq;
    /** Whether there is an urgent byte, and its sequence number. */
    public int urg_data;

    public int urg_seq;
    public int irs;
    public int rcv_wup;
    public int rcv_wnd;
    public int rcv_ssthresh;
    public int window_clamp;
    public int rcv_tstamp;
    public int last_oow_ack_time;
    public int rcv_rtt_last_tsecr;
    public int rcv_rtt_est_rtt_us;
    public int rcv_rtt_est_seq;
    public long rcv_rtt_est_time;
    public int rcvq_space_space;
    public int rcvq_space_seq;
    public long rcvq_space_time;
    public int compressed_ack;
    public int compressed_ack_rcv_nxt;
    public int dup_ack_counter;
    public int rcv_ooopack;
    public long bytes_received;
    public int segs_in;
    public int data_segs_in;
    /** Start and end of the DSACK block to send, if {@link #rx_opt_dsack}. */
    public final int[] duplicate_sack = new int[2];
    /** Start and end of up to four SACK blocks to send, newest first. */
    public final int[] selective_acks = new int[8];

    public final OutOfOrderQueue out_of_order_queue = new OutOfOrderQueue();
    /** Memory of the segments that are received in order and not read. */
    public int receive_queue_truesize;
    /** A FIN waits in the out-of-order queue, at sequence number {@link #fin_seq}. */
    public boolean fin_out_of_order;

    public int fin_seq;
    /** A FIN has arrived in order. */
    public boolean fin_received;

    public TcpSock(HostKernel kernel) {
        super(kernel);
    }

    /** Sets a new socket's defaults (tcp_init_sock()) but for timers and congestion control, which others give it. */
    public void initDefaults() {
        Sysctls sysctls = kernel.sysctls;
        icsk_rto = kernel.hz;
        icsk_rto_min = kernel.usToJiffies(sysctls.tcp_rto_min_us);
        icsk_delack_max = kernel.hz / 5;
        mdev_us = 1_000_000;
        rtt_min.reset(kernel.jiffies(), -1);
        snd_cwnd = TCP_INIT_CWND;
        app_limited = -1;
        rate_app_limited = true;
        mss_cache = 536;
        rx_opt_mss_clamp = 536;
        reordering = sysctls.tcp_reordering;
        sk_sndbuf = sysctls.tcp_wmem[1];
        sk_gso_max_size = kernel.gsoMaxSize - kernel.maxTcpHeader() - 1;
        sk_gso_max_segs = kernel.gsoMaxSegs;
        sk_rcvbuf = sysctls.tcp_rmem[1];
        scaling_ratio = TCP_DEFAULT_SCALING_RATIO;
    }

    /** Takes over what a child inherits of its listener (inet_csk_clone_lock(), tcp_ca_openreq_child()). */
    public void inheritFrom(TcpSock listener) {
        sk_sndbuf = listener.sk_sndbuf;
        sk_rcvbuf = listener.sk_rcvbuf;
        sk_rcvlowat = listener.sk_rcvlowat;
        sk_userlocks = listener.sk_userlocks;
        sk_max_pacing_rate = listener.sk_max_pacing_rate;
        sk_pacing_status = listener.sk_pacing_status;
        sk_priority = listener.sk_priority;
        sk_mark = listener.sk_mark;
        icsk_rto_min = listener.icsk_rto_min;
        icsk_delack_max = listener.icsk_delack_max;
        icsk_user_timeout = listener.icsk_user_timeout;
        sk_reuse = listener.sk_reuse;
        sk_reuseport = listener.sk_reuseport;
        sk_keepalive = listener.sk_keepalive;
        sk_bound_dev_if = listener.sk_bound_dev_if;
        sk_txrehash = listener.sk_txrehash;
        keepalive_time = listener.keepalive_time;
        keepalive_intvl = listener.keepalive_intvl;
        keepalive_probes = listener.keepalive_probes;
        linger2 = listener.linger2;
        pmtudisc = listener.pmtudisc;
        icsk_syn_retries = listener.icsk_syn_retries;
        thin_lto = listener.thin_lto;
        autoflowlabel = listener.autoflowlabel;
        inet_tos = listener.inet_tos;
        tclass = listener.tclass;
        save_syn = listener.save_syn;
        nonagle = listener.nonagle;
        notsent_lowat = listener.notsent_lowat;
        snd_cwnd_clamp = listener.snd_cwnd_clamp;
        rx_opt_user_mss = listener.rx_opt_user_mss;
        bpf_sock_ops_cb_flags = listener.bpf_sock_ops_cb_flags;
        if (listener.sk_bpf_storage != null) {
            listener.sk_bpf_storage.cloneTo(localStorage());
        }
        acceptor = listener.acceptor;
        tos = listener.tos & ~Ecn.CE;
        chooseTos(daddr);
        CongestionControl.inherit(this, listener);
    }

    /** Takes the type of service or the traffic class, as is due to a peer's address; the ECN bits stay. */
    public void chooseTos(IpAddress peer) {
        tos = tosFor(peer) | tos & Ecn.CE;
    }

    /** What packets to a peer carry, without ECN bits. */
    public int tosFor(IpAddress peer) {
        return (peer.isV4() ? inet_tos : tclass) & ~Ecn.CE;
    }

    /** Takes connections of a listener when their handshake is complete. */
    public interface Acceptor {
        /** The child is established; sets {@link TcpSock#callbacks}. */
        void accept(TcpSock child);
    }

    @Override
    public boolean isFullSock() {
        return true;
    }

    @Override
    public LocalStorage localStorage() {
        if (sk_bpf_storage == null) {
            sk_bpf_storage = new LocalStorage();
        }
        return sk_bpf_storage;
    }

    @Override
    public SocketLinks socketLinks() {
        if (socketLinks == null) {
            socketLinks = new SocketLinks(this);
        }
        return socketLinks;
    }

    /** Whether a sockmap holds it. */
    public boolean isInSocketMap() {
        return socketLinks != null && socketLinks.isInMap();
    }

    /** A socket whose programs watch its receive queue goes into no sockmap: both would take hold of that queue. */
    @Override
    public int joins() {
        return wantsCallback(SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG) ? -Errno.EBUSY : 0;
    }

    @Override
    public void linksChanged() {
        if (kernel.psocks != null) {
            kernel.psocks.linksChanged(this);
        }
    }

    /** Takes it out of all sockmaps (Linux 6.12: sock_map_close(), sock_map_destroy()). */
    public void leaveSocketMaps() {
        if (socketLinks != null) {
            socketLinks.leaveAll();
        }
    }

    @Override
    public int socketState() {
        return skc_state;
    }

    @Override
    public long socketCookie() {
        return cookie();
    }

    /** Segments that left and are not (S)ACKed or deemed lost, plus retransmissions (RFC 6675's pipe). */
    public int packetsInFlight() {
        return packets_out - leftOut() + retrans_out;
    }

    /** Whether nothing more may go. A program may set the window to 0xffffffff: the kernel's u32 knows no sign. */
    public boolean cwndIsFull() {
        return Integer.compareUnsigned(packetsInFlight(), snd_cwnd) >= 0;
    }

    /** Segments that left the network: SACKed or lost. */
    public int leftOut() {
        return sacked_out + lost_out;
    }

    /** True below the slow start threshold. */
    public boolean inSlowStart() {
        return Integer.compareUnsigned(snd_cwnd, snd_ssthresh) < 0;
    }

    /** True until the window has been reduced or grown beyond its threshold for the first time. */
    public boolean inInitialSlowstart() {
        return Integer.compareUnsigned(snd_ssthresh, TCP_INFINITE_SSTHRESH) >= 0;
    }

    /** Whether there is room for another buffer (sk_stream_memory_free()). */
    public boolean isStreamMemoryFree() {
        return sk_wmem_queued < sk_sndbuf && hasFewUnsent(0);
    }

    /** Whether a writer that waits may be woken: a third of the buffer is free, and half the low-water mark. */
    public boolean isStreamWriteable() {
        return sk_sndbuf - sk_wmem_queued >= sk_wmem_queued >> 1 && sk_wmem_queued < sk_sndbuf && hasFewUnsent(1);
    }

    private boolean hasFewUnsent(int shift) {
        int lowat = notsent_lowat != 0 ? notsent_lowat : kernel.sysctls.tcp_notsent_lowat;
        return lowat == -1 || Integer.compareUnsigned(write_seq - snd_nxt << shift, lowat) < 0;
    }

    /** True in the states CWR and Recovery, where the window shrinks segment by segment. */
    public boolean inCwndReduction() {
        return icsk_ca_state == CaState.CWR || icsk_ca_state == CaState.RECOVERY;
    }

    /**
     * Whether the window was the limit lately, so that it may grow (RFC 7661 in Linux's form: in slow start up to
     * twice what was used).
     */
    public boolean isCwndLimited() {
        if (is_cwnd_limited) {
            return true;
        }
        return inSlowStart() && snd_cwnd < 2 * max_packets_out;
    }

    /** First sequence number beyond the peer's window. */
    public int wndEnd() {
        return snd_una + snd_wnd;
    }

    /** Bytes received in order and not yet read. */
    public int unread() {
        return rcv_nxt - copied_seq - (fin_received ? 1 : 0);
    }

    /** How many bytes of the outgoing stream lie before a sequence number that is in or beyond the window. */
    public long streamOffset(int seq) {
        int synCounted = (int) bytes_acked - (snd_una - iss - 1); // bytes_acked counts the SYN of an active open
        return bytes_acked - synCounted + (seq - snd_una);
    }

    /** How many bytes of the incoming stream the application has read. */
    public long readOffset() {
        return bytes_received - (rcv_nxt - copied_seq); // a FIN counts in both
    }

    /** The application takes the connection out of its listener's queue: accept(). */
    public void accepted() {
        if (queuedAt != null) {
            queuedAt.sk_ack_backlog--;
            queuedAt = null;
        }
    }

    /** Whether the connection was opened fast and its handshake is not complete (tcp_passive_fastopen()). */
    public boolean isPassiveFastOpen() {
        return skc_state == TcpState.SYN_RECV && fastopen_rsk != null;
    }

    /** Whether {@link CongestionOps} has an optional member. */
    public boolean caHas(int member) {
        return (icsk_ca_members & member) != 0;
    }

    /** Minimum RTT in microseconds over {@code net.ipv4.tcp_min_rtt_wlen}; ~0 if none is known. */
    public int minRttUs() {
        return rtt_min.get();
    }

    /** Whether the sock_ops flag is set (BPF_SOCK_OPS_TEST_FLAG). */
    public boolean wantsCallback(int flag) {
        return (bpf_sock_ops_cb_flags & flag) != 0;
    }

    /** Notes what the owner is to be told. */
    public void raise(int events) {
        pendingEvents |= events;
    }

    /** A time of {@link Chrono} begins (tcp_chrono_start()). */
    public void chronoStart(int type) {
        chrono.begin(type, kernel);
    }

    /** A time of {@link Chrono} ends (tcp_chrono_stop()). */
    public void chronoStop(int type) {
        chrono.end(type, kernel, sk_write_queue.isEmpty() && tcp_rtx_queue.isEmpty());
    }

    /** Tells the owner what has happened. The stack calls it when it has done with a segment or a timer. */
    public void deliverEvents() {
        if (deliversEvents) {
            return; // the owner is being told; what it causes is told when it is done
        }
        deliversEvents = true;
        while (pendingEvents != 0 && callbacks != null) {
            int events = pendingEvents;
            pendingEvents = 0;
            callbacks.wakeUp(this, events);
        }
        deliversEvents = false;
    }

    /** Changes the state; programs that asked for it are told first (tcp_set_state()). */
    public void setState(int state) {
        if (wantsCallback(SockOps.BPF_SOCK_OPS_STATE_CB_FLAG)) {
            callBpf(SockOps.BPF_SOCK_OPS_STATE_CB, skc_state, state, 0);
        }
        int old = skc_state;
        if (state == TcpState.ESTABLISHED && old != TcpState.ESTABLISHED) {
            kernel.mib.inc(Mib.TCP_CURR_ESTAB);
        } else if (state == TcpState.CLOSE && (old == TcpState.CLOSE_WAIT || old == TcpState.ESTABLISHED)) {
            kernel.mib.inc(Mib.TCP_ESTAB_RESETS);
        }
        if (old == TcpState.ESTABLISHED && state != TcpState.ESTABLISHED) {
            kernel.mib.add(Mib.TCP_CURR_ESTAB, -1);
        }
        skc_state = state;
    }

    /** Reads the clock for what is about to happen (tcp_mstamp_refresh()). */
    public void refreshClock() {
        long ns = kernel.clockNs();
        tcp_clock_cache = ns;
        tcp_mstamp = ns / 1000;
    }

    /** Milliseconds of the clock at the last refresh, as time stamps count them (tcp_time_stamp_ts()). */
    public int timeStampMs() {
        return (int) (tcp_mstamp / 1000);
    }

    /** The window that the peer may still use (tcp_receive_window()). */
    public int receiveWindow() {
        return Math.max(0, rcv_wup + rcv_wnd - rcv_nxt);
    }

    /** Largest window that so much memory allows, by the share of payload that segments have shown. */
    public int winFromSpace(int space) {
        return (int) ((long) space * scaling_ratio >> TCP_RMEM_TO_WIN_SCALE);
    }

    /** Free window by memory (tcp_space()). */
    public int space() {
        return winFromSpace(sk_rcvbuf - sk_rmem_alloc);
    }

    /** Whole window by memory (tcp_full_space()). */
    public int fullSpace() {
        return winFromSpace(sk_rcvbuf);
    }

    /** Initial congestion window: the route's, or 10 segments (RFC 6928), not above the clamp. */
    public int initialCwnd() {
        int cwnd = dst_initcwnd != 0 ? dst_initcwnd : TCP_INIT_CWND;
        return Integer.compareUnsigned(cwnd, snd_cwnd_clamp) < 0 ? cwnd : snd_cwnd_clamp;
    }

    /** Ticks of silence before the first keepalive probe: two hours unless the socket says otherwise. */
    public int keepaliveTime() {
        return keepalive_time != 0 ? keepalive_time : kernel.sysctls.tcp_keepalive_time * kernel.hz;
    }

    /** Ticks between keepalive probes. */
    public int keepaliveInterval() {
        return keepalive_intvl != 0 ? keepalive_intvl : kernel.sysctls.tcp_keepalive_intvl * kernel.hz;
    }

    /** Keepalive probes without an answer after which a connection is dead. */
    public int keepaliveProbes() {
        return keepalive_probes != 0 ? keepalive_probes : kernel.sysctls.tcp_keepalive_probes;
    }

    /** Ticks since anything came from the peer (keepalive_time_elapsed()). */
    public int silence() {
        int now = kernel.jiffies();
        return Math.min(now - icsk_ack_lrcvtime, now - rcv_tstamp);
    }

    /** Ticks that an orphan stays in FIN_WAIT2 (tcp_fin_time()). */
    public int finTime() {
        int ticks = linger2 != 0 ? linger2 : kernel.sysctls.tcp_fin_timeout * kernel.hz;
        return Math.max(ticks, (icsk_rto << 2) - (icsk_rto >> 1));
    }

    /** Whether messages about the path's MTU are believed (ip_sk_accept_pmtu()). */
    public boolean acceptsPathMtu() {
        return pmtudisc != IP_PMTUDISC_INTERFACE && pmtudisc != IP_PMTUDISC_OMIT;
    }

    /** Least RTO in microseconds. */
    public int rtoMinUs() {
        return (int) kernel.jiffiesToUs(icsk_rto_min);
    }

    /** Whether the congestion control relies on ECN (tcp_ca_needs_ecn()). */
    public boolean caNeedsEcn() {
        return (icsk_ca_ops.flags() & CongestionOps.TCP_CONG_NEEDS_ECN) != 0;
    }

    /** Sends the following packets as ECT(0) or as Not-ECT (INET_ECN_xmit(), INET_ECN_dontxmit()). */
    public void setEcnCapable(boolean capable) {
        tos = capable ? tos & ~Ecn.CE | Ecn.ECT_0 : tos & ~Ecn.CE;
    }

    /** Whether the stack treats the connection as interactive and delays ACKs to send them with data. */
    public boolean inPingpongMode() {
        return icsk_ack_pingpong >= PINGPONG_THRESHOLD;
    }

    /** Whether an ACK is owed. */
    public boolean ackScheduled() {
        return (icsk_ack_pending & ICSK_ACK_SCHED) != 0;
    }

    /** First sequence number after the highest SACKed segment (tcp_highest_sack_seq()). */
    public int highestSackSeq() {
        if (sacked_out == 0) {
            return snd_una;
        }
        return highest_sack == null ? snd_nxt : highest_sack.seq;
    }

    /** The slow start threshold, or three quarters of the window if that is more (tcp_current_ssthresh()). */
    public int currentSsthresh() {
        return inCwndReduction() ? snd_ssthresh : Math.max(snd_ssthresh, (snd_cwnd >> 1) + (snd_cwnd >> 2));
    }

    /** Leaves for another congestion state; the congestion control hears of it first. */
    public void setCaState(int newState) {
        if (caHas(CongestionOps.SET_STATE)) {
            icsk_ca_ops.set_state(this, newState);
        }
        icsk_ca_state = newState;
    }

    /** Tells the congestion control of an event (see {@link CaEvent}). */
    public void caEvent(int event) {
        if (caHas(CongestionOps.CWND_EVENT)) {
            icsk_ca_ops.cwnd_event(this, event);
        }
    }
}
