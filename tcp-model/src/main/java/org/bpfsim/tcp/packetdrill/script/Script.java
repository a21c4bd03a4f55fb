package org.bpfsim.tcp.packetdrill.script;

import java.util.List;
import java.util.Map;

/**
 * A script that was read.
 *
 * @param options values by name; {@code ""} for options without one
 * @param init shell lines that run before time begins, or null
 * @param cleanup shell lines at the end, or null
 */
public record Script(Map<String, String> options, Action.Shell init, List<Event> events, Action.Shell cleanup) {
    public Script {
        options = Map.copyOf(options);
        events = List.copyOf(events);
    }

    /**
     * Reads a script.
     *
     * @param defines values that stand for words (-D NAME=VALUE)
     * @throws ScriptException if it is not right
     */
    public static Script parse(String text, Map<String, String> defines) {
        return new ScriptParser(ScriptLexer.tokens(text, defines)).script();
    }
}
