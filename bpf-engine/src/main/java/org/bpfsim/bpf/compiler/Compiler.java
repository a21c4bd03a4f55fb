package org.bpfsim.bpf.compiler;

import java.lang.invoke.MethodHandles;
import java.util.Optional;
import org.bpfsim.bpf.interpreter.CompiledCode;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;

/** Turns programs into Java bytecode: a hidden class for each, which goes when nobody holds its code any more. */
public final class Compiler {
    private Compiler() {}

    /** Compiles a program; empty if it is larger than a Java class can be. */
    public static Optional<CompiledCode> compile(CompilerInput input) {
        ProgramWriter writer = new ProgramWriter(input);
        byte[] bytes;
        try {
            bytes = writer.write();
        } catch (ClassTooLargeException | MethodTooLargeException e) {
            return Optional.empty();
        }
        try {
            MethodHandles.Lookup hidden =
                    MethodHandles.lookup().defineHiddenClassWithClassData(bytes, writer.classData(), true);
            return Optional.of(
                    (CompiledCode) hidden.lookupClass().getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("compiled code of " + input.decoded().name() + " does not load", e);
        }
    }
}
