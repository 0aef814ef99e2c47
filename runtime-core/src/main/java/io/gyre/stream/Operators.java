package io.gyre.stream;

import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.promise.Thenable;
import io.gyre.promise.ThrowingConsumer;
import io.gyre.promise.ThrowingFunction;
import io.gyre.stream.ReadableOperators.AsyncReducer;
import io.gyre.stream.ReadableOperators.AsyncStep;
import io.gyre.stream.ReadableOperators.Reducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The operators of one stream: generators over its iterator, and loops over those. */
final class Operators<T> {

    private final Readable<T> source;
    private final EventLoop loop;

    private Operators(Readable<T> source) {
        this.source = source;
        this.loop = source.loop();
        loop.checkThread("an operator of a stream");
    }

    static <T> Operators<T> of(ReadableOperators<T> source) {
        return new Operators<>((Readable<T>) source);
    }

    AsyncIterator<T> iterator(boolean destroyOnReturn) {
        return new ReadableIterator<>(source, destroyOnReturn);
    }

    // ---- generators

    private <R> Readable<R> stream(AsyncIterator<R> elements) {
        return new AsyncIteratorReadable<>(loop, elements);
    }

    private <R> MapGenerator<T, R> mapping(MapGenerator.Step<T, R> step, boolean skipsNull, OperatorOptions options) {
        return new MapGenerator<>(loop, iterator(true), step, skipsNull, options);
    }

    private <R extends @Nullable Object> Promise<R> started(AsyncStep<? super T, R> step, T chunk, AbortSignal signal)
            throws Exception {
        return Promise.resolve(loop, (Thenable<? extends R>) step.apply(chunk, signal));
    }

    private <R> AsyncStep<T, R> immediate(ThrowingFunction<? super T, ? extends R> step) {
        Objects.requireNonNull(step, "step");
        return (chunk, signal) -> Promise.<R>resolve(loop, step.apply(chunk));
    }

    <R> Readable<R> map(ThrowingFunction<? super T, ? extends R> step) {
        return mapAsync(immediate(step), OperatorOptions.defaults());
    }

    <R> Readable<R> mapAsync(AsyncStep<? super T, R> step, OperatorOptions options) {
        Objects.requireNonNull(step, "step");
        return stream(this.<R>mapping((chunk, signal) -> started(step, chunk, signal), false, options));
    }

    Readable<T> filter(ThrowingFunction<? super T, Boolean> predicate) {
        return filterAsync(immediate(predicate), OperatorOptions.defaults());
    }

    Readable<T> filterAsync(AsyncStep<? super T, Boolean> predicate, OperatorOptions options) {
        return stream(filtering(predicate, true, options));
    }

    /** The chunks for which a step says what is wanted. */
    private MapGenerator<T, T> filtering(
            AsyncStep<? super T, Boolean> predicate, boolean wanted, OperatorOptions options) {
        Objects.requireNonNull(predicate, "predicate");
        return mapping(
                (chunk, signal) ->
                        started(predicate, chunk, signal).<@Nullable T>then(is -> is == wanted ? chunk : null),
                true,
                options);
    }

    <R> Readable<R> flatMap(ThrowingFunction<? super T, ? extends Iterable<? extends R>> step) {
        return flatMapAsync(immediate(step), OperatorOptions.defaults());
    }

    <R> Readable<R> flatMapAsync(AsyncStep<? super T, ? extends Iterable<? extends R>> step, OperatorOptions options) {
        Objects.requireNonNull(step, "step");
        MapGenerator<T, Iterable<? extends R>> iterables =
                mapping((chunk, signal) -> started(step, chunk, signal), false, options);
        return stream(new FlatMapGenerator<Iterable<? extends R>, R>(
                loop, iterables, elements -> new IterableIterator<R>(loop, elements)));
    }

    <R> Readable<R> flatMapStream(ThrowingFunction<? super T, ? extends Readable<? extends R>> step) {
        AsyncStep<T, Readable<? extends R>> made = immediate(step);
        MapGenerator<T, Readable<? extends R>> streams =
                mapping((chunk, signal) -> started(made, chunk, signal), false, OperatorOptions.defaults());
        return stream(new FlatMapGenerator<Readable<? extends R>, R>(loop, streams, Readable::iterator));
    }

    Readable<T> slice(boolean taking, long number, OperatorOptions options) {
        if (number < 0) {
            throw new IllegalArgumentException("the number of chunks must be 0 or more, but was " + number);
        }
        return stream(new SliceGenerator<>(loop, iterator(true), taking, number, options));
    }

