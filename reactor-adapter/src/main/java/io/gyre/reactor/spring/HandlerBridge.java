package io.gyre.reactor.spring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Function;
import kotlin.Unit;
import kotlin.coroutines.CoroutineContext;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.jvm.functions.Function2;
import kotlin.reflect.KFunction;
import kotlin.reflect.jvm.ReflectJvmMapping;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.reactor.MonoKt;
import kotlinx.coroutines.reactor.ReactorFlowKt;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;
import reactor.core.publisher.Mono;

/**
 * A static method that stands for a Kotlin handler: with its name, annotations, parameters and generic types, so that
 * Spring sees no difference. For a {@code suspend} function the coroutine context takes the place of the continuation,
 * and the result is a {@code Mono}, or for a {@code Flow} a {@code Flux}.
 */
final class HandlerBridge {

    private final Object bean;
    private final HandlerMethod handler;

    private HandlerBridge(Object bean, HandlerMethod handler) {
        this.bean = bean;
        this.handler = handler;
    }

    static HandlerBridge to(Object bean, Method method) throws ReflectiveOperationException {
        Class<?> controller = method.getDeclaringClass();
        KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
        if (function == null) {
            throw new NoSuchMethodException(method + " is not known to Kotlin");
        }
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(controller, MethodHandles.lookup());
        HandlerBridgeWriter writer = new HandlerBridgeWriter(method, function);
        Class<?> type = lookup.defineClass(writer.write(classFile(controller)));
        type.getField(HandlerBridgeWriter.CALL).set(null, call(lookup, bean, method, function));
        Method bridge = Arrays.stream(type.getMethods())
                .filter(one -> one.getDeclaringClass() == type)
                .findFirst()
                .orElseThrow();
        return new HandlerBridge(bean, new HandlerMethod(bean, bridge));
    }

    static boolean isBridge(Class<?> type) {
        return type.getName().contains(HandlerBridgeWriter.SUFFIX);
    }

    HandlerMethod handler() {
        return handler;
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
        Object result = function.getReturnType().getClassifier();
        if (JvmClassMappingKt.getKotlinClass(Flow.class).equals(result)) {
            return arguments -> {
                CoroutineContext context = context(arguments);
                return mono(target, arguments, context)
                        .flatMapMany(flow -> ReactorFlowKt.asFlux((Flow<?>) flow, context));
            };
        }
        boolean mayBeUnit = JvmClassMappingKt.getKotlinClass(Unit.class).equals(result)
                || JvmClassMappingKt.getKotlinClass(Object.class).equals(result);
        if (mayBeUnit) {
            return arguments -> mono(target, arguments, context(arguments)).filter(value -> value != Unit.INSTANCE);
        }
        return arguments -> mono(target, arguments, context(arguments));
    }

    private static CoroutineContext context(Object[] arguments) {
        return arguments[arguments.length - 1] instanceof CoroutineContext context
                ? context
                : Dispatchers.getUnconfined();
    }

    private static Mono<Object> mono(MethodHandle target, Object[] arguments, CoroutineContext context) {
        Function2<CoroutineScope, kotlin.coroutines.Continuation<? super Object>, @Nullable Object> block =
                (scope, continuation) -> {
                    Object[] all = arguments.clone();
                    all[all.length - 1] = continuation;
                    return invoke(target, all);
                };
        return MonoKt.mono(context, block);
    }

    private static @Nullable Object invoke(MethodHandle target, Object[] arguments) {
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
