package org.bpfsim.tcp.sock;

/**
 * Buffers that wait to be sent for the first time (Linux: sk_write_queue): the head is the next to be sent
 * (tcp_send_head()), the tail the one to which data is appended (tcp_write_queue_tail()).
 */
public final class WriteQueue extends SkbList {}
