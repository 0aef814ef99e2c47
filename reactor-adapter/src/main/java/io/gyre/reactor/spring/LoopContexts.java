package io.gyre.reactor.spring;

import io.gyre.coroutines.LoopDispatcherKt;
import io.gyre.loop.EventLoop;
import kotlin.coroutines.CoroutineContext;
import org.springframework.core.PropagationContextElement;
import reactor.core.publisher.Hooks;

/** The contexts in which Spring runs coroutines: on the loop, and otherwise what Spring would have taken. */
final class LoopContexts {

    private LoopContexts() {}

    static CoroutineContext of(EventLoop loop) {
        return of(loop, Hooks.isAutomaticContextPropagationEnabled());
    }

    static CoroutineContext of(EventLoop loop, boolean propagation) {
        CoroutineContext dispatcher = LoopDispatcherKt.asCoroutineDispatcher(loop);
        return propagation ? dispatcher.plus(new PropagationContextElement()) : dispatcher;
    }
}
