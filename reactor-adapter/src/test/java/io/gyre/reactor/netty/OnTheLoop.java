package io.gyre.reactor.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;

/** Notes each callback, and those that came on another thread than the loop's. */
final class OnTheLoop {

    private final EventLoop loop;
    private final Queue<String> elsewhere = new ConcurrentLinkedQueue<>();
    private final Set<String> seen = new ConcurrentSkipListSet<>();

    OnTheLoop(EventLoop loop) {
        this.loop = loop;
    }

    void here(String callback) {
        seen.add(callback);
        if (!loop.inEventLoop()) {
            elsewhere.add(callback + " on " + Thread.currentThread().getName());
        }
    }

    /** All callbacks came, and on the loop's thread. */
    void check(String... callbacks) {
        assertThat(elsewhere).isEmpty();
        assertThat(seen).containsExactlyInAnyOrder(callbacks);
    }

    /** The live threads that Reactor Netty or Netty has started. */
    static Set<Thread> foreignThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .filter(thread -> isForeign(thread.getName()))
                .collect(Collectors.toSet());
    }

    private static boolean isForeign(String name) {
        return name.startsWith("reactor-http")
                || name.startsWith("reactor-tcp")
                || name.startsWith("reactor-udp")
                || name.startsWith("multiThreadIoEventLoopGroup")
                || name.startsWith("nioEventLoopGroup");
    }
}