    <R> Readable<R> compose(Duplex<? super T, R> stage) {
        return ComposedDuplex.<Object, R>of(List.of(source, stage));
    }

    // ---- loops

    Promise<@Nullable Void> forEach(ThrowingConsumer<? super T> step) {
        Objects.requireNonNull(step, "step");
        ThrowingFunction<T, Boolean> using = chunk -> {
            step.accept(chunk);
            return true;
        };
        return forEachAsync(immediate(using), OperatorOptions.defaults());
    }

    Promise<@Nullable Void> forEachAsync(
            AsyncStep<? super T, ? extends @Nullable Object> step, OperatorOptions options) {
        Objects.requireNonNull(step, "step");
        MapGenerator<T, T> steps = mapping((chunk, signal) -> nothing(step.apply(chunk, signal)), true, options);
        Draining draining = new Draining(loop, steps);
        draining.go();
        return draining.through.promise();
    }

    /** Takes everything and keeps nothing. */
    private static final class Draining extends ForAwait<Object> {

        final Resolvers<@Nullable Void> through;

        Draining(EventLoop loop, AsyncIterator<?> elements) {
            super(elements, null);
            through = Promise.withResolvers(loop);
        }

        @Override
        void element(Object element) {
            go();
        }

        @Override
        void ended() {
            through.resolve(null);
        }

        @Override
        void failed(Throwable error) {
            through.reject(error);
        }
    }

    /** Settles when another promise has, with nothing. */
    private <X extends @Nullable Object> Promise<? extends @Nullable T> nothing(Thenable<X> done) {
        return Promise.<X>resolve(loop, done).<@Nullable T>then(value -> null);
    }

    Promise<List<T>> toList(OperatorOptions options) {
        List<T> all = new ArrayList<>();
        return new ResultLoop<T, List<T>>(loop, iterator(true), options.signal) {
            @Override
            void element(T element) {
                all.add(element);
                go();
            }

            @Override
            void ended() {
                result.resolve(all);
            }
        }.start();
    }

    Promise<T> reduce(Reducer<T, ? super T> reducer) {
        Objects.requireNonNull(reducer, "reducer");
        AsyncReducer<T, T> step = (soFar, chunk, signal) -> Promise.<T>resolve(loop, reducer.apply(soFar, chunk));
        return Reduction.of(source, null, chunk -> chunk, step, OperatorOptions.defaults());
    }

    <A> Promise<A> reduce(A initial, Reducer<A, ? super T> reducer) {
        Objects.requireNonNull(reducer, "reducer");
        return reduceAsync(
                initial,
                (soFar, chunk, signal) -> Promise.<A>resolve(loop, reducer.apply(soFar, chunk)),
                OperatorOptions.defaults());
    }

    <A> Promise<A> reduceAsync(A initial, AsyncReducer<A, ? super T> reducer, OperatorOptions options) {
        Objects.requireNonNull(initial, "initial");
        Objects.requireNonNull(reducer, "reducer");
        return Reduction.of(source, initial, chunk -> initial, reducer, options);
    }

    Promise<Boolean> some(ThrowingFunction<? super T, Boolean> predicate) {
        return someAsync(immediate(predicate), OperatorOptions.defaults());
    }

    Promise<Boolean> someAsync(AsyncStep<? super T, Boolean> predicate, OperatorOptions options) {
        return first(filtering(predicate, true, options), chunk -> true, false);
    }

    Promise<Boolean> every(ThrowingFunction<? super T, Boolean> predicate) {
        return everyAsync(immediate(predicate), OperatorOptions.defaults());
    }

    Promise<Boolean> everyAsync(AsyncStep<? super T, Boolean> predicate, OperatorOptions options) {
        return first(filtering(predicate, false, options), chunk -> false, true);
    }

    Promise<Optional<T>> find(ThrowingFunction<? super T, Boolean> predicate) {
        return findAsync(immediate(predicate), OperatorOptions.defaults());
    }

    Promise<Optional<T>> findAsync(AsyncStep<? super T, Boolean> predicate, OperatorOptions options) {
        return first(filtering(predicate, true, options), Optional::of, Optional.empty());
    }

    /** Makes a result of the first element, and asks for no other. */
    private <R> Promise<R> first(AsyncIterator<T> elements, Function<? super T, ? extends R> found, R none) {
        return new ResultLoop<T, R>(loop, elements, null) {
            @Override
            void element(T element) {
                leave(() -> result.resolve(found.apply(element)));
            }

            @Override
            void ended() {
                result.resolve(none);
            }
        }.start();
    }
}
