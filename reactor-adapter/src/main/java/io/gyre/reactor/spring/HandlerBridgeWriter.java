package io.gyre.reactor.spring;

import static org.springframework.asm.Opcodes.ACC_FINAL;
import static org.springframework.asm.Opcodes.ACC_PUBLIC;
import static org.springframework.asm.Opcodes.ACC_STATIC;
import static org.springframework.asm.Opcodes.ACC_SUPER;
import static org.springframework.asm.Opcodes.ACC_SYNTHETIC;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlinx.coroutines.flow.Flow;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.core.KotlinDetector;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes the class of a {@link HandlerBridge}: one static method, which passes its arguments on as an array. */
final class HandlerBridgeWriter {

    static final String SUFFIX = "$$GyreBridge";
    static final String CALL = "call";

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Type FUNCTION = Type.getType(Function.class);
    private static final String CONTINUATION = "L" + Type.getInternalName(Continuation.class) + "<-";
    private static final String NULLABLE = Type.getDescriptor(org.jspecify.annotations.Nullable.class);

    private final Method method;
    private final KFunction<?> function;
    private final boolean suspends;
    private final boolean takesContext;
    private final String name;
    private final Type[] parameters;

    HandlerBridgeWriter(Method method, KFunction<?> function, boolean withContext) {
        this.method = method;
        this.function = function;
        suspends = KotlinDetector.isSuspendingFunction(method);
        takesContext = suspends && withContext;
        name = Type.getInternalName(method.getDeclaringClass()) + SUFFIX + COUNT.incrementAndGet();
        parameters = parameters(Type.getArgumentTypes(method));
    }

    /** For a {@code suspend} function, the context stands in the place of the continuation, or nothing does. */
    private Type[] parameters(Type[] original) {
        if (takesContext) {
            original[original.length - 1] = Type.getType(CoroutineContext.class);
        }
        return suspends && !takesContext ? Arrays.copyOf(original, original.length - 1) : original;
    }

    byte[] write(byte[] controller) {
        ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        out.visit(
                Opcodes.V17, ACC_PUBLIC | ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC, name, null, "java/lang/Object", null);
        out.visitField(ACC_PUBLIC | ACC_STATIC, CALL, FUNCTION.getDescriptor(), null, null)
                .visitEnd();
        Original original = new Original(out);
        new ClassReader(controller).accept(original, ClassReader.SKIP_CODE | ClassReader.SKIP_FRAMES);
        if (!original.found) {
            throw new IllegalStateException(method + " is not in its class file");
        }
        out.visitEnd();
        return out.toByteArray();
    }

    /** Finds the handler in its class file and writes the bridge while its annotations are read. */
    private final class Original extends ClassVisitor {

        private final ClassWriter out;
        private boolean found;

        Original(ClassWriter out) {
            super(SpringAsmInfo.ASM_VERSION);
            this.out = out;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String called,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            if (!called.equals(method.getName()) || !descriptor.equals(Type.getMethodDescriptor(method))) {
                return null;
            }
            found = true;
            String generic = signature == null ? null : genericSignature(signature);
            Type returned = suspends ? rawResult(generic) : Type.getReturnType(method);
            MethodVisitor bridge = out.visitMethod(
                    ACC_PUBLIC | ACC_STATIC, called, Type.getMethodDescriptor(returned, parameters), generic, null);
            for (String parameter : parameterNames()) {
                bridge.visitParameter(parameter, 0);
            }
            return new AnnotationsThenBody(bridge, returned);
        }
    }

    /** {@code (A;Continuation<-R>)Object} becomes {@code (A;)Mono<R>} or {@code (A;CoroutineContext;)Mono<R>}. */
    private String genericSignature(String signature) {
        if (!suspends) {
            return signature;
        }
        int last = signature.lastIndexOf(CONTINUATION);
        int end = signature.lastIndexOf(">;)");
        if (last < 0 || end < last) {
            throw new IllegalStateException("the signature " + signature + " ends with no continuation");
        }
        String value = signature.substring(last + CONTINUATION.length(), end);
        String flow = "L" + Type.getInternalName(Flow.class) + "<";
        String returned;
        if (value.startsWith(flow)) {
            returned = "L" + Type.getInternalName(Flux.class) + "<" + value.substring(flow.length());
        } else {
            String element = value.equals("Lkotlin/Unit;") ? "Ljava/lang/Void;" : value;
            returned = "L" + Type.getInternalName(Mono.class) + "<" + element + ">;";
        }
        String context = takesContext ? Type.getDescriptor(CoroutineContext.class) : "";
        return signature.substring(0, last) + context + ")" + returned;
    }

