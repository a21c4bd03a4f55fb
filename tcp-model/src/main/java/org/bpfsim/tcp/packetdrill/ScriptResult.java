package org.bpfsim.tcp.packetdrill;

import java.util.List;

/**
 * How a script ended.
 *
 * @param name the script's path or name
 * @param failure what went wrong, as packetdrill shows it (script:line and what was expected), or null if it passed
 * @param printed lines that its code printed
 * @param notes what its shell lines asked for and the host could not follow
 */
public record ScriptResult(String name, String failure, List<String> printed, List<String> notes) {
    public ScriptResult {
        printed = List.copyOf(printed);
        notes = List.copyOf(notes);
    }

    public boolean passed() {
        return failure == null;
    }
}
