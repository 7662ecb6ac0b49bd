// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.distribution;

import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** A class as the linker sees it: whom it names, wherever it does, and which methods it calls. */
final class ClassFile {

    private static final int MAJOR_VERSION_OFFSET = 6;

    private final ClassReader reader;
    private final Set<String> types = new TreeSet<>();
    private final Set<String> methods = new TreeSet<>();

    ClassFile(byte[] bytes) {
        reader = new ClassReader(bytes);
        Remapper collector = new Remapper(Opcodes.ASM9) {
            @Override
            public String map(String internalName) {
                types.add(internalName);
                return internalName;
            }
        };
        reader.accept(new ClassRemapper(new Calls(), collector), 0);
    }

    /** The name with slashes. */
    String name() {
        return reader.getClassName();
    }

    int majorVersion() {
        return reader.readUnsignedShort(MAJOR_VERSION_OFFSET);
    }

    /** Every class that the constant pool names: types, signatures, annotations, exceptions, constants. */
    Set<String> types() {
        return types;
    }

    /** The methods that are called or referred to, as {@code owner.name(parameters)result}. */
    Set<String> methods() {
        return methods;
    }

    private final class Calls extends ClassVisitor {
        Calls() {
            super(Opcodes.ASM9);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String method, String type, boolean isInterface) {
                    methods.add(owner + "." + method + type);
                }

                @Override
                public void visitInvokeDynamicInsn(String method, String type, Handle bootstrap, Object... arguments) {
                    for (Object argument : arguments) {
                        if (argument instanceof Handle handle) {
                            methods.add(handle.getOwner() + "." + handle.getName() + handle.getDesc());
                        }
                    }
                }
            };
        }
    }
}
