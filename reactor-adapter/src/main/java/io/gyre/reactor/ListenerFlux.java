package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** The events of a listener that is added for each subscriber. */
final class ListenerFlux<T> extends Flux<T> {

    private final EventLoop loop;
    private final Function<? super Consumer<T>, ? extends Registration> register;

    private ListenerFlux(EventLoop loop, Function<? super Consumer<T>, ? extends Registration> register) {
        this.loop = loop;
        this.register = register;
    }

    static <T> Flux<T> over(EventLoop loop, Function<? super Consumer<T>, ? extends Registration> register) {
        return onAssembly(new ListenerFlux<>(loop, register));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        new ListenerSubscription<>(loop, actual, register).start(actual);
    }

    @Override
    public String toString() {
        return "LoopFlux.events(" + loop + ")";
    }
}
