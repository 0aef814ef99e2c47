package io.gyre.reactor.spring;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.EmptyTargetSource;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Mono;

/**
 * A reactive connection of Spring Data, or a group of its commands, that is not there yet: what its methods return waits
 * for it and goes on with it. Spring Data's factory promises classes of its own and not interfaces, so these are proxies.
 */
final class AfterOpening implements MethodInterceptor {

    private static final String SPRING_DATA = ReactiveRedisConnection.class.getPackageName();

    private final Mono<?> target;

    /** Closes the connection, if it has come to one. */
    private final Mono<Void> close;

    private AfterOpening(Mono<?> target, Mono<Void> close) {
        this.target = target;
        this.close = close;
    }

    /**
     * Makes a connection.
     *
     * @param type what a connection of the factory is an instance of
     * @param opened gives one, in time; subscribed to again if it failed
     */
    static Object connection(Class<?> type, Mono<ReactiveRedisConnection> opened) {
        // One for all operations, as it would be: it may hold connections of its own.
        AtomicReference<@Nullable ReactiveRedisConnection> made = new AtomicReference<>();
        Mono<ReactiveRedisConnection> target = Mono.defer(() -> {
            ReactiveRedisConnection there = made.get();
            return there != null
                    ? Mono.just(there)
                    : opened.map(fresh -> {
                        ReactiveRedisConnection former = made.compareAndExchange(null, fresh);
                        return former != null ? former : fresh;
                    });
        });
        Mono<Void> close = Mono.defer(() -> {
            ReactiveRedisConnection there = made.get();
            return there == null ? Mono.empty() : there.closeLater();
        });
        return proxy(type, new AfterOpening(target, close));
    }

    private static Object proxy(Class<?> type, AfterOpening calls) {
        ProxyFactory proxy = new ProxyFactory();
        if (type.isInterface()) {
            proxy.addInterface(type);
        } else {
            proxy.setTargetSource(EmptyTargetSource.forClass(type));
        }
        proxy.addAdvice(calls);
        return proxy.getProxy(type.getClassLoader());
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) {
        Method method = call.getMethod();
        Class<?> type = method.getReturnType();
        @Nullable Object[] arguments = call.getArguments();
        String name = method.getName();
        if (name.equals("closeLater")) {
            return close;
        }
        if (name.equals("close")) {
            close.subscribe();
            return null;
        }
        if (name.equals("toString")) {
            return "a connection to Redis that is being opened";
        }
        if (Mono.class.isAssignableFrom(type)) {
            return target.flatMap(there -> (Mono<?>) invoke(there, method, arguments));
        }
        if (Publisher.class.isAssignableFrom(type)) {
            return target.flatMapMany(there -> (Publisher<?>) invoke(there, method, arguments));
        }
        if (type.getName().startsWith(SPRING_DATA)) {
            return proxy(type, new AfterOpening(target.map(there -> invoke(there, method, arguments)), close));
        }
        throw new RedisConnectionFailureException("The connection to Redis is not open yet");
    }

    @SuppressWarnings("NullAway") // the arguments go on as they came
    private static Object invoke(Object there, Method method, @Nullable Object[] arguments) {
        ReflectionUtils.makeAccessible(method);
        return Objects.requireNonNull(ReflectionUtils.invokeMethod(method, there, arguments), method::toString);
    }
}
