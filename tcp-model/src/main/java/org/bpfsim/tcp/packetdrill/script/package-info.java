/**
 * Scripts of the packetdrill language as text and as records.
 *
 * <pre>
 * ScriptLexer     text to tokens with their lines; names defined by -D are replaced
 * ScriptParser    tokens to a Script: options, then events with their times
 * Action          what an event does: packets in and out, system calls, shell lines, assertions
 * Expression      arguments and results of system calls
 * TcpOption       a TCP option as bytes, written as the language writes it
 * ScriptException what is wrong, and on which line
 * </pre>
 * The language is documented with the tool: https://github.com/google/packetdrill/blob/master/syntax.md. It knows nothing
 * of the stack.
 */
package org.bpfsim.tcp.packetdrill.script;
