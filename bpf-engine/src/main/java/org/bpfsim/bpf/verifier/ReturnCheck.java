package org.bpfsim.bpf.verifier;

/** What R0 may be when a program ends. */
final class ReturnCheck {
    private final Verification v;

    ReturnCheck(Verification v) {
        this.v = v;
    }

    static String range(String where, Reg r0, long min, long max) {
        Ranges r = r0.ranges;
        String has = r.smin == Long.MIN_VALUE && r.smax == Long.MAX_VALUE
                ? "unknown scalar value"
                : "smin=" + r.smin + " smax=" + r.smax;
        return where + " the register R0 has " + has + " should have been in [" + min + ", " + max + "]";
    }

    /** At {@code exit} of the outermost function. */
    void check() {
        int subprogram = v.frame().subprogram;
        Reg r0 = v.reg(0);
        boolean global = subprogram != 0 && !v.frame().asyncCallback;
        if (v.frame().asyncCallback) {
            requireScalar(r0, "At async callback return");
            v.precision.mark(0);
            bounds("At async callback return", r0, v.frame().returnMin, v.frame().returnMax);
            return;
        }
        if (global) {
            if (v.context.returnsVoid(subprogram)) {
                return;
            }
            if (r0.type == RegType.NOT_INIT) {
                throw v.access("R0 !read_ok");
            }
            if (!r0.isScalar()) {
                throw v.invalid("At subprogram exit the register R0 is not a scalar value (" + r0.typeName() + ")");
            }
            return;
        }
        if (v.context.mayReturnNothing()) {
            return;
        }
        if (r0.type == RegType.NOT_INIT) {
            throw v.access("R0 !read_ok");
        }
        if (r0.isPointer() && !v.context.mayReturnPointer()) {
            // The privileged may leak addresses.
        }
        ProgramContext.ReturnRange range = v.context.returnRange();
        if (range == null) {
            return;
        }
        requireScalar(r0, "At program exit");
        v.precision.mark(0);
        if (range.unsigned32()) {
            if (Integer.compareUnsigned(r0.ranges.umin32, (int) range.min()) < 0
                    || Integer.compareUnsigned(r0.ranges.umax32, (int) range.max()) > 0) {
                throw v.invalid(range("At program exit", r0, range.min(), range.max()));
            }
            return;
        }
        bounds("At program exit", r0, range.min(), range.max());
    }

    private void requireScalar(Reg r0, String where) {
        if (r0.type == RegType.NOT_INIT) {
            throw v.access("R0 !read_ok");
        }
        if (!r0.isScalar()) {
            throw v.invalid(where + " the register R0 is not a known value (" + r0.typeName() + ")");
        }
    }

    private void bounds(String where, Reg r0, long min, long max) {
        if (r0.ranges.smin < min || r0.ranges.smax > max) {
            throw v.invalid(range(where, r0, min, max));
        }
    }
}
