package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Another thread acts while the loop goes to sleep, at each of the moments that differ. The loop's thread waits there
 * until the other is done, so that nothing is left to chance; without the wake-up the loop would sleep for an hour.
 */
class WayToSleepTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    enum Moment {
        /** The loop has found nothing to do, and has not announced that it sleeps. */
        BEFORE_IT_IS_ANNOUNCED,
        /** The sleep is announced; the transport does not know of it yet, and Netty's epoll drops a wake-up here. */
        BEFORE_THE_TRANSPORT_KNOWS,
        /** The transport was told that it may block: only a wake-up ends what follows. */
        AFTER_THE_LAST_LOOK
    }

    static List<Object[]> momentsOfEachTransport() {
        List<Object[]> all = new ArrayList<>();
        for (Transport transport : LifecycleTest.availableTransports()) {
            for (Moment moment : Moment.values()) {
                all.add(new Object[] {transport, moment});
            }
        }
        return all;
    }

    static List<Transport> transports() {
        return LifecycleTest.availableTransports();
    }

    @ParameterizedTest
    @MethodSource("momentsOfEachTransport")
    void a_post_ends_the_sleep(Transport transport, Moment moment) {
        WatchedLoop watched = new WatchedLoop(transport);
        CompletableFuture<Void> ran = new CompletableFuture<>();
        watched.actAt(moment, loop -> loop.execute(() -> ran.complete(null)));
        assertThat(watched.acted).as("the loop came to the moment").succeedsWithin(LONG);
        assertThat(ran).as("the task ran").succeedsWithin(LONG);
        watched.end();
    }

    @ParameterizedTest
    @MethodSource("momentsOfEachTransport")
    void stop_ends_the_sleep(Transport transport, Moment moment) {
        WatchedLoop watched = new WatchedLoop(transport);
        watched.actAt(moment, EventLoop::stop);
        assertThat(watched.acted).as("the loop came to the moment").succeedsWithin(LONG);
        assertThat(watched.loop.termination()).as("the loop ended").succeedsWithin(LONG);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void many_posts_to_a_sleeping_loop_wake_it_once(Transport transport) {
        WatchedLoop watched = new WatchedLoop(transport);
        CompletableFuture<Integer> wakeUps = new CompletableFuture<>();
        watched.actAt(Moment.AFTER_THE_LAST_LOOK, loop -> {
            int before = watched.wakeUps.get();
            for (int i = 0; i < 100; i++) {
                loop.execute(() -> {});
            }
            wakeUps.complete(watched.wakeUps.get() - before);
        });
        assertThat(wakeUps).succeedsWithin(LONG).isEqualTo(1);
        watched.end();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void posts_to_a_loop_that_runs_posted_tasks_wake_nobody(Transport transport) {
        WatchedLoop watched = new WatchedLoop(transport);
        CompletableFuture<Integer> wakeUps = new CompletableFuture<>();
        watched.actAt(
                Moment.BEFORE_IT_IS_ANNOUNCED,
                loop -> loop.execute(() -> {
                    int before = watched.wakeUps.get();
                    onAnotherThread(() -> loop.execute(() -> {}));
                    wakeUps.complete(watched.wakeUps.get() - before);
                }));
        assertThat(wakeUps).succeedsWithin(LONG).isEqualTo(0);
        watched.end();
    }

    /** How often Netty's handler asks whether it may block before it does. The last answer is the one that counts. */
    private static int looksBeforeBlocking(Transport transport) {
        return switch (transport) {
            case EPOLL, NIO -> 2;
            case IO_URING, KQUEUE -> 1;
        };
    }

    private static void onAnotherThread(Runnable action) {
        CompletableFuture.runAsync(action, task -> new Thread(task).start())
                .orTimeout(LONG.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** A loop on a transport, with an ear at the moments of its way to sleep. */
    private static final class WatchedLoop {

        final AtomicInteger wakeUps = new AtomicInteger();
        final CompletableFuture<Void> acted = new CompletableFuture<>();
        final EventLoop loop;

        /** What is left to do, and when. Of the loop's thread. */
        private @Nullable Moment moment;

        private Consumer<EventLoop> action = none -> {};

        /** Of the poll that is under way. */
        private int looks;

        private final int looksBeforeBlocking;

        WatchedLoop(Transport transport) {
            looksBeforeBlocking = looksBeforeBlocking(transport);
            loop = EventLoop.builder()
                    .ticker(this::now)
                    .poller(context -> new WatchedPoller(new WatchedContext(context), transport))
                    .build();
        }

        /** Runs the loop in a thread of its own; nobody wakes it before the moment. */
        void actAt(Moment when, Consumer<EventLoop> what) {
            Thread thread = new Thread(() -> loop.run(() -> {
                // Keeps the loop alive, and has it read its clock when it computes how long it may sleep.
                loop.setTimeout(() -> {}, Duration.ofHours(1).toMillis());
                action = what;
                moment = when;
            }));
            thread.setDaemon(true);
            thread.start();
        }

        private void reached(Moment now) {
            if (moment == now) {
                moment = null;
                onAnotherThread(() -> action.accept(loop));
                acted.complete(null);
            }
        }

        private long now() {
            if (moment == Moment.BEFORE_IT_IS_ANNOUNCED && loop.phase() == Phase.POLL && loop.inEventLoop()) {
                reached(Moment.BEFORE_IT_IS_ANNOUNCED);
            }
            return Ticker.system().nanoTime();
        }

        void end() {
            loop.stop();
            assertThat(loop.termination()).as("the loop ended").succeedsWithin(LONG);
        }

        private final class WatchedContext implements Poller.Context {

            private final Poller.Context context;

            WatchedContext(Poller.Context context) {
                this.context = context;
            }

            @Override
            public boolean mayBlock() {
                boolean may = context.mayBlock();
                if (may && ++looks == looksBeforeBlocking) {
                    reached(Moment.AFTER_THE_LAST_LOOK);
                }
                return may;
            }

            @Override
            public int activeRequests() {
                return context.activeRequests();
            }

            @Override
            public int activeTimers() {
                return context.activeTimers();
            }

            @Override
            public EventLoop loop() {
                return context.loop();
            }
        }

        private final class WatchedPoller implements Poller {

            private final NettyPoller transport;

            WatchedPoller(Context context, Transport transport) {
                this.transport = new NettyPoller(context, transport);
            }

            @Override
            public int poll(long timeoutNanos) {
                looks = 0;
                if (timeoutNanos != 0) {
                    reached(Moment.BEFORE_THE_TRANSPORT_KNOWS);
                }
                return transport.poll(timeoutNanos);
            }

            @Override
            public void wakeup() {
                wakeUps.incrementAndGet();
                transport.wakeup();
            }

            @Override
            public void close() {
                transport.close();
            }
        }
    }
}
