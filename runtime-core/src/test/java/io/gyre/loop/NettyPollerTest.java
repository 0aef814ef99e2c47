package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NettyPollerTest {

    static List<Transport> transports() {
        return LifecycleTest.availableTransports();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_loop_says_its_name_and_its_transport(Transport transport) {
        EventLoop loop =
                EventLoop.builder().name("the-loop").transport(transport).build();
        assertThat(loop).hasToString("EventLoop(the-loop, " + transport.name().toLowerCase(Locale.ROOT) + ")");
        loop.stop();
    }

    /**
     * A post may come after the loop has decided to sleep and before the transport does. Netty's epoll drops a wake-up
     * that comes then, so the poller must ask once more right before it blocks. Here the answer is always that work has
     * come; a poller that did not ask would never return.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void asks_whether_to_block_right_before_it_blocks(Transport transport) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<Void> returned = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            EventLoop owner = EventLoop.builder().transport(transport).build();
            try (NettyPoller poller = new NettyPoller(
                    new Poller.Context() {
                        @Override
                        public boolean mayBlock() {
                            asked.incrementAndGet();
                            return false;
                        }

                        @Override
                        public int activeRequests() {
                            return 0;
                        }

                        @Override
                        public int activeTimers() {
                            return 0;
                        }

                        @Override
                        public EventLoop loop() {
                            return owner;
                        }
                    },
                    transport)) {
                poller.poll(-1);
                returned.complete(null);
            } finally {
                owner.stop();
            }
        });
        thread.setDaemon(true);
        thread.start();
        returned.get(30, TimeUnit.SECONDS);
        assertThat(asked).hasPositiveValue();
    }

    /**
     * A wait that ends too early is followed by turns without a pause until the timer is due: hundreds, in half a
     * millisecond. A busy machine makes fewer turns, never more.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void sleeps_until_a_timer_is_due_whatever_the_fraction_of_a_millisecond(Transport transport) {
        EventLoop loop = EventLoop.builder().transport(transport).build();
        int timers = 40;
        loop.run(() -> setOneAfterAnother(loop, timers));
        assertThat(loop.turnCount()).as("turns for %d timers", timers).isLessThanOrEqualTo(4L * timers);
    }

    private static void setOneAfterAnother(EventLoop loop, int left) {
        // Timers are due at whole milliseconds: wait for some part of one first.
        long until = loop.ticker().nanoTime() + left % 10 * 100_000L;
        while (loop.ticker().nanoTime() < until) {
            Thread.onSpinWait();
        }
        loop.setTimeout(
                () -> {
                    if (left > 1) {
                        setOneAfterAnother(loop, left - 1);
                    }
                },
                2);
    }
}
