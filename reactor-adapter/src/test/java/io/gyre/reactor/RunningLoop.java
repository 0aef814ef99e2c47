package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopBuilder;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A loop on a thread of its own, for one test. */
final class RunningLoop implements AutoCloseable {

    final EventLoop loop;

    /** The loop's clock where it is scripted; moves by {@link #advance} only. */
    private final AtomicLong nanos = new AtomicLong(1_000_000_000);

    private RunningLoop(boolean scripted) {
        EventLoopBuilder builder = EventLoop.builder().name("the-loop").daemon(true);
        if (scripted) {
            builder.ticker(nanos::get);
        }
        loop = builder.build();
    }

    static RunningLoop start() {
        return notStarted().started();
    }

    static RunningLoop notStarted() {
        return new RunningLoop(false);
    }

    static RunningLoop withScriptedClock() {
        return new RunningLoop(true).started();
    }

    RunningLoop started() {
        loop.start();
        return this;
    }

    /** Moves the clock and waits until the loop has run what was due then. */
    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
        aTurn();
    }

    /** Waits until a whole turn, timers included, was made after everything posted before. */
    void aTurn() {
        CompletableFuture<Void> turned = new CompletableFuture<>();
        loop.execute(() -> loop.setImmediate(() -> loop.setImmediate(() -> turned.complete(null))));
        await(turned);
    }

    /** Runs something on the loop and returns what it gave. */
    <T> T call(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        return await(result);
    }

    void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("it did not come to pass", e);
        }
    }

    @Override
    public void close() {
        await(loop.shutdown(Duration.ZERO));
    }
}
