package io.gyre.promise;

import io.gyre.loop.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many promises made one: asks each thenable in the order given, keeps a place for its outcome, and settles when the
 * last place is filled or, in the subclasses that say so, before.
 */
abstract class Gathering<T extends @Nullable Object, S extends @Nullable Object, R extends @Nullable Object> {

    final Resolvers<R> result;

    /** The outcomes, null where one is not there yet. */
    final List<@Nullable S> places = new ArrayList<>();

    /** Places to fill, and one more until all thenables were asked. */
    private int missing = 1;

    Gathering(EventLoop loop) {
        this.result = Promise.withResolvers(loop);
    }

    Promise<R> of(Iterable<? extends Thenable<? extends T>> thenables) {
        try {
            for (Thenable<? extends T> thenable : thenables) {
                ask(thenable);
            }
            filled();
        } catch (Throwable t) {
            result.rejectFrom(t);
        }
        return result.promise();
    }

    private void ask(Thenable<? extends T> thenable) {
        int place = places.size();
        places.add(null);
        missing++;
        Promise<T> promise = Promise.resolve(result.promise().loop, thenable);
        promise.await(value -> fulfilled(place, value), reason -> rejected(place, reason));
    }

    final void fill(int place, S outcome) {
        places.set(place, outcome);
        filled();
    }

    private void filled() {
        if (--missing == 0) {
            complete();
        }
    }

    abstract void fulfilled(int place, T value);

    abstract void rejected(int place, Throwable reason);

    /** Every place is filled. */
    abstract void complete();

    static final class All<T extends @Nullable Object> extends Gathering<T, T, List<T>> {

        All(EventLoop loop) {
            super(loop);
        }

        @Override
        void fulfilled(int place, T value) {
            fill(place, value);
        }

        @Override
        void rejected(int place, Throwable reason) {
            result.reject(reason);
        }

        @Override
        @SuppressWarnings("NullAway") // a place is null only if its value is
        void complete() {
            result.resolve(Collections.unmodifiableList(places));
        }
    }

    static final class AllSettled<T extends @Nullable Object> extends Gathering<T, Settled<T>, List<Settled<T>>> {

        AllSettled(EventLoop loop) {
            super(loop);
        }

        @Override
        void fulfilled(int place, T value) {
            fill(place, new Settled.Fulfilled<>(value));
        }

        @Override
        void rejected(int place, Throwable reason) {
            fill(place, new Settled.Rejected<>(reason));
        }

        @Override
        @SuppressWarnings("NullAway") // every place is filled
        void complete() {
            result.resolve(Collections.unmodifiableList(places));
        }
    }

    static final class Any<T extends @Nullable Object> extends Gathering<T, Throwable, T> {

        Any(EventLoop loop) {
            super(loop);
        }

        @Override
        void fulfilled(int place, T value) {
            result.resolve(value);
        }

        @Override
        void rejected(int place, Throwable reason) {
            fill(place, reason);
        }

        @Override
        @SuppressWarnings("NullAway") // every place is filled
        void complete() {
            result.reject(new AggregateException(places));
        }
    }

    static final class Race<T extends @Nullable Object> extends Gathering<T, T, T> {

        Race(EventLoop loop) {
            super(loop);
        }

        @Override
        void fulfilled(int place, T value) {
            result.resolve(value);
        }

        @Override
        void rejected(int place, Throwable reason) {
            result.reject(reason);
        }

        @Override
        void complete() {
            // Nobody won: without candidates the race never ends.
        }
    }
}
