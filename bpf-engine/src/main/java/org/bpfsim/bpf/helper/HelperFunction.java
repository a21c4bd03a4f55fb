package org.bpfsim.bpf.helper;

/** What a helper or kfunc does: five 64-bit arguments, one 64-bit result; errors are negated errno values. */
@FunctionalInterface
public interface HelperFunction {
    long call(HelperCall call, long r1, long r2, long r3, long r4, long r5);

    /**
     * A function without arguments that looks at nothing of the run but its {@link RuntimeServices}: compiled code calls it
     * without an address space around it.
     */
    record OnServices(ServiceFunction function) implements HelperFunction {
        @Override
        public long call(HelperCall call, long r1, long r2, long r3, long r4, long r5) {
            return function.call(call.services());
        }

        /** The same when the services are known. */
        public long callWith(RuntimeServices services) {
            return function.call(services);
        }
    }

    /** What an {@link OnServices} does. */
    @FunctionalInterface
    interface ServiceFunction {
        long call(RuntimeServices services);
    }

    /**
     * A function whose first argument points to a kernel object and whose others are numbers: compiled code that has the object at
     * hand passes it as it is, without an address. It must not run programs.
     *
     * @param type of the object
     * @param resolver finds the object behind an address, or faults the program
     */
    record OnObject<T>(Class<T> type, Resolver<T> resolver, ObjectFunction<T> function) implements HelperFunction {
        @Override
        public long call(HelperCall call, long r1, long r2, long r3, long r4, long r5) {
            return function.call(resolver.object(call, r1), r2, r3, r4, r5);
        }

        /** The same when the object is known, which is a {@code T}. */
        @SuppressWarnings("unchecked")
        public long callWith(Object object, long r2, long r3, long r4, long r5) {
            return function.call((T) object, r2, r3, r4, r5);
        }
    }

    /** Finds an object. */
    @FunctionalInterface
    interface Resolver<T> {
        /** The object at an address, never null. */
        T object(HelperCall call, long address);
    }

    /** What an {@link OnObject} does. */
    @FunctionalInterface
    interface ObjectFunction<T> {
        long call(T object, long r2, long r3, long r4, long r5);
    }
}
