package org.bpfsim.tcp.bpf;

import java.util.function.ToLongFunction;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.types.StructType;

/** A sock_ops program written in Java. */
record FakeProgram(String name, ToLongFunction<SockOpsContext> body) implements BpfProgram {
    @Override
    public ProgramFamily family() {
        return SockOpsFamily.FAMILY;
    }

    @Override
    public long run(Object context) {
        return body.applyAsLong((SockOpsContext) context);
    }

    @Override
    public <T> void argument(int index, T object, StructType<T> type) {
        throw new UnsupportedOperationException("not a struct_ops program");
    }

    @Override
    public void argument(int index, long value) {
        throw new UnsupportedOperationException("not a struct_ops program");
    }

    @Override
    public long run() {
        throw new UnsupportedOperationException("not a struct_ops program");
    }

    @Override
    public long lastRunInstructions() {
        return 0;
    }
}
