package io.gyre.benchmarks;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.promise.ThrowingFunction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Promise reactions: on a promise that has settled, on a fresh one each time, and along a chain that is built first.
 * Beside {@code Promise} stands {@link CompletableFuture} with its stages on Netty's event loop.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PromiseChain {

    private static final int LINKS = 100_000;

    @Param({"gyre", "netty"})
    public String contestant = "";

    @Param({"settled", "fresh", "built"})
    public String shape = "";

    private final Semaphore done = new Semaphore(0);

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private Runnable start;

    private int left;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = Contestant.of(contestant);
        Runnable program =
                thread instanceof GyreContestant gyre ? promises(gyre.loop) : stages(((NettyContestant) thread).loop);
        start = thread.post(program);
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        thread.close();
    }

    private Runnable promises(EventLoop loop) {
        return switch (shape) {
            case "settled" -> new OnSettledPromise(loop)::next;
            case "fresh" -> new OnFreshPromises(loop)::next;
            default -> () -> buildPromises(loop);
        };
    }

    private Runnable stages(Executor loop) {
        return switch (shape) {
            case "settled" -> new OnSettledFuture(loop)::next;
            case "fresh" -> new OnFreshFutures(loop)::next;
            default -> () -> buildFutures(loop);
        };
    }

    private boolean more() {
        if (--left > 0) {
            return true;
        }
        done.release();
        return false;
    }

    private final class OnSettledPromise {

        private final EventLoop loop;
        private final ThrowingFunction<Object, @Nullable Object> handler = this::handle;
        private @Nullable Promise<Object> settled;

        OnSettledPromise(EventLoop loop) {
            this.loop = loop;
        }

        void next() {
            Promise<Object> source = settled;
            if (source == null) {
                source = Promise.resolve(loop, done);
                settled = source;
            }
            source.then(handler);
        }

        private @Nullable Object handle(Object value) {
            if (more()) {
                next();
            }
            return null;
        }
    }

    private final class OnFreshPromises {

        private final EventLoop loop;
        private final ThrowingFunction<Object, @Nullable Object> handler = this::handle;

        OnFreshPromises(EventLoop loop) {
            this.loop = loop;
        }

        void next() {
            Promise.<Object>resolve(loop, done).then(handler);
        }

        private @Nullable Object handle(Object value) {
            if (more()) {
                next();
            }
            return null;
        }
    }

    private void buildPromises(EventLoop loop) {
        Resolvers<Object> head = Promise.withResolvers(loop);
        Promise<Object> tail = head.promise();
        for (int i = LINKS; i > 0; i--) {
            tail = tail.then(value -> value);
        }
        head.resolve(done);
        tail.then(value -> {
            done.release();
            return value;
        });
    }

    private final class OnSettledFuture {

        private final Executor loop;
        private final CompletableFuture<Object> settled = CompletableFuture.completedFuture(done);

        OnSettledFuture(Executor loop) {
            this.loop = loop;
        }

        void next() {
            settled.thenApplyAsync(this::handle, loop);
        }

        private @Nullable Object handle(Object value) {
            if (more()) {
                next();
            }
            return null;
        }
    }

    private final class OnFreshFutures {

        private final Executor loop;

        OnFreshFutures(Executor loop) {
            this.loop = loop;
        }

        void next() {
            CompletableFuture.completedFuture(done).thenApplyAsync(this::handle, loop);
        }

        private @Nullable Object handle(Object value) {
            if (more()) {
                next();
            }
            return null;
        }
    }

    private void buildFutures(Executor loop) {
        CompletableFuture<Object> head = new CompletableFuture<>();
        CompletableFuture<Object> tail = head;
        for (int i = LINKS; i > 0; i--) {
            tail = tail.thenApplyAsync(value -> value, loop);
        }
        head.complete(done);
        tail.thenAcceptAsync(value -> done.release(), loop);
    }

    @Benchmark
    @OperationsPerInvocation(LINKS)
    public void chain() throws InterruptedException {
        left = LINKS;
        start.run();
        done.acquire();
    }
}
