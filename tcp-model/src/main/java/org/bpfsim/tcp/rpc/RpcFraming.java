package org.bpfsim.tcp.rpc;

import org.bpfsim.bpf.LittleEndian;

/**
 * The bytes of an RPC frame: a descriptor, a header, a payload. The descriptor is that of the kernel's AutoLOWAT selftest
 * (tcp_autolowat): two 32-bit numbers in host order, the header's length and the payload's. What stands in the header is ours: a
 * request says what it asks for, so that a server needs to know nothing but the bytes that it reads.
 *
 * <pre>
 * offset  bytes
 *      0      4  header length          descriptor
 *      4      4  payload length
 *      8      8  id                     header; an answer bears the id of its request
 *     16      8  bytes that the answer's payload is to have
 *     24      8  nanoseconds of work that the answer takes
 *     32         rest of the header, then the payload: zeros
 * </pre>
 *
 * Hot path: no allocation.
 */
public final class RpcFraming {
    /** Bytes of a descriptor. */
    public static final int DESCRIPTOR_BYTES = 8;

    /** The least that a header has. */
    public static final int MIN_HEADER_BYTES = 24;

    /** Bytes of a frame that are not zero. */
    static final int MEANING_BYTES = DESCRIPTOR_BYTES + MIN_HEADER_BYTES;

    private static final int PAYLOAD_LENGTH = 4;
    private static final int ID = 8;
    private static final int ANSWER_BYTES = 16;
    private static final int WORK_NS = 24;

    private RpcFraming() {}

    /** Writes a descriptor. */
    public static void putDescriptor(byte[] target, int at, int headerBytes, int payloadBytes) {
        LittleEndian.put(target, at, Integer.BYTES, headerBytes);
        LittleEndian.put(target, at + PAYLOAD_LENGTH, Integer.BYTES, payloadBytes);
    }

    /** The header's length that a descriptor tells. */
    public static int headerBytes(byte[] frame, int at) {
        return LittleEndian.s32(frame, at);
    }

    /** The payload's length that a descriptor tells. */
    public static int payloadBytes(byte[] frame, int at) {
        return LittleEndian.s32(frame, at + PAYLOAD_LENGTH);
    }

    static void putHeader(byte[] frame, int at, long id, long answerBytes, long workNs) {
        LittleEndian.put(frame, at + ID, Long.BYTES, id);
        LittleEndian.put(frame, at + ANSWER_BYTES, Long.BYTES, answerBytes);
        LittleEndian.put(frame, at + WORK_NS, Long.BYTES, workNs);
    }

    static long id(byte[] frame, int at) {
        return LittleEndian.s64(frame, at + ID);
    }

    static long answerBytes(byte[] frame, int at) {
        return LittleEndian.s64(frame, at + ANSWER_BYTES);
    }

    static long workNs(byte[] frame, int at) {
        return LittleEndian.s64(frame, at + WORK_NS);
    }
}
