package io.gyre.samples;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Timer;
import io.gyre.testing.VirtualTime;

/**
 * Timeouts, intervals, and timers that are set anew or do not count. In virtual time: it prints the same, and at once,
 * however busy the machine is.
 */
public final class Timers {

    private Timers() {}

    public static void main(String[] args) {
        timeouts();
        intervals();
        idleTimeout();
        unref();
    }

    private static void timeouts() {
        EventLoop loop = new VirtualTime().builder().build();
        // docs: begin timeouts
        loop.run(() -> {
            loop.setTimeout(() -> say("200 ms"), 200);
            loop.setTimeout(() -> say("10 ms, set first"), 10);
            loop.setTimeout(() -> say("10 ms, set second"), 10);
            Timer cleared = loop.setTimeout(() -> say("never"), 10);
            cleared.clear();
        });
        // docs: end timeouts
    }

    private static void intervals() {
        EventLoop loop = new VirtualTime().builder().build();
        loop.run(() -> new Heart(loop));
    }

    // docs: begin interval
    /** Beats three times. */
    private static final class Heart {

        private final Timer timer;
        private int beats;

        Heart(EventLoop loop) {
            timer = loop.setInterval(this::beat, 10);
        }

        private void beat() {
            beats++;
            say("beat " + beats);
            if (beats == 3) {
                timer.clear();
            }
        }
    }
    // docs: end interval

    private static void idleTimeout() {
        EventLoop loop = new VirtualTime().builder().build();
        // docs: begin refresh
        loop.run(() -> {
            Timer idle = loop.setTimeout(() -> say("nothing for 300 ms"), 300);
            loop.setTimeout(() -> say("350 ms"), 350);
            loop.setTimeout(
                    () -> {
                        say("something");
                        idle.refresh();
                    },
                    100);
        });
        // docs: end refresh
    }

    private static void unref() {
        EventLoop loop = new VirtualTime().builder().build();
        // docs: begin unref
        loop.run(() -> {
            loop.setInterval(() -> say("never"), 60_000).unref();
            loop.setTimeout(() -> say("the last thing that counts"), 10);
        });
        say("ended");
        // docs: end unref
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
