package io.gyre.samples;

import io.gyre.loop.Async;
import io.gyre.loop.EventLoop;
import io.gyre.work.WorkerPool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The ways from other threads onto the loop, and the way out for work that blocks. */
public final class Threads {

    private Threads() {}

    public static void main(String[] args) {
        comeIn();
        goOut();
        sendSignals();
    }

    private static void comeIn() {
        // docs: begin execute
        EventLoop loop = EventLoop.builder().name("demo").build().start();

        String thread = CompletableFuture.supplyAsync(
                        () -> Thread.currentThread().getName(), loop)
                .join();
        say("a task ran on " + thread);

        try {
            loop.setTimeout(() -> say("never"), 10);
        } catch (IllegalStateException wrongThread) {
            say(wrongThread.getMessage());
        }

        loop.execute(() -> loop.setTimeout(() -> say("set on the loop"), 10));
        loop.shutdown(Duration.ofSeconds(30)).join();
        // docs: end execute
    }

    private static void goOut() {
        EventLoop loop = EventLoop.create();
        // docs: begin pool
        loop.run(() -> {
            WorkerPool.shared()
                    .submit(
                            loop,
                            WorkerPool.Kind.CPU,
                            "sum",
                            () -> {
                                say("on the loop: " + loop.inEventLoop());
                                return sumTo(1_000_000);
                            },
                            (error, sum) -> {
                                say("on the loop: " + loop.inEventLoop() + ", in " + loop.phase());
                                say("sum " + sum);
                            });
        });
        // docs: end pool
    }

    private static long sumTo(long last) {
        long sum = 0;
        for (long i = 1; i <= last; i++) {
            sum += i;
        }
        return sum;
    }

    private static void sendSignals() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> new Download(loop).start());
    }

    // docs: begin async
    /** A job on a thread of its own that tells the loop how far it is, and that it is done. */
    private static final class Download {

        private final EventLoop loop;
        private final Async progress;
        private final AtomicInteger percent = new AtomicInteger();
        private int shown;

        Download(EventLoop loop) {
            this.loop = loop;
            progress = loop.asyncHandle(this::onProgress);
        }

        void start() {
            new Thread(this::download, "download").start();
        }

        private void download() {
            for (int done = 1; done <= 100; done++) {
                percent.set(done);
                progress.send();
            }
            loop.execute(this::onComplete);
        }

        /** Comes as often as the loop finds the time for, and at least once after the last send. */
        private void onProgress() {
            shown = percent.get();
        }

        private void onComplete() {
            say("complete at " + shown + " percent");
            progress.close();
        }
    }
    // docs: end async

    private static void say(@Nullable String what) {
        System.out.println(what);
    }
}
