package org.bpfsim.tcp.packetdrill.shell;

import java.util.List;

/** A command of the table. */
@FunctionalInterface
interface Command {
    /**
     * Runs it.
     *
     * @param words the command and its arguments
     * @param input what is piped into it
     */
    ShellResult run(List<String> words, String input);
}
