/**
 * Programs on the messages that sockets of a sockmap send.
 *
 * <pre>
 * SkMsg           the family: sections, struct sk_msg_md, helpers
 * Message         a message in pieces: the context; Pieces, whose bytes may come from a ByteSource
 * MessageHelpers  what its helpers do                    Linux 6.12: net/core/filter.c
 * </pre>
 * Programs on what such sockets receive (sk_skb) have packets as context: {@code packet}. The maps are in {@code map}.
 */
package org.bpfsim.bpf.sockmap;
