package io.gyre.reactor;

import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.promise.ThrowingFunction;
import io.gyre.stream.FinishedOptions;
import io.gyre.stream.Pipeline;
import io.gyre.stream.PipelineBuilder;
import io.gyre.stream.Stream;
import io.gyre.stream.Writable;
import io.gyre.work.WorkRequest;
import io.gyre.work.WorkerPool;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Monos over the promises and the operations of a loop.
 *
 * <p><b>Thread.</b> A mono may be subscribed to, asked and cancelled from any thread; its signals come on the loop's, as
 * reactions of the promise do. <b>Errors.</b> The reason of the rejection, which counts as handled once somebody has
 * subscribed; a loop that ends before is an error too. <b>End.</b> A promise cannot be cancelled: cancelling a mono
 * means that nobody is told, and where the operation takes a signal, that it is given up. What it gives all the same goes
 * to Reactor's hooks: a value to {@link Mono#doOnDiscard}, an error to {@link reactor.core.publisher.Hooks#onErrorDropped}.
 */
public final class LoopMono {

    static {
        LoopThreads.areNonBlocking();
    }

    private LoopMono() {}

    /**
     * Offers a promise as a mono. Every subscriber is told the same outcome; null is an empty mono.
     *
     * @param <T> the type of the value
     * @param promise any state
     * @return a hot mono: what it waits for goes on already
     */
    public static <T> Mono<T> from(Promise<? extends @Nullable T> promise) {
        Objects.requireNonNull(promise, "promise");
        return PromiseMono.over(promise.loop(), subscription -> promise);
    }

    /**
     * Starts an operation on a loop for each subscriber, whatever thread that one is on.
     *
     * <pre>{@code
     * Mono<Buffer> file = LoopMono.defer(loop, () -> fs.readFile(path));
     * }</pre>
     *
     * @param <T> the type of the value
     * @param loop where the operation runs
     * @param operation called on the loop's thread at each subscription; what it throws is the mono's error
     * @return a cold mono
     */
    public static <T> Mono<T> defer(EventLoop loop, Callable<? extends Promise<? extends @Nullable T>> operation) {
        Objects.requireNonNull(operation, "operation");
        return PromiseMono.over(Objects.requireNonNull(loop, "loop"), subscription -> operation.call());
    }

    /**
     * Starts an operation that can be given up on a loop for each subscriber, whatever thread that one is on. The signal
     * aborts when the subscriber cancels before it was told the outcome.
     *
     * <pre>{@code
     * Mono<Void> copy = LoopMono.abortable(loop, signal -> Pipeline.from(open()).signal(signal).into(sink()));
     * }</pre>
     *
     * @param <T> the type of the value
     * @param loop where the operation runs
     * @param operation called on the loop's thread at each subscription; what it throws is the mono's error
     * @return a cold mono
     */
    public static <T> Mono<T> abortable(
            EventLoop loop, ThrowingFunction<AbortSignal, ? extends Promise<? extends @Nullable T>> operation) {
        Objects.requireNonNull(operation, "operation");
        return PromiseMono.over(
                Objects.requireNonNull(loop, "loop"), subscription -> operation.apply(subscription.signal()));
    }

    /**
     * Runs a job that blocks on the process's worker pool for each subscriber. Otherwise as
     * {@link #blocking(EventLoop, WorkerPool, WorkerPool.Kind, String, Callable)}.
     *
     * @param <T> the type of the result
     * @param loop where the result is told
     * @param job must not touch what belongs to the loop; null is an empty mono
     * @return a cold mono
     */
    public static <T> Mono<T> blocking(EventLoop loop, Callable<? extends @Nullable T> job) {
        return blocking(loop, WorkerPool.shared(), WorkerPool.Kind.CPU, "blocking", job);
    }

    /**
     * Runs a job that blocks on a worker pool for each subscriber. Cancelling takes the job back if no worker has begun
     * it; one that runs is left to finish, and its result is discarded ({@link Mono#doOnDiscard}).
     *
     * @param <T> the type of the result
     * @param loop where the result is told, in its poll phase; the job keeps it alive
     * @param pool where the job runs
     * @param kind what the job does with its thread
     * @param description what it is, for diagnostics
     * @param job must not touch what belongs to the loop; null is an empty mono
     * @return a cold mono
     */
    public static <T> Mono<T> blocking(
            EventLoop loop,
            WorkerPool pool,
            WorkerPool.Kind kind,
            String description,
            Callable<? extends @Nullable T> job) {
        Objects.requireNonNull(pool, "pool");
        Objects.requireNonNull(job, "job");
        return abortable(loop, signal -> submit(loop, pool, kind, description, job, signal));
    }

