package io.gyre.stream;

import io.gyre.loop.EventLoop;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The elements of what comes from an iterator and can be iterated over itself, one after the other. */
final class FlatMapGenerator<C, R> extends AsyncGenerator<R> {

    private final Function<? super C, ? extends AsyncIterator<? extends R>> iterating;
    private final Outer outer;

    /** What is iterated over now; null between two of them. */
    private @Nullable Inner inner;

    FlatMapGenerator(
            EventLoop loop,
            AsyncIterator<C> containers,
            Function<? super C, ? extends AsyncIterator<? extends R>> iterating) {
        super(loop);
        this.iterating = iterating;
        this.outer = new Outer(containers);
    }

    private final class Outer extends ForAwait<C> {

        Outer(AsyncIterator<C> containers) {
            super(containers, null);
        }

        @Override
        void element(C container) {
            Inner next = new Inner(iterating.apply(container));
            inner = next;
            next.go();
        }

        @Override
        void ended() {
            end();
        }

        @Override
        void failed(Throwable error) {
            fail(error);
        }
    }

    private final class Inner extends ForAwait<R> {

        Inner(AsyncIterator<? extends R> elements) {
            super(elements, null);
        }

        @Override
        void element(R element) {
            yieldNow(element);
        }

        @Override
        void ended() {
            inner = null;
            outer.go();
        }

        @Override
        void failed(Throwable error) {
            inner = null;
            outer.leaveWith(error);
        }
    }

    @Override
    void start() {
        outer.go();
    }

    @Override
    void proceed() {
        Inner current = inner;
        if (current == null) {
            outer.go();
        } else {
            current.go();
        }
    }

    @Override
    void leave(@Nullable Throwable cause) {
        Inner current = inner;
        if (cause != null) {
            if (current == null) {
                outer.leaveWith(cause);
            } else {
                current.leaveWith(cause);
            }
        } else if (current == null) {
            outer.leave(this::end);
        } else {
            inner = null;
            current.leave(() -> outer.leave(this::end));
        }
    }
}
