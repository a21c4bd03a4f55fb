package org.bpfsim.bpf.helper;

/** What a helper or kfunc does: five 64-bit arguments, one 64-bit result; errors are negated errno values. */
@FunctionalInterface
public interface HelperFunction {
    long call(HelperCall call, long r1, long r2, long r3, long r4, long r5);
}
