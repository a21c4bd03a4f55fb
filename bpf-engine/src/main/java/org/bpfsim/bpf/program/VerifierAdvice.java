package org.bpfsim.bpf.program;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a user can do about the verifier's commonest refusals; its messages are Linux's own. */
final class VerifierAdvice {
    /** By a part of the message; the first that matches counts. */
    private static final Map<String, String> ADVICE = new LinkedHashMap<>();

    static {
        ADVICE.put("is not modelled", "Do without it, or guard it so that it is not reached.");
        ADVICE.put("_or_null'", "Test the pointer for NULL before using it.");
        ADVICE.put("invalid access to packet", "Compare the end of what is read with data_end first.");
        ADVICE.put("invalid access to map value", "Compare the index with the size of the map's value first.");
        ADVICE.put("unbounded memory access", "Compare the index with its limits first.");
        ADVICE.put("min value is negative", "Make the index unsigned, or compare it with 0 first.");
        ADVICE.put("!read_ok", "Initialise the variable on every path.");
        ADVICE.put("Unreleased reference", "Release what was acquired on every path.");
        ADVICE.put("only read is supported", "Copy what is needed; kernel memory cannot be written here.");
        ADVICE.put("invalid bpf_context access", "Read fields of the context as the UAPI header declares them, whole.");
        ADVICE.put("cannot use helper", "Linux has this helper for other program types only.");
        ADVICE.put(
                "GPL",
                "Declare a licence that Linux takes for compatible: char _license[] SEC(\"license\") = \"GPL\".");
        ADVICE.put("At program exit", "Return a value within that range.");
        ADVICE.put("too large", "Bound the loops, or use bpf_loop().");
        ADVICE.put("infinite loop", "Give the loop a bound, or use bpf_loop().");
        ADVICE.put("combined stack size", "Put large variables into a per-CPU array map.");
        ADVICE.put("invalid write to stack", "A program has 512 bytes of stack.");
    }

    private VerifierAdvice() {}

    /** What to do about a message. */
    static String on(String message, ProgramFamily family) {
        if (message.startsWith("no write support")) {
            return "Programs of type " + family.name() + " may write: " + String.join(", ", family.writableFields())
                    + ".";
        }
        return ADVICE.entrySet().stream()
                .filter(a -> message.contains(a.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("The verifier's log shows the path that leads there: bpfsim bpf check --log 1.");
    }
}
