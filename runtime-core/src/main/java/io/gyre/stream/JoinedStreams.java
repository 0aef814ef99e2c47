package io.gyre.stream;

import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline that runs: every stream but the last is piped to the next one, and all share one fate. Follows Node's
 * {@code pipeline}, whose order of events is observable. Confined to the loop's thread.
 */
final class JoinedStreams {

    private final EventLoop loop;
    private final Callback callback;
    private final List<Consumer<@Nullable Throwable>> destroys = new ArrayList<>();

    /** Leaves the last stream alone after success, where it is to be read by somebody else. */
    private final List<Registration> lastStreamCleanup = new ArrayList<>();

    private @Nullable Registration onAbort;
    private @Nullable Throwable error;

    /** How many reports are due: two for each pair of streams, and none more than the callback has to wait for. */
    private int unfinished;

    private boolean told;

    private JoinedStreams(EventLoop loop, Callback callback) {
        this.loop = loop;
        this.callback = callback;
    }

    /**
     * Starts a pipeline.
     *
     * @param streams two or more, each but the last readable, each but the first writable
     * @param end whether the last one is ended, and destroyed if another fails
     */
    static void start(List<Stream> streams, boolean end, @Nullable AbortSignal signal, Callback callback) {
        JoinedStreams joined = new JoinedStreams(streams.get(0).loop(), callback);
        joined.loop.checkThread("pipeline");
        joined.follow(signal);
        int last = streams.size() - 1;
        for (int i = 0; i <= last; i++) {
            Stream stream = streams.get(i);
            joined.guard(stream, i < last, i > 0, i < last || end);
            if (i > 0) {
                joined.join((Readable<?>) streams.get(i - 1), (Writable<?>) stream, i < last, i < last || end);
            }
        }
        if (signal != null && signal.isAborted()) {
            joined.loop.nextTick(() -> joined.aborted(signal.reason()));
        }
    }

    private void follow(@Nullable AbortSignal signal) {
        if (signal == null) {
            return;
        }
        if (signal.isAborted()) {
            // Whichever comes first: the pipeline may have been started in a tick or in a microtask.
            loop.queueMicrotask(() -> aborted(signal.reason()));
        } else {
            onAbort = signal.onAbort(this::aborted);
        }
    }

    private void aborted(@Nullable Throwable reason) {
        report(new AbortException(reason), false);
    }

    /** Destroys a stream when another one fails. */
    private void guard(Stream stream, boolean reading, boolean writing, boolean destroy) {
        boolean leaveAlone = !reading && isReadable(stream);
        if (destroy) {
            boolean[] through = new boolean[1];
            stream.onClose(() -> through[0] = true);
            FinishedOptions sides = FinishedOptions.defaults().readable(reading).writable(writing);
            Registration watch = Finished.watch(stream, sides, failure -> through[0] = failure == null);
            destroys.add(cause -> {
                if (!through[0]) {
                    through[0] = true;
                    if (!stream.isDestroyed()) {
                        stream.destroy(cause == null ? StreamException.destroyed("pipe") : cause);
                    }
                }
            });
            if (leaveAlone) {
                lastStreamCleanup.add(watch);
            }
        }
        Registration onError = stream.onError(failure -> {
            if (!(failure instanceof AbortException)
                    && !StreamException.hasCode(failure, StreamException.PREMATURE_CLOSE)) {
                oneFinished(failure);
            }
        });
        if (leaveAlone) {
            lastStreamCleanup.add(onError);
        }
    }

    private static boolean isReadable(Stream stream) {
        return stream instanceof Readable<?> readable && readable.isReadable();
    }

    @SuppressWarnings("unchecked") // whoever makes a pipeline knows that the types fit
    private void join(Readable<?> source, Writable<?> destination, boolean reading, boolean end) {
        unfinished += 2;
        boolean[] ended = new boolean[1];
        destination.onClose(() -> {
            if (!ended[0]) {
                oneFinished(StreamException.prematureClose());
            }
        });
        ((Readable<Object>) source).pipe((Writable<Object>) destination, false);
        ReadableState<?> state = ReadableState.of(source);
        if (end) {
            Runnable atEnd = () -> {
                ended[0] = true;
                destination.end();
            };
            if (state.isEndEmitted() && state.life.errored() == null) {
                loop.nextTick(atEnd);
            } else {
                state.endListeners.add(atEnd);
            }
        } else {
            oneFinished(null);
        }
        Finished.watch(source, FinishedOptions.defaults().readable(true).writable(false), failure -> {
            if (StreamException.hasCode(failure, StreamException.PREMATURE_CLOSE)
                    && state.ended
                    && state.life.errored() == null
                    && !state.life.isErrorEmitted()) {
                // Destroyed at its end, before the end was told; what is true comes yet.
                state.endListeners.add(() -> oneFinished(null));
                state.life.errorListeners.add(this::oneFinished);
            } else {
                oneFinished(failure);
            }
        });
        Registration watch = Finished.watch(
                destination, FinishedOptions.defaults().readable(false).writable(true), this::oneFinished);
        if (!reading && isReadable(destination)) {
            lastStreamCleanup.add(watch);
        }
    }

    private void oneFinished(@Nullable Throwable failure) {
        unfinished--;
        report(failure, unfinished == 0);
    }

    private void report(@Nullable Throwable failure, boolean last) {
        if (failure != null && (error == null || StreamException.hasCode(error, StreamException.PREMATURE_CLOSE))) {
            error = failure;
        }
        if (error == null && !last) {
            return;
        }
        Throwable cause = error;
        while (!destroys.isEmpty()) {
            destroys.remove(0).accept(cause);
        }
        if (onAbort != null) {
            onAbort.remove();
        }
        if (last) {
            if (error == null) {
                lastStreamCleanup.forEach(Registration::remove);
            }
            // What breaks from now on is no longer told.
            loop.nextTick(() -> tell(cause));
        }
    }

    private void tell(@Nullable Throwable outcome) {
        if (!told) {
            told = true;
            callback.call(outcome);
        }
    }
}
