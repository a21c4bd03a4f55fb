package org.bpfsim.tcp.packetdrill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bpfsim.tcp.packetdrill.script.Script;
import org.bpfsim.tcp.packetdrill.script.ScriptException;

/** Runs packetdrill scripts, each against a fresh host. Runs share nothing. */
public final class Packetdrill {
    private final Settings settings;

    /** @param settings what scripts do not choose themselves */
    public Packetdrill(Settings settings) {
        this.settings = settings;
    }

    /**
     * Runs the script of a file. Shell scripts that it names are looked for from the file's folder.
     *
     * @throws IOException if the file cannot be read
     */
    public ScriptResult run(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return run(file.toString(), text, file.toAbsolutePath().getParent());
    }

    /** Runs a script that is given as text. */
    public ScriptResult run(String name, String text) {
        return run(name, text, null);
    }

    private ScriptResult run(String name, String text, Path folder) {
        ScriptRun run;
        try {
            Script script = Script.parse(text, settings.defines());
            run = new ScriptRun(script, settings.with(script.options()), folder);
        } catch (ScriptException e) {
            return new ScriptResult(name, name + ":" + e.line() + ": " + e.getMessage(), List.of(), List.of());
        } catch (IllegalArgumentException e) {
            return new ScriptResult(name, name + ": " + e.getMessage(), List.of(), List.of());
        }
        String failure = null;
        try {
            run.run();
        } catch (ScriptException e) {
            failure = name + ":" + e.line() + ": " + e.getMessage();
        }
        return new ScriptResult(name, failure, run.printed(), run.notes());
    }
}
