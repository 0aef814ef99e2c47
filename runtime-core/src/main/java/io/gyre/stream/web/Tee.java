package io.gyre.stream.web;

import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a stream once for two. */
final class Tee<T> {

    private final ReadableStream<T> stream;
    private final EventLoop loop;
    private final ReadableStreamDefaultReader<T> reader;
    private final Branch first = new Branch();
    private final Branch second = new Branch();
    private final List<ReadableStream<T>> branches;
    private final Deferred<@Nullable Void> cancelled;
    private boolean reading;

    Tee(ReadableStream<T> stream) {
        this.stream = stream;
        loop = stream.loop();
        reader = stream.getReader();
        cancelled = Deferred.pending(loop);
        CountQueuingStrategy one = new CountQueuingStrategy(1);
        branches = List.of(
                ReadableStream.started(loop, first, one, null), ReadableStream.started(loop, second, one, null));
        reader.closed().await(done -> {}, error -> {
            branches.forEach(branch -> branch.controller().breakUp(error));
            settle();
        });
    }

    List<ReadableStream<T>> branches() {
        return branches;
    }

    private void settle() {
        if (!first.gone || !second.gone) {
            cancelled.resolve(null);
        }
    }

    private void deliver(T chunk) {
        reading = false;
        if (!first.gone) {
            branches.get(0).controller().addIfOpen(chunk);
        }
        if (!second.gone) {
            branches.get(1).controller().addIfOpen(chunk);
        }
    }

    private void end() {
        reading = false;
        if (!first.gone) {
            branches.get(0).controller().closeIfOpen();
        }
        if (!second.gone) {
            branches.get(1).controller().closeIfOpen();
        }
        settle();
    }

    private void read() {
        reader.read(new ReadRequest<>() {

            @Override
            public void chunk(T chunk) {
                // Later, so that an error that comes at once is seen by the branches first.
                loop.queueMicrotask(() -> deliver(chunk));
            }

            @Override
            public void close() {
                // Node leaves a tick here, where the standard has none.
                loop.nextTick(Tee.this::end);
            }

            @Override
            public void error(Throwable reason) {
                reading = false;
            }
        });
    }

    private void cancelBoth() {
        AbortException both = new AbortException("both branches were cancelled", null);
        for (Branch branch : List.of(first, second)) {
            Throwable reason = branch.reason;
            if (reason != null) {
                both.addSuppressed(reason);
            }
        }
        cancelled.adopt(stream.cancelled(both));
    }

    private final class Branch implements SourceSteps<T> {

        boolean gone;

        @Nullable
        Throwable reason;

        @Override
        public Promise<?> pull(ReadableStreamDefaultController<T> controller) {
            if (!reading) {
                reading = true;
                read();
            }
            return Deferred.done(loop);
        }

        @Override
        public Promise<?> cancel(@Nullable Throwable why) {
            gone = true;
            reason = why;
            if (first.gone && second.gone) {
                cancelBoth();
            }
            return cancelled.promise();
        }
    }
}
