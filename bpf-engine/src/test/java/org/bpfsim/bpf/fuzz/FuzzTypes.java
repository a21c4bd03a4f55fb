package org.bpfsim.bpf.fuzz;

import java.util.List;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/** What an object's BTF says of the functions of made-up programs, and of the kfuncs that they call. */
final class FuzzTypes {
    private static final int INT = 1;
    private static final int ITERATOR_POINTER = 4;
    private static final int INT_POINTER = 5;
    private static final int DYNPTR_POINTER = 8;

    static final Btf KFUNCS = new Btf(List.of(
            new BtfType.Void(),
            new BtfType.Int("int", 4, 32, 0, true, false, false),
            new BtfType.Int("unsigned long long", 8, 64, 0, false, false, false),
            new BtfType.Struct("bpf_iter_num", false, 8, List.of(new BtfType.Member("__opaque", 2, 0, 0))),
            new BtfType.Pointer(3),
            new BtfType.Pointer(INT),
            new BtfType.Struct("bpf_dynptr", false, 16, List.of(new BtfType.Member("__opaque", 2, 0, 0))),
            new BtfType.Modifier(BtfType.Modifier.Qualifier.CONST, "", 6),
            new BtfType.Pointer(7),
            prototype(INT, parameter("it", ITERATOR_POINTER), parameter("start", INT), parameter("end", INT)),
            new BtfType.Func("bpf_iter_num_new", 9, BtfType.Linkage.EXTERN),
            prototype(INT_POINTER, parameter("it", ITERATOR_POINTER)),
            new BtfType.Func("bpf_iter_num_next", 11, BtfType.Linkage.EXTERN),
            prototype(0, parameter("it", ITERATOR_POINTER)),
            new BtfType.Func("bpf_iter_num_destroy", 13, BtfType.Linkage.EXTERN),
            prototype(INT, parameter("p", DYNPTR_POINTER)),
            new BtfType.Func("bpf_dynptr_size", 15, BtfType.Linkage.EXTERN),
            prototype(INT),
            new BtfType.Func("f", 17, BtfType.Linkage.STATIC)));

    /** A function of a program: {@code static int f()}. */
    static final int FUNCTION = 18;

    private FuzzTypes() {}

    private static BtfType.Parameter parameter(String name, int type) {
        return new BtfType.Parameter(name, type);
    }

    private static BtfType prototype(int result, BtfType.Parameter... parameters) {
        return new BtfType.Prototype(result, List.of(parameters));
    }
}
