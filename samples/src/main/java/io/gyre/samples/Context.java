package io.gyre.samples;

import io.gyre.loop.AsyncLocalStorage;
import io.gyre.loop.ContextCarrier;
import io.gyre.loop.ContextFrame;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.work.WorkerPool;
import java.util.List;

/** A value that follows a request through everything the request schedules. */
public final class Context {

    // docs: begin storage
    private static final AsyncLocalStorage<String> REQUEST = new AsyncLocalStorage<>("request");

    private static void log(String what) {
        System.out.println("[" + REQUEST.getStore() + "] " + what);
    }
    // docs: end storage

    // docs: begin local
    /** What another library keeps with the thread. */
    private static final ThreadLocal<String> TRACE = new ThreadLocal<>();

    private static void trace(String what) {
        System.out.println("<" + TRACE.get() + "> " + what);
    }
    // docs: end local

    private Context() {}

    public static void main(String[] args) {
        follow();
        otherThreads();
        carried();
    }

    private static void follow() {
        EventLoop loop = EventLoop.create();
        // docs: begin follow
        loop.run(() -> {
            for (String request : List.of("A", "B")) {
                REQUEST.run(request, () -> {
                    log("begins");
                    loop.setImmediate(() -> log("immediate"));
                    Promise.resolve("reaction").thenAccept(Context::log);
                    loop.nextTick(() -> log("tick"));
                });
            }
            log("belongs to no request");
        });
        // docs: end follow
    }

    private static void otherThreads() {
        EventLoop loop = EventLoop.create();
        // docs: begin threads
        loop.run(() -> REQUEST.run("C", () -> {
            ContextFrame frame = ContextFrame.current();
            WorkerPool.shared()
                    .submit(
                            loop,
                            WorkerPool.Kind.CPU,
                            "six times seven",
                            () -> {
                                loop.execute(() -> log("posted from a worker"));
                                loop.execute(() -> frame.run(() -> log("posted with the frame")));
                                return 6 * 7;
                            },
                            (error, product) -> log("completed with " + product));
        }));
        // docs: end threads
    }

    private static void carried() {
        // docs: begin carried
        EventLoop loop = EventLoop.builder()
                .carry(ContextCarrier.mdc(), ContextCarrier.of(TRACE))
                .build();
        loop.run(() -> {
            TRACE.set("t1");
            loop.setTimeout(() -> trace("timer"), 1);
            Promise.resolve("reaction").thenAccept(Context::trace);
            TRACE.remove();
            loop.nextTick(() -> trace("tick"));
        });
        // docs: end carried
    }
}
