package io.gyre.samples;

import io.gyre.loop.Async;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Timer;
import java.time.Duration;
import java.util.stream.Collectors;

/** Why a loop goes on, how to let it end, and how to end one that serves. */
public final class WhatKeepsItAlive {

    private WhatKeepsItAlive() {}

    public static void main(String[] args) {
        resources();
        shutdown();
        deadline();
    }

    private static void resources() {
        EventLoop loop = EventLoop.create();
        // docs: begin resources
        loop.run(() -> {
            Async async = loop.asyncHandle(() -> say("woken"));
            Timer timer = loop.setTimeout(() -> say("never"), 60_000);
            say(whatIsOpen(loop));

            timer.unref();
            say(whatIsOpen(loop));

            async.close(() -> say("closed, and now nothing counts any more"));
        });
        say("ended");
        // docs: end resources
    }

    // docs: begin what-is-open
    private static String whatIsOpen(EventLoop loop) {
        return loop.activeResources().stream()
                .map(resource -> resource.kind() + (resource.ref() ? "" : " (unref)"))
                .sorted()
                .collect(Collectors.joining(", "));
    }
    // docs: end what-is-open

    private static void shutdown() {
        // docs: begin shutdown
        EventLoop service = EventLoop.builder().name("service").build().start();
        service.execute(() -> {
            Async server = service.asyncHandle(() -> say("a client came"));
            service.onShutdown(() -> {
                say("no more clients");
                server.close(() -> say("closed"));
                service.setTimeout(() -> say("the last answer is out"), 20);
            });
        });
        int code = service.shutdown(Duration.ofSeconds(30)).join();
        say("exit code " + code);
        // docs: end shutdown
    }

    private static void deadline() {
        // docs: begin deadline
        EventLoop service = EventLoop.builder().name("stubborn").build().start();
        service.execute(() -> {
            service.asyncHandle(() -> say("nobody ever closes this"));
            service.onExit(exitCode -> say("still open: " + whatIsOpen(service)));
        });
        int code = service.shutdown(Duration.ofMillis(50)).join();
        say("exit code " + code);
        // docs: end deadline
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
