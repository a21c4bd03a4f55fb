/**
 * Sockets as programs see them, without a network behind them.
 *
 * <pre>
 * SocketView   struct bpf_sock of an embedder, and the addresses in it that contexts repeat
 * PlainSocket  a socket that is nothing but its fields: for programs run by hand
 * </pre>
 */
package org.bpfsim.bpf.socket;
