package org.bpfsim.bpf.sockmap;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.types.AccessViolation;

/** Helpers on messages (man 7 bpf-helpers). Numbers of bytes are unsigned and have 32 bits. */
final class MessageHelpers {
    private static final long U32 = 0xffff_ffffL;

    private MessageHelpers() {}

    private static Message message(HelperCall call) {
        if (call.context() instanceof Message message) {
            return message;
        }
        throw new AccessViolation("the helper needs a message as context");
    }

    /** {@code bpf_msg_apply_bytes}. */
    static long apply(HelperCall call, long context, long count, long r3, long r4, long r5) {
        message(call).applyBytes((int) count);
        return 0;
    }

    /** {@code bpf_msg_cork_bytes}. */
    static long cork(HelperCall call, long context, long count, long r3, long r4, long r5) {
        message(call).corkBytes((int) count);
        return 0;
    }

    /** {@code bpf_msg_pull_data}. */
    static long pull(HelperCall call, long context, long start, long end, long flags, long r5) {
        return flags != 0 ? -Errno.EINVAL : message(call).pull(start & U32, end & U32);
    }

    /** {@code bpf_msg_push_data}. */
    static long push(HelperCall call, long context, long start, long length, long flags, long r5) {
        return flags != 0 ? -Errno.EINVAL : message(call).push(start & U32, length & U32);
    }

    /** {@code bpf_msg_pop_data}. */
    static long pop(HelperCall call, long context, long start, long length, long flags, long r5) {
        return flags != 0 ? -Errno.EINVAL : message(call).pop(start & U32, length & U32);
    }
}
