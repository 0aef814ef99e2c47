package io.gyre.stream;

import io.gyre.abort.AbortController;
import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.stream.ReadableOperators.AsyncReducer;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes one thing of all chunks of a stream. Its steps are told to give up when it is over, however that came. */
final class Reduction<T, A> extends ResultLoop<T, A> {

    private final EventLoop loop;
    private final Function<? super T, ? extends A> first;
    private final AsyncReducer<A, ? super T> reducer;
    private final AbortController controller;
    private @Nullable Registration onAbort;
    private @Nullable A soFar;

    private Reduction(
            Readable<T> source,
            @Nullable A initial,
            Function<? super T, ? extends A> first,
            AsyncReducer<A, ? super T> reducer,
            OperatorOptions options) {
        super(source.loop(), source.iterator(), options.signal);
        this.loop = source.loop();
        this.soFar = initial;
        this.first = first;
        this.reducer = reducer;
        this.controller = new AbortController(loop);
        if (options.signal != null) {
            onAbort = options.signal.onAbort(controller::abort);
        }
    }

    /**
     * Starts a reduction.
     *
     * @param initial null to make it {@code first} of the first chunk
     */
    static <T, A> Promise<A> of(
            Readable<T> source,
            @Nullable A initial,
            Function<? super T, ? extends A> first,
            AsyncReducer<A, ? super T> reducer,
            OperatorOptions options) {
        if (options.signal != null && options.signal.isAborted()) {
            return abortedBefore(source, new AbortException(options.signal.reason()));
        }
        return new Reduction<>(source, initial, first, reducer, options).start();
    }

    private static <A> Promise<A> abortedBefore(Readable<?> source, AbortException error) {
        Resolvers<A> resolvers = Promise.withResolvers(source.loop());
        source.destroy(error);
        Finished.watch(source, outcome -> resolvers.reject(outcome == null ? error : outcome));
        return resolvers.promise();
    }

    @Override
    void element(T chunk) throws Exception {
        A before = soFar;
        if (before == null) {
            soFar = first.apply(chunk);
            go();
        } else {
            Promise.<A>resolve(loop, reducer.apply(before, chunk, controller.signal()))
                    .await(
                            made -> {
                                soFar = made;
                                go();
                            },
                            this::leaveWith);
        }
    }

    @Override
    void ended() {
        cleanUp();
        A made = soFar;
        if (made == null) {
            result.reject(new NoSuchElementException("reduce of an empty stream requires an initial value"));
        } else {
            result.resolve(made);
        }
    }

    @Override
    void failed(Throwable error) {
        cleanUp();
        super.failed(error);
    }

    private void cleanUp() {
        if (onAbort != null) {
            onAbort.remove();
        }
        controller.abort();
    }
}
