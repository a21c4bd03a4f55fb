package org.bpfsim.bpf.sockmap;

import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.SocketHelpers;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.socket.SocketView;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.types.StructTypeBuilder;

/** {@code BPF_PROG_TYPE_SK_MSG} (Linux 6.12: sk_msg_func_proto() in net/core/filter.c). */
public final class SkMsg {
    private SkMsg() {}

    /** {@code struct sk_msg_md} (Linux 6.12: include/uapi/linux/bpf.h). */
    public static StructType<Message> context(SocketView<?> sockets) {
        StructTypeBuilder<Message> type = StructType.builder("sk_msg_md", Message.class)
                .address("data", Message::data)
                .address("data_end", Message::dataEnd);
        type = sockets.addresses(type, Message::socket).u32("size", Message::size);
        return sockets.socket(type, Message::socket).build();
    }

    /** The family, for the embedder to add what it has for its sockets. */
    public static ProgramFamily.Builder family(SocketView<?> sockets) {
        return ProgramFamily.builder("sk_msg")
                .section("sk_msg")
                .section("sk_msg/")
                // Names of loaders before libbpf.
                .section("sk_msg1")
                .section("sk_msg2")
                .section("sk_msg3")
                .section("sk_msg4")
                .section("sk_msg5")
                .section("sk_msg6")
                .section("sk_msg7")
                .context(context(sockets))
                .helper("bpf_msg_redirect_map", SocketHelpers.REDIRECT_MAP)
                .helper("bpf_msg_redirect_hash", SocketHelpers.REDIRECT_HASH)
                .helper("bpf_msg_apply_bytes", MessageHelpers::apply)
                .helper("bpf_msg_cork_bytes", MessageHelpers::cork)
                .helper("bpf_msg_pull_data", MessageHelpers::pull)
                .helper("bpf_msg_push_data", MessageHelpers::push)
                .helper("bpf_msg_pop_data", MessageHelpers::pop)
                .helper("bpf_get_current_uid_gid", BaseHelpers.CURRENT_UID_GID)
                .helper("bpf_get_netns_cookie", BaseHelpers.NETNS_COOKIE)
                .helper("bpf_sk_storage_get", BaseHelpers.SK_STORAGE_GET)
                .helper("bpf_sk_storage_delete", BaseHelpers.SK_STORAGE_DELETE)
                .helper("bpf_perf_event_output", BaseHelpers.PERF_EVENT_OUTPUT);
    }
}
