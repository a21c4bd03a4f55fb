package org.bpfsim.bpf.compiler;

import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Java objects that compiled code names: static final fields of its class, filled in from the class data of the hidden class, so
 * that HotSpot takes them for constants and calls through them directly.
 */
final class Constants {
    private record Constant(Object value, Class<?> type) {}

    private final String owner;
    private final List<Constant> constants = new ArrayList<>();

    Constants(String owner) {
        this.owner = owner;
    }

    /** Pushes an object. */
    void push(Emitter e, Object value, Class<?> type) {
        int index = 0;
        while (index < constants.size()
                && !(constants.get(index).value == value && constants.get(index).type == type)) {
            index++;
        }
        if (index == constants.size()) {
            constants.add(new Constant(value, type));
        }
        e.mv.visitFieldInsn(Opcodes.GETSTATIC, owner, "c" + index, type.descriptorString());
    }

    /** What the class is to be defined with. */
    Object[] data() {
        return constants.stream().map(Constant::value).toArray();
    }

    /** Declares the fields and sets them. */
    void write(ClassWriter writer) {
        if (constants.isEmpty()) {
            return;
        }
        MethodVisitor mv = writer.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
        mv.visitCode();
        Emitter e = new Emitter(mv);
        e.callStatic(MethodHandles.class, "lookup", "()Ljava/lang/invoke/MethodHandles$Lookup;");
        mv.visitLdcInsn("_");
        mv.visitLdcInsn(Type.getType(Object[].class));
        e.callStatic(
                MethodHandles.class,
                "classData",
                "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;)Ljava/lang/Object;");
        mv.visitTypeInsn(Opcodes.CHECKCAST, "[Ljava/lang/Object;");
        e.store(0);
        for (int i = 0; i < constants.size(); i++) {
            Class<?> type = constants.get(i).type;
            writer.visitField(
                            Opcodes.ACC_STATIC | Opcodes.ACC_FINAL | Opcodes.ACC_PRIVATE,
                            "c" + i,
                            type.descriptorString(),
                            null,
                            null)
                    .visitEnd();
            e.load(0);
            e.number(i);
            e.op(Opcodes.AALOAD);
            mv.visitTypeInsn(Opcodes.CHECKCAST, Type.getInternalName(type));
            mv.visitFieldInsn(Opcodes.PUTSTATIC, owner, "c" + i, type.descriptorString());
        }
        e.op(Opcodes.RETURN);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }
}
