package io.gyre.reactor.spring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Function;
import kotlin.Unit;
import kotlin.coroutines.CoroutineContext;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KFunction;
import kotlin.reflect.jvm.ReflectJvmMapping;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.reactor.ReactorFlowKt;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;

/**
 * A static method that stands for a Kotlin handler: with its name, annotations, parameters and generic types, so that
 * Spring sees no difference. For a {@code suspend} function there is no continuation and the result is a {@code Mono}, or
 * for a {@code Flow} a {@code Flux}.
 *
 * <p>The coroutine context of such a function is that of the exchange. A {@link SuspendedCall} is told it before it is
 * subscribed to; where Spring may subscribe sooner, the context is one more argument, which costs Spring a look through
 * all of its resolvers.
 */
final class HandlerBridge {

    private final Object bean;
    private final HandlerMethod handler;

    /** Holds the call of the bean, statically. */
    private final Field call;

    /** Whether the results are {@link SuspendedCall}s. */
    private final boolean suspendedCalls;

    private HandlerBridge(Object bean, HandlerMethod handler, Field call, boolean suspendedCalls) {
        this.bean = bean;
        this.handler = handler;
        this.call = call;
        this.suspendedCalls = suspendedCalls;
    }

    static HandlerBridge to(Object bean, Method method) throws ReflectiveOperationException {
        Class<?> controller = method.getDeclaringClass();
        KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
        if (function == null) {
            throw new NoSuchMethodException(method + " is not known to Kotlin");
        }
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(controller, MethodHandles.lookup());
        boolean suspendedCalls = KotlinDetector.isSuspendingFunction(method) && !isFlow(function) && !isUnit(function);
        HandlerBridgeWriter writer = new HandlerBridgeWriter(method, function, !suspendedCalls);
        Class<?> type = lookup.defineClass(writer.write(classFile(controller)));
        Field call = type.getField(HandlerBridgeWriter.CALL);
        call.set(null, call(lookup, bean, method, function));
        Method bridge = Arrays.stream(type.getMethods())
                .filter(one -> one.getDeclaringClass() == type)
                .findFirst()
                .orElseThrow();
        return new HandlerBridge(bean, new HandlerMethod(bean, bridge), call, suspendedCalls);
    }

    private static boolean isFlow(KFunction<?> function) {
        return returns(function, Flow.class);
    }

    private static boolean isUnit(KFunction<?> function) {
        return returns(function, Unit.class);
    }

    private static boolean returns(KFunction<?> function, Class<?> type) {
        return JvmClassMappingKt.getKotlinClass(type)
                .equals(function.getReturnType().getClassifier());
    }

    static boolean isBridge(Class<?> type) {
        return type.getName().contains(HandlerBridgeWriter.SUFFIX);
    }

    HandlerMethod handler() {
        return handler;
    }

    /** Whether the results of the handler have to be told their context. */
    boolean makesSuspendedCalls() {
        return suspendedCalls;
    }

    /** Lets go of the bean. */
    void close() {
        Function<Object[], @Nullable Object> ended = arguments -> {
            throw new IllegalStateException("the application has ended");
        };
        try {
            call.set(null, ended);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isTo(Object other) {
        return bean == other;
    }

    private static byte[] classFile(Class<?> type) {
        try (InputStream in = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
            if (in == null) {
                throw new IllegalStateException("the class file of " + type.getName() + " cannot be read");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Function<Object[], @Nullable Object> call(
            MethodHandles.Lookup lookup, Object bean, Method method, KFunction<?> function)
            throws IllegalAccessException {
        MethodHandle target = lookup.unreflect(method)
                .bindTo(bean)
                .asSpreader(Object[].class, method.getParameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
        if (!KotlinDetector.isSuspendingFunction(method)) {
            return arguments -> invoke(target, arguments);
        }
        if (isFlow(function)) {
            return arguments -> {
                CoroutineContext context = context(arguments);
                return SuspendedCall.mono(target, withoutContext(arguments), context)
                        .flatMapMany(flow -> ReactorFlowKt.asFlux((Flow<?>) flow, context));
            };
        }
        if (isUnit(function)) {
            return arguments -> SuspendedCall.mono(target, withoutContext(arguments), context(arguments))
                    .filter(value -> value != Unit.INSTANCE);
        }
        boolean mayBeUnit = returns(function, Object.class);
        return arguments -> new SuspendedCall(target, arguments, mayBeUnit);
    }

    private static Object[] withoutContext(Object[] arguments) {
        return Arrays.copyOf(arguments, arguments.length - 1);
    }

    private static CoroutineContext context(Object[] arguments) {
        return arguments[arguments.length - 1] instanceof CoroutineContext context
                ? context
                : Dispatchers.getUnconfined();
    }

    static @Nullable Object invoke(MethodHandle target, Object[] arguments) {
        try {
            return (@Nullable Object) target.invokeExact(arguments);
        } catch (Throwable e) {
            throw HandlerBridge.<RuntimeException>asIs(e);
        }
    }

    /** Throws what the handler threw: it reaches whoever the coroutine, or Spring, hands it to. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the way to throw what is not declared
    private static <T extends Throwable> T asIs(Throwable e) throws T {
        throw (T) e;
    }
}
