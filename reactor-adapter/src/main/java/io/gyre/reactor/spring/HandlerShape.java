package io.gyre.reactor.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.KType;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.KotlinDetector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.HandlerMethod;

/** Decides which handlers a {@link HandlerBridge} can stand for without anybody noticing. */
final class HandlerShape {

    private HandlerShape() {}

    /** Why a handler is left to Spring; null if it need not be. */
    static @Nullable String obstacle(HandlerMethod handler) {
        Method method = handler.getMethod();
        if (!KotlinDetector.isKotlinReflectPresent() || !KotlinDetector.isKotlinType(method.getDeclaringClass())) {
            return "it is not written in Kotlin, or kotlin-reflect is missing";
        }
        if (inherits(method)) {
            return "its annotations may be those of a supertype";
        }
        if (handler.createWithValidateFlags().shouldValidateArguments()
                || handler.createWithValidateFlags().shouldValidateReturnValue()) {
            return "its arguments or its result are validated";
        }
        ResponseStatus status = handler.getMethodAnnotation(ResponseStatus.class);
        if (status != null && StringUtils.hasText(status.reason())) {
            return "it has a status with a reason";
        }
        KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
        return function == null ? "it is no function" : obstacle(handler, function);
    }

    private static @Nullable String obstacle(HandlerMethod handler, KFunction<?> function) {
        if (handler.getMethod().getName().indexOf('-') >= 0 || isValueClass(function.getReturnType())) {
            return "it has a value class in its signature";
        }
        for (KParameter parameter : function.getParameters()) {
            if (parameter.getKind() == KParameter.Kind.INSTANCE) {
                continue;
            }
            if (parameter.getKind() != KParameter.Kind.VALUE) {
                return "it has a receiver";
            }
            if (parameter.isOptional()) {
                return "a parameter has a default value";
            }
            if (isValueClass(parameter.getType())) {
                return "it has a value class in its signature";
            }
        }
        Class<?> result = classOf(function.getReturnType());
        if (!function.isSuspend()) {
            return result != null && result.isPrimitive() && result != void.class ? "it returns a primitive" : null;
        }
        if (result == null || Publisher.class.isAssignableFrom(result) || result == Void.class) {
            return "a suspend function that returns a publisher, or what is not known";
        }
        boolean isBody = AnnotatedElementUtils.hasAnnotation(handler.getBeanType(), ResponseBody.class)
                || handler.hasMethodAnnotation(ResponseBody.class)
                || HttpEntity.class.isAssignableFrom(result);
        return isBody ? null : "its result is not a body";
    }

    private static boolean inherits(Method method) {
        Class<?> type = method.getDeclaringClass();
        Class<?> above = type.getSuperclass();
        return type.isInterface()
                || (above != null && above != Object.class && declares(above, method))
                || Arrays.stream(type.getInterfaces()).anyMatch(one -> declares(one, method));
    }

    /** By name only: a parameter may be generic above. */
    private static boolean declares(Class<?> type, Method method) {
        return Arrays.stream(type.getMethods()).anyMatch(one -> one.getName().equals(method.getName()));
    }

    private static boolean isValueClass(KType type) {
        return type.getClassifier() instanceof KClass<?> kotlin
                && KotlinDetector.isInlineClass(JvmClassMappingKt.getJavaClass(kotlin));
    }

    private static @Nullable Class<?> classOf(KType type) {
        return type.getClassifier() instanceof KClass<?> kotlin ? JvmClassMappingKt.getJavaClass(kotlin) : null;
    }
}
