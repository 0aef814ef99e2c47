package io.gyre.samples;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;

/** The classic puzzle: in which order do these callbacks run? */
public final class Order {

    private Order() {}

    public static void main(String[] args) {
        phases();
        drain();
        reactions();
    }

    private static void phases() {
        // docs: begin order
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            say("main begins");
            loop.execute(() -> {
                say("poll");
                loop.setTimeout(() -> say("timeout"), 0);
                loop.setImmediate(() -> say("immediate"));
                Promise.resolve("microtask").thenAccept(Order::say);
                loop.nextTick(() -> say("tick"));
            });
            Promise.resolve("microtask of main").thenAccept(Order::say);
            loop.nextTick(() -> say("tick of main"));
            say("main ends");
        });
        // docs: end order
    }

    private static void drain() {
        EventLoop loop = EventLoop.create();
        // docs: begin drain
        loop.run(() -> {
            loop.setImmediate(() -> {
                say("immediate 1");
                loop.queueMicrotask(() -> {
                    say("microtask 1");
                    loop.nextTick(() -> say("tick 3"));
                });
                loop.queueMicrotask(() -> say("microtask 2"));
                loop.nextTick(() -> {
                    say("tick 1");
                    loop.nextTick(() -> say("tick 2"));
                });
                loop.setImmediate(() -> say("immediate 3, a turn later"));
            });
            loop.setImmediate(() -> say("immediate 2"));
        });
        // docs: end drain
    }

    private static void reactions() {
        EventLoop loop = EventLoop.create();
        // docs: begin reactions
        loop.run(() -> {
            Promise.resolve(0)
                    .thenCompose(zero -> {
                        say("0");
                        return Promise.resolve("4");
                    })
                    .thenAccept(Order::say);
            Promise.resolve("1")
                    .then(Order::sayAndReturn)
                    .then(done -> sayAndReturn("2"))
                    .then(done -> sayAndReturn("3"))
                    .then(done -> sayAndReturn("5"))
                    .then(done -> sayAndReturn("6"));
        });
        // docs: end reactions
    }

    private static void say(String what) {
        System.out.println(what);
    }

    private static String sayAndReturn(String what) {
        say(what);
        return what;
    }
}
