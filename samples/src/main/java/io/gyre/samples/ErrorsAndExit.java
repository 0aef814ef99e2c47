package io.gyre.samples;

import io.gyre.loop.EventLoop;
import io.gyre.loop.UnsettledMain;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;

/** What becomes of errors, and what a loop's exit code says. */
public final class ErrorsAndExit {

    private ErrorsAndExit() {}

    public static void main(String[] args) {
        nobodyTakesTheError();
        aHandlerTakesIt();
        nobodyHandlesTheRejection();
        beforeExit();
        exit();
        unsettledMain();
    }

    private static void nobodyTakesTheError() {
        EventLoop loop = EventLoop.create();
        // docs: begin uncaught
        int code = loop.run(() -> {
            loop.onExit(exitCode -> say("exit listener: " + exitCode));
            loop.setImmediate(() -> {
                throw new IllegalStateException("boom");
            });
            loop.setImmediate(() -> say("never"));
        });
        say("exit code " + code);
        // docs: end uncaught
    }

    private static void aHandlerTakesIt() {
        EventLoop loop = EventLoop.create();
        // docs: begin handler
        int code = loop.run(() -> {
            loop.onUncaughtException((error, origin) -> say(origin + ": " + error.getMessage()));
            loop.setImmediate(() -> {
                throw new IllegalStateException("boom");
            });
            loop.setImmediate(() -> say("the rest of the phase runs"));
            Promise.reject(new IllegalStateException("nobody listens"));
        });
        say("exit code " + code);
        // docs: end handler
    }

    private static void nobodyHandlesTheRejection() {
        EventLoop loop = EventLoop.create();
        // docs: begin rejection
        loop.run(() -> {
            loop.onUnhandledRejection((reason, promise) -> say("unhandled: " + reason.getMessage()));
            loop.onRejectionHandled(promise -> say("handled after it had been reported"));

            Promise<String> inTime = Promise.reject(new IllegalStateException("first"));
            loop.nextTick(() -> inTime.await(value -> {}, reason -> say("handled in time: " + reason.getMessage())));

            Promise<String> late = Promise.reject(new IllegalStateException("second"));
            loop.setImmediate(() -> late.await(value -> {}, reason -> say("handled late: " + reason.getMessage())));
        });
        // docs: end rejection
    }

    private static void beforeExit() {
        EventLoop loop = EventLoop.create();
        // docs: begin before-exit
        int code = loop.run(() -> {
            loop.setExitCode(4);
            boolean[] saved = new boolean[1];
            loop.onBeforeExit(exitCode -> {
                say("nothing keeps the loop alive");
                if (!saved[0]) {
                    saved[0] = true;
                    loop.setTimeout(() -> say("saved"), 10);
                }
            });
        });
        say("exit code " + code);
        // docs: end before-exit
    }

    private static void exit() {
        EventLoop loop = EventLoop.create();
        // docs: begin exit
        int code = loop.run(() -> {
            loop.setTimeout(() -> say("never"), 10);
            loop.nextTick(() -> say("nor this"));
            throw loop.exit(3);
        });
        say("exit code " + code);
        // docs: end exit
    }

    private static void unsettledMain() {
        EventLoop loop = EventLoop.create();
        // docs: begin unsettled
        int code = loop.run(
                main -> {
                    Resolvers<String> reply = Promise.withResolvers();
                    reply.promise().thenAccept(text -> main.settle());
                    main.describe(() -> "a reply that nobody sends");
                },
                UnsettledMain.EXIT);
        say("exit code " + code);
        // docs: end unsettled
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