    // That the core's T may be null is not seen in its class files by the compiler of JDK 17.
    @SuppressWarnings("NullAway")
    private static <V extends @Nullable Object> Promise<V> submit(
            EventLoop loop,
            WorkerPool pool,
            WorkerPool.Kind kind,
            String description,
            Callable<V> job,
            AbortSignal signal) {
        Resolvers<V> outcome = Promise.withResolvers(loop);
        WorkRequest<V> request = pool.submit(loop, kind, description, job, (error, result) -> {
            if (error != null) {
                outcome.reject(error);
            } else {
                outcome.resolve(result);
            }
        });
        signal.onAbort(reason -> request.cancel());
        return outcome.promise();
    }

    /**
     * Runs a pipeline for each subscriber. Cancelling gives it up and destroys its streams.
     *
     * <pre>{@code
     * LoopMono.pipeline(loop, () -> Pipeline.from(files.createReadStream(path)).through(gzip()), response)
     * }</pre>
     *
     * @param <T> the type of what comes out of the last stage
     * @param loop where the streams live
     * @param stages the source and what is between, made on the loop's thread at each subscription; a signal that is set
     *     there is replaced
     * @param sink where to
     * @return completes when all streams are through
     */
    public static <T> Mono<Void> pipeline(
            EventLoop loop, Callable<PipelineBuilder<T>> stages, Writable<? super T> sink) {
        Objects.requireNonNull(stages, "stages");
        Objects.requireNonNull(sink, "sink");
        return abortable(loop, signal -> stages.call().signal(signal).into(sink));
    }

    /**
     * Watches a stream until it is through. Cancelling ceases to watch and leaves the stream alone.
     *
     * @param stream any stream, from any thread
     * @return completes when the stream has ended and finished, or fails with what broke it
     */
    public static Mono<Void> finished(Stream stream) {
        return finished(stream, FinishedOptions.defaults());
    }

    /**
     * Watches a stream until what the options name is through. Otherwise as {@link #finished(Stream)}.
     *
     * @param stream any stream, from any thread
     * @param options which sides are watched
     * @return completes when they are through, or fails with what broke the stream
     */
    public static Mono<Void> finished(Stream stream, FinishedOptions options) {
        Objects.requireNonNull(options, "options");
        return LoopMono.<Boolean>abortable(
                        Objects.requireNonNull(stream, "stream").loop(), signal -> {
                            Resolvers<Boolean> outcome = Promise.withResolvers(stream.loop());
                            Registration watching = Pipeline.finished(stream, options, error -> {
                                if (error == null) {
                                    outcome.resolve(true);
                                } else {
                                    outcome.reject(error);
                                }
                            });
                            signal.onAbort(reason -> watching.remove());
                            return outcome.promise();
                        })
                .then();
    }

    /**
     * Waits for the next event of a listener, which is added at each subscription and removed after the event and on
     * cancellation.
     *
     * <pre>{@code
     * Mono<ClientException> first = LoopMono.event(loop, server::onClientError);
     * }</pre>
     *
     * @param <T> the type of the event
     * @param loop what the listener is added on
     * @param register adds the listener that it is given, on the loop's thread; what it throws is the mono's error
     * @return a mono of one event
     */
    public static <T> Mono<T> event(EventLoop loop, Function<? super Consumer<T>, ? extends Registration> register) {
        return LoopFlux.<T>events(loop, register).next();
    }

    /**
     * Writes what a publisher gives to a stream at the stream's pace, and ends the stream. Cancelling destroys the
     * stream and cancels the publisher, which finds the subscriber's context.
     *
     * @param <T> the type of the chunks
     * @param source subscribed to when the mono is; may signal on any thread
     * @param destination where to; written once, so the mono is for one subscriber
     * @return completes when all is written and the stream has finished
     */
    public static <T> Mono<Void> write(Publisher<? extends T> source, Writable<? super T> destination) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
        return Mono.deferContextual(context -> {
            WritableSubscriber<T> subscriber = LoopSubscribers.into(destination);
            Flux.<T>from(source).contextWrite(context).subscribe(subscriber);
            return subscriber.completion().doOnCancel(() -> destroy(destination));
        });
    }

    private static void destroy(Stream stream) {
        if (stream.loop().inEventLoop()) {
            stream.destroy();
            return;
        }
        try {
            stream.loop().execute(stream::destroy);
        } catch (RejectedExecutionException ended) {
            // The loop has destroyed it.
        }
    }
}
