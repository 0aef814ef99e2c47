package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Posts from other threads against sleep, stop and close, at random moments. What these find by chance,
 * {@link WayToSleepTest} and the tests with Lincheck find each time, in the windows that are known.
 */
class CrossThreadTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    static List<Transport> transports() {
        return LifecycleTest.availableTransports();
    }

    /**
     * The lost wake-up: three threads post tasks in lockstep to a loop that has nothing to do but sleep, and that has no
     * poll timeout: 240,000, or as many as a slow machine manages in ten seconds. None posts again before all three tasks
     * of a round have run, so a single wake-up that is lost leaves everybody waiting for ever.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void no_wake_up_is_lost(Transport transport) throws Exception {
        EventLoop loop = EventLoop.builder().transport(transport).build().start();
        int producers = 3;
        long enough = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        AtomicInteger rounds = new AtomicInteger(80_000);
        CountDownLatch done = new CountDownLatch(producers);
        AtomicInteger ran = new AtomicInteger();
        for (int p = 0; p < producers; p++) {
            int number = p;
            Thread producer = new Thread(() -> {
                SplittableRandom random = new SplittableRandom(number);
                for (int i = 1; i <= rounds.get(); i++) {
                    if (number == 0 && System.nanoTime() > enough) {
                        // Nobody is beyond this round: it needs the post below.
                        rounds.set(i);
                    }
                    // Spread over the moments of the loop's way to sleep, which takes it some hundred nanoseconds.
                    for (int pause = random.nextInt(200); pause > 0; pause--) {
                        Thread.onSpinWait();
                    }
                    loop.execute(ran::incrementAndGet);
                    for (int spins = 1; ran.get() < i * producers; spins++) {
                        if (spins % 50 == 0) {
                            Thread.yield();
                        } else {
                            Thread.onSpinWait();
                        }
                    }
                }
                done.countDown();
            });
            producer.setDaemon(true);
            producer.start();
        }
        for (int before = -1; !done.await(60, TimeUnit.SECONDS); ) {
            int now = ran.get();
            assertThat(now)
                    .as("tasks that ran, of %s, 60 s later", producers * rounds.get())
                    .isGreaterThan(before);
            before = now;
        }
        loop.shutdown(LONG).get(60, TimeUnit.SECONDS);
        assertThat(ran).hasValue(producers * rounds.get());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_post_is_either_run_or_refused_when_the_loop_ends(Transport transport) throws Exception {
        for (int round = 0; round < 60; round++) {
            EventLoop loop = EventLoop.builder().transport(transport).build().start();
            int producers = 3;
            CyclicBarrier start = new CyclicBarrier(producers + 1);
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger ran = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int p = 0; p < producers; p++) {
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                        while (true) {
                            loop.execute(ran::incrementAndGet);
                            accepted.incrementAndGet();
                            // A flood would only measure memory: stay near the loop, where its end is.
                            while (accepted.get() - ran.get() > 200) {
                                Thread.onSpinWait();
                            }
                        }
                    } catch (RejectedExecutionException ended) {
                        // The end that every producer comes to.
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            start.await();
            if (round % 2 == 0) {
                loop.stop();
            } else {
                loop.shutdown(Duration.ZERO);
            }
            loop.termination().get(60, TimeUnit.SECONDS);
            for (Thread thread : threads) {
                thread.join(60_000);
                assertThat(thread.isAlive()).isFalse();
            }
            assertThat(ran).as("round %d: every accepted post ran", round).hasValue(accepted.get());
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void sends_of_an_async_are_seen_by_the_callback_after_them(Transport transport) throws Exception {
        EventLoop loop = EventLoop.builder().transport(transport).build();
        int sends = 20_000;
        AtomicInteger written = new AtomicInteger();
        int[] seen = new int[1];
        int code = loop.run(() -> {
            Async[] async = new Async[1];
            async[0] = loop.asyncHandle(() -> {
                seen[0] = written.get();
                if (seen[0] == sends) {
                    async[0].close();
                }
            });
            Thread sender = new Thread(() -> {
                for (int i = 0; i < sends; i++) {
                    written.incrementAndGet();
                    async[0].send();
                    if (i % 64 == 0) {
                        LockSupport.parkNanos(1);
                    }
                }
            });
            sender.start();
        });
        assertThat(code).isZero();
        assertThat(seen[0]).isEqualTo(sends);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void stop_is_not_lost_whenever_it_comes(Transport transport) throws Exception {
        for (int round = 0; round < 200; round++) {
            EventLoop loop = EventLoop.builder().transport(transport).build().start();
            for (int spin = 0; spin < round * 20; spin++) {
                Thread.onSpinWait();
            }
            loop.stop();
            assertThat(loop.termination().get(60, TimeUnit.SECONDS)).isZero();
        }
    }
}