    private static Type rawResult(@Nullable String generic) {
        if (generic == null) {
            throw new IllegalStateException("a suspend function has no signature");
        }
        boolean many = generic.contains(")L" + Type.getInternalName(Flux.class));
        return Type.getType(many ? Flux.class : Mono.class);
    }

    private List<String> parameterNames() {
        List<String> names = new ArrayList<>();
        for (KParameter parameter : values()) {
            String known = parameter.getName();
            names.add(known == null ? "p" + names.size() : known);
        }
        if (takesContext) {
            names.add("coroutineContext");
        }
        return names;
    }

    private List<KParameter> values() {
        return function.getParameters().stream()
                .filter(parameter -> parameter.getKind() == KParameter.Kind.VALUE)
                .toList();
    }

    /** Lets the annotations through, and ends the method with a body of its own. */
    private final class AnnotationsThenBody extends MethodVisitor {

        private final MethodVisitor bridge;
        private final Type returned;

        AnnotationsThenBody(MethodVisitor bridge, Type returned) {
            super(SpringAsmInfo.ASM_VERSION);
            this.bridge = bridge;
            this.returned = returned;
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
            return visible ? bridge.visitAnnotation(descriptor, true) : null;
        }

        @Override
        public @Nullable AnnotationVisitor visitParameterAnnotation(int index, String descriptor, boolean visible) {
            return visible ? bridge.visitParameterAnnotation(index, descriptor, true) : null;
        }

        @Override
        public void visitEnd() {
            sayWhatMayBeNull();
            bridge.visitCode();
            bridge.visitFieldInsn(Opcodes.GETSTATIC, name, CALL, FUNCTION.getDescriptor());
            pushArguments();
            bridge.visitMethodInsn(
                    Opcodes.INVOKEINTERFACE,
                    FUNCTION.getInternalName(),
                    "apply",
                    "(Ljava/lang/Object;)Ljava/lang/Object;",
                    true);
            if (returned.getSort() == Type.VOID) {
                bridge.visitInsn(Opcodes.POP);
                bridge.visitInsn(Opcodes.RETURN);
            } else {
                bridge.visitTypeInsn(Opcodes.CHECKCAST, returned.getInternalName());
                bridge.visitInsn(Opcodes.ARETURN);
            }
            bridge.visitMaxs(0, 0);
            bridge.visitEnd();
        }

        /** Spring asks Kotlin's metadata whether a parameter is nullable; here it finds an annotation. */
        private void sayWhatMayBeNull() {
            List<KParameter> values = values();
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i).getType().isMarkedNullable()) {
                    bridge.visitParameterAnnotation(i, NULLABLE, true).visitEnd();
                }
            }
        }

        private void pushArguments() {
            bridge.visitIntInsn(Opcodes.SIPUSH, parameters.length);
            bridge.visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
            int local = 0;
            for (int i = 0; i < parameters.length; i++) {
                Type type = parameters[i];
                bridge.visitInsn(Opcodes.DUP);
                bridge.visitIntInsn(Opcodes.SIPUSH, i);
                bridge.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local);
                box(type);
                bridge.visitInsn(Opcodes.AASTORE);
                local += type.getSize();
            }
        }

        private void box(Type type) {
            String wrapper =
                    switch (type.getSort()) {
                        case Type.BOOLEAN -> "java/lang/Boolean";
                        case Type.CHAR -> "java/lang/Character";
                        case Type.BYTE -> "java/lang/Byte";
                        case Type.SHORT -> "java/lang/Short";
                        case Type.INT -> "java/lang/Integer";
                        case Type.FLOAT -> "java/lang/Float";
                        case Type.LONG -> "java/lang/Long";
                        case Type.DOUBLE -> "java/lang/Double";
                        default -> null;
                    };
            if (wrapper != null) {
                bridge.visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        wrapper,
                        "valueOf",
                        "(" + type.getDescriptor() + ")L" + wrapper + ";",
                        false);
            }
        }
    }
}
