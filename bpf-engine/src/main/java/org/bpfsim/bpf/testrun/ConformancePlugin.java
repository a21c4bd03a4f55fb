package org.bpfsim.bpf.testrun;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierInput;
import org.bpfsim.bpf.verifier.VerifierKernel;
import org.bpfsim.bpf.verifier.VerifierRefusal;

/**
 * What the public bpf_conformance runner asks of a plugin: memory and program as hexadecimal bytes in, R0 out. It runs each
 * test in a process of its own: {@code [memory] [options…]} on the command line, the program on the standard input.
 */
public final class ConformancePlugin {
    private ConformancePlugin() {}

    /**
     * Runs one test and answers R0 in hexadecimal.
     *
     * @param arguments of the command line: one that is made of hexadecimal bytes is the memory; {@code --verify} asks Linux's
     *     verifier first. Without it, all that the instruction set defines runs, also what Linux refuses (shifts by more than
     *     there are bits, calls through registers)
     * @param program the standard input
     * @throws BpfLoadException if the program is not made of instructions
     * @throws org.bpfsim.bpf.BpfFault if it does what it must not
     * @throws IllegalArgumentException if the input is not hexadecimal, or asks for what the plugin does not do
     */
    public static String run(List<String> arguments, String program, Execution execution) throws BpfLoadException {
        byte[] memory = new byte[0];
        boolean verify = false;
        for (String argument : arguments) {
            if (argument.equals("--verify")) {
                verify = true;
                continue;
            }
            if (argument.startsWith("-")) {
                throw new IllegalArgumentException("the plugin has no option " + argument);
            }
            memory = bytes(argument);
        }
        if (verify) {
            verify(bytes(program), memory.length);
        }
        // The suite knows one helper, 5: "unwind", which must come back when it is called with -1.
        BareProgram bare = BareProgram.of(
                bytes(program), Map.of(5, (call, r1, r2, r3, r4, r5) -> r1), TestServices.silent(), execution);
        return Long.toHexString(bare.run(memory));
    }

    private static void verify(byte[] program, int memoryBytes) throws BpfLoadException {
        SourceLocation here = SourceLocation.of("program", "code");
        try {
            Verifier.verify(
                    new VerifierInput(
                            "program",
                            "bare",
                            Integer.toString(memoryBytes),
                            Code.decode(program),
                            List.of(new VerifierInput.Subprogram("program", 0, true, 0)),
                            Map.of(),
                            true,
                            Set.of(),
                            Btf.empty(),
                            VerifierKernel.Family.NONE,
                            Btf.empty(),
                            slot -> Optional.empty()),
                    0);
        } catch (VerifierRefusal refusal) {
            throw new BpfLoadException(
                    here, "insn " + refusal.slot() + ": Linux refuses it: " + refusal.getMessage(), "");
        } catch (IllegalArgumentException e) {
            throw new BpfLoadException(here, e.getMessage(), "");
        }
    }

    /** Hexadecimal bytes with or without white space between them. */
    static byte[] bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int high = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                continue;
            }
            int digit = Character.digit(c, 16);
            if (digit < 0) {
                throw new IllegalArgumentException("'" + c + "' is no hexadecimal digit");
            }
            if (high < 0) {
                high = digit;
            } else {
                bytes.write(high << 4 | digit);
                high = -1;
            }
        }
        if (high >= 0) {
            throw new IllegalArgumentException("the last byte has one hexadecimal digit");
        }
        return bytes.toByteArray();
    }
}
