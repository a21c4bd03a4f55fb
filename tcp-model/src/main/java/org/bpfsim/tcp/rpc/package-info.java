/**
 * Applications that talk in frames: what runs at both ends of RPC connections, and in between.
 *
 * <pre>
 * RpcFraming    the bytes of a frame                 (the descriptor is that of Linux's AutoLOWAT selftest)
 * FrameStream   frames that one end sends, as the bytes of a stream
 * FrameReader   takes a stream of frames apart as it comes
 * </pre>
 * A request says in its header what it asks for. So servers and proxies know nothing but the bytes that they read, and a
 * program that loses or changes bytes breaks a connection here as it would anywhere.
 */
package org.bpfsim.tcp.rpc;
