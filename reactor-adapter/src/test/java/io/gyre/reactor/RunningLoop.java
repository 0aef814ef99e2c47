package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopBuilder;
import io.gyre.loop.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A loop on a thread of its own, for one test. */
public final class RunningLoop implements AutoCloseable {

    public final EventLoop loop;

    /** What reached the loop's error policy, where it is {@link #watched}. */
    final List<Throwable> uncaught = new CopyOnWriteArrayList<>();

    /** The loop's clock where it is scripted; moves by {@link #advance} only. */
    private final AtomicLong nanos = new AtomicLong(1_000_000_000);

    private RunningLoop(boolean scripted) {
        EventLoopBuilder builder = options();
        if (scripted) {
            builder.ticker(nanos::get);
        }
        loop = builder.build();
    }

    private RunningLoop(Transport transport) {
        loop = options().transport(transport).build();
    }

    private static EventLoopBuilder options() {
        return EventLoop.builder().name("the-loop").daemon(true);
    }

    public static RunningLoop start() {
        return notStarted().started();
    }

    public static RunningLoop notStarted() {
        return new RunningLoop(false);
    }

    /** One that goes on after errors, and keeps them. */
    static RunningLoop watched() {
        RunningLoop fresh = notStarted();
        fresh.loop.onUncaughtException((error, origin) -> fresh.uncaught.add(error));
        return fresh.started();
    }

    public static RunningLoop on(Transport transport) {
        return new RunningLoop(transport).started();
    }

    static RunningLoop withScriptedClock() {
        return new RunningLoop(true).started();
    }

    public RunningLoop started() {
        loop.start();
        return this;
    }

    /** Moves the clock and waits until the loop has run what was due then. */
    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
        aTurn();
    }

    /** Waits until a whole turn, timers included, was made after everything posted before. */
    public void aTurn() {
        CompletableFuture<Void> turned = new CompletableFuture<>();
        loop.execute(() -> loop.setImmediate(() -> loop.setImmediate(() -> turned.complete(null))));
        await(turned);
    }

    /** Makes turns until something holds that other threads, or the system, have a part in. */
    public void until(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > TimeUnit.MINUTES.toNanos(1)) {
                throw new AssertionError("it did not come to pass");
            }
            aTurn();
        }
    }

    /** Runs something on the loop and returns what it gave. */
    public <T> T call(Callable<T> work) {
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

    public void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(1, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new AssertionError("it did not come to pass", e);
        }
    }

    @Override
    public void close() {
        await(loop.shutdown(Duration.ZERO));
    }
}
