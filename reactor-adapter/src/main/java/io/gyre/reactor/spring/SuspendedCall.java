package io.gyre.reactor.spring;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.reactor.MonoKt;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** A call of a {@code suspend} function with its arguments, in a coroutine of its own once it is subscribed to. */
final class SuspendedCall extends Mono<Object> {

    private final MethodHandle target;
    private final Object[] arguments;

    /** Whether the function is declared to return anything: it may return {@code Unit}, which Spring takes for nothing. */
    private final boolean mayBeUnit;

    /** Set before it is subscribed to. */
    private CoroutineContext context = Dispatchers.getUnconfined();

    SuspendedCall(MethodHandle target, Object[] arguments, boolean mayBeUnit) {
        this.target = target;
        this.arguments = arguments;
        this.mayBeUnit = mayBeUnit;
    }

    void in(CoroutineContext coroutineContext) {
        context = coroutineContext;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Object> subscriber) {
        Mono<Object> result = mono(target, arguments, context);
        (mayBeUnit ? result.filter(value -> value != Unit.INSTANCE) : result).subscribe(subscriber);
    }

    static Mono<Object> mono(MethodHandle target, Object[] arguments, CoroutineContext context) {
        Function2<CoroutineScope, Continuation<? super Object>, @Nullable Object> block = (scope, continuation) -> {
            Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
            all[arguments.length] = continuation;
            return HandlerBridge.invoke(target, all);
        };
        return MonoKt.mono(context, block);
    }
}
