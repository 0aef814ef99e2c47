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

    /** Undispatched where it is on its loop, as Spring's own dispatcher is: a handler begins within its request. */
    static CoroutineContext of(EventLoop loop, boolean propagation) {
        CoroutineContext dispatcher =
                LoopDispatcherKt.asCoroutineDispatcher(loop).getImmediate();
        return propagation ? dispatcher.plus(new PropagationContextElement()) : dispatcher;
    }
}
