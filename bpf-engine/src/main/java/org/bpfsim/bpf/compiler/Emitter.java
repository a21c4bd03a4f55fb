package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.memory.AddressSpace;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Writes bytecode: the words that the writers of this package are made of. */
final class Emitter {
    /** Pushes the number that is to be stored. */
    interface Value {
        void push();
    }

    final MethodVisitor mv;

    Emitter(MethodVisitor mv) {
        this.mv = mv;
    }

    void op(int... opcodes) {
        for (int opcode : opcodes) {
            mv.visitInsn(opcode);
        }
    }

    void number(long value) {
        if (value == 0) {
            mv.visitInsn(Opcodes.LCONST_0);
        } else if (value == 1) {
            mv.visitInsn(Opcodes.LCONST_1);
        } else if (value == (short) value) {
            number((int) value);
            mv.visitInsn(Opcodes.I2L);
        } else {
            mv.visitLdcInsn(value);
        }
    }

    void number(int value) {
        if (value >= -1 && value <= 5) {
            mv.visitInsn(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            mv.visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            mv.visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            mv.visitLdcInsn(value);
        }
    }

    void loadLong(int local) {
        mv.visitVarInsn(Opcodes.LLOAD, local);
    }

    void storeLong(int local) {
        mv.visitVarInsn(Opcodes.LSTORE, local);
    }

    void loadInt(int local) {
        mv.visitVarInsn(Opcodes.ILOAD, local);
    }

    void storeInt(int local) {
        mv.visitVarInsn(Opcodes.ISTORE, local);
    }

    void load(int local) {
        mv.visitVarInsn(Opcodes.ALOAD, local);
    }

    void store(int local) {
        mv.visitVarInsn(Opcodes.ASTORE, local);
    }

    void jump(int opcode, Label target) {
        mv.visitJumpInsn(opcode, target);
    }

    void label(Label label) {
        mv.visitLabel(label);
    }

    void callStatic(Class<?> owner, String name, String descriptor) {
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, name(owner), name, descriptor, owner.isInterface());
    }

    void callVirtual(Class<?> owner, String name, String descriptor) {
        mv.visitMethodInsn(
                owner.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL,
                name(owner),
                name,
                descriptor,
                owner.isInterface());
    }

    /** Pushes the address space. */
    void space() {
        load(Locals.RUN);
        field(CompiledRun.class, "space", AddressSpace.class);
    }

    /** Pushes the array of all stacks. */
    void stack() {
        load(Locals.RUN);
        field(CompiledRun.class, "stack", byte[].class);
    }

    void field(Class<?> owner, String name, Class<?> type) {
        mv.visitFieldInsn(Opcodes.GETFIELD, name(owner), name, type.descriptorString());
    }

    static String name(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    /** Pops an array and an index, and pushes the number that is there. */
    void littleEndian(int bytes) {
        switch (bytes) {
            case 1:
                callStatic(LittleEndian.class, "u8", "([BI)I");
                op(Opcodes.I2L);
                break;
            case 2:
                callStatic(LittleEndian.class, "u16", "([BI)I");
                op(Opcodes.I2L);
                break;
            case 4:
                callStatic(LittleEndian.class, "u32", "([BI)J");
                break;
            default:
                callStatic(LittleEndian.class, "s64", "([BI)J");
        }
    }

    /** Of a long, keeps so many bytes and their sign. */
    void signExtend(int bytes) {
        op(Opcodes.L2I);
        if (bytes == 1) {
            op(Opcodes.I2B);
        } else if (bytes == 2) {
            op(Opcodes.I2S);
        }
        op(Opcodes.I2L);
    }

    /** Pops an array and an index, and puts a number there. */
    void put(int bytes, Value value) {
        number(bytes);
        value.push();
        callStatic(LittleEndian.class, "put", "([BIIJ)V");
    }

    /** So many bytes of ones. */
    static long mask(int bytes) {
        return -1L >>> 64 - 8 * bytes;
    }
}
