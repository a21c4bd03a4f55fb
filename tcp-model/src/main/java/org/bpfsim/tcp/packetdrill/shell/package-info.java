/**
 * Shell lines of scripts. Nothing is executed: a table of commands knows what a simulated host can follow.
 *
 * <pre>
 * ShellWords   a line's words: quotes, $((...)), redirections
 * Shell        runs lines: looks a command up, or reads the shell script that it names
 * Command      one command
 * Nstat        the host's counters
 * NetDevice    the host's network device
 * ShellResult  its output and exit status
 * </pre>
 */
package org.bpfsim.tcp.packetdrill.shell;
