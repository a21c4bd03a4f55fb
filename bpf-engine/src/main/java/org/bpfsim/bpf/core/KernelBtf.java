package org.bpfsim.bpf.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.types.KernelTypes;
import org.bpfsim.bpf.types.Member;
import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;

/** Describes an embedder's kernel types as BTF: the counterpart of {@code /sys/kernel/btf/vmlinux}. */
public final class KernelBtf {
    private final List<BtfType> types = new ArrayList<>();
    private final Map<String, Integer> structIds = new LinkedHashMap<>();
    private final Map<ScalarType, Integer> scalarIds = new LinkedHashMap<>();
    private final Map<String, Integer> anonymous = new LinkedHashMap<>();

    private KernelBtf() {}

    public static Btf of(KernelTypes kernel) {
        return new KernelBtf().build(kernel);
    }

    private Btf build(KernelTypes kernel) {
        types.add(new BtfType.Void());
        for (ScalarType scalar : ScalarType.values()) {
            scalarIds.put(scalar, types.size());
            types.add(new BtfType.Int(
                    scalar.typeName(),
                    scalar.bytes(),
                    8 * scalar.bytes(),
                    0,
                    scalar.signed(),
                    false,
                    scalar == ScalarType.BOOL));
        }
        kernel.enums().forEach((name, values) -> {
            List<BtfType.Enumerator> enumerators = new ArrayList<>();
            values.forEach((n, v) -> enumerators.add(new BtfType.Enumerator(n, v)));
            types.add(new BtfType.Enum(name, 4, false, enumerators));
        });
        // Structs point to each other, so all get their ids before any gets its members.
        for (StructType<?> struct : kernel.structs().values()) {
            structIds.put(struct.name(), types.size());
            types.add(new BtfType.Struct(struct.name(), false, struct.bytes(), List.of()));
        }
        for (StructType<?> struct : kernel.structs().values()) {
            List<BtfType.Member> members = members(struct.members(), 0);
            types.set(structIds.get(struct.name()), new BtfType.Struct(struct.name(), false, struct.bytes(), members));
        }
        return new Btf(types);
    }

    private <T> List<BtfType.Member> members(List<Member<T>> members, int base) {
        List<BtfType.Member> result = new ArrayList<>();
        for (Member<T> member : members) {
            int bit = 8 * (member.offset() - base);
            int width = 0;
            if (member instanceof Member.Bits<T> bits) {
                bit += bits.bit();
                width = bits.width();
            }
            result.add(new BtfType.Member(member.name(), typeOf(member), bit, width));
        }
        return result;
    }

    private <T> int typeOf(Member<T> member) {
        if (member instanceof Member.Scalar<T> m) {
            return scalarIds.get(m.type());
        } else if (member instanceof Member.Bits<T> m) {
            return scalarIds.get(m.type());
        } else if (member instanceof Member.Array<T> m) {
            return array(scalarIds.get(m.type()), m.count());
        } else if (member instanceof Member.Memory<T> m) {
            return array(scalarIds.get(ScalarType.U8), m.bytes());
        } else if (member instanceof Member.Pointer<T> m && m.bytes() == 4) {
            return scalarIds.get(ScalarType.U32);
        } else if (member instanceof Member.Pointer<T> m) {
            int target = m.target().map(t -> structIds.get(t.get().name())).orElse(0);
            return once("*" + target, new BtfType.Pointer(target));
        } else if (member instanceof Member.Embedded<T, ?> m) {
            return structIds.get(m.type().name());
        } else if (member instanceof Member.Group<T> m) {
            types.add(new BtfType.Struct("", m.union(), m.bytes(), members(m.members(), m.offset())));
            return types.size() - 1;
        }
        throw new AssertionError(member);
    }

    private int array(int element, int count) {
        return once(element + "[" + count + "]", new BtfType.Array(element, scalarIds.get(ScalarType.U32), count));
    }

    private int once(String key, BtfType type) {
        return anonymous.computeIfAbsent(key, k -> {
            types.add(type);
            return types.size() - 1;
        });
    }
}
