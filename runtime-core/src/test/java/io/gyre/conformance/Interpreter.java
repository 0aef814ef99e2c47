package io.gyre.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Handle;
import io.gyre.loop.Immediate;
import io.gyre.loop.Request;
import io.gyre.loop.Timer;
import io.gyre.loop.Transport;
import io.gyre.loop.UnsettledMain;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Runs one scheduling program on a loop of its own, by the public API alone. */
final class Interpreter {

    private static final int LONGEST_TRACE = 5000;

    /**
     * On a machine so busy that a job is submitted after the time of its release, a program that depends on time waits
     * for ever. Its loop is stopped then, and the incomplete trace is a failed attempt.
     */
    private static final int LONGEST_RUN_SECONDS = 20;

    private final JsonNode program;
    private final double scale;
    private final EventLoop loop;
    private final ReadyEvents events;
    private final BlockingJobs jobs;
    private final AsyncCalls async;

    private final List<String> trace = new ArrayList<>();

    /** Timers and immediates by id; an id that is used again names the newer one. */
    private final Map<String, Object> scheduled = new HashMap<>();

    private final Map<String, Handle> handles = new HashMap<>();
    private final Map<String, Promise<?>> promises = new HashMap<>();
    private final Map<String, Resolvers<Object>> deferreds = new HashMap<>();

    private Interpreter(
            Program program, Transport transport, double scale, Function<Interpreter, AsyncCalls> asyncCalls) {
        this.program = program.json();
        this.scale = scale;
        loop = EventLoop.builder().name(program.name()).transport(transport).build();
        events = new ReadyEvents(loop);
        jobs = new BlockingJobs(loop);
        async = asyncCalls.apply(this);
    }

    /** Runs a program on the calling thread; times of 10 ms and more are multiplied by the scale. */
    static Outcome run(Program program, Transport transport, double scale) {
        return run(program, transport, scale, AsyncFunction::new);
    }

    /** The same, with another way to call async functions. */
    static Outcome run(
            Program program, Transport transport, double scale, Function<Interpreter, AsyncCalls> asyncCalls) {
        Interpreter interpreter = new Interpreter(program, transport, scale, asyncCalls);
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                interpreter.loop::stop, CompletableFuture.delayedExecutor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS));
        try {
            int exit = interpreter.run();
            return new Outcome(interpreter.trace, exit);
        } finally {
            watchdog.cancel(false);
            interpreter.jobs.close();
            interpreter.events.close();
        }
    }

    private int run() {
        listen();
        JsonNode body = program.get("body");
        if (!program.path("main").asText().equals("module")) {
            return loop.run(() -> body(body, null));
        }
        return loop.run(
                task -> loop.queueMicrotask(() -> async.call(body, null).await(value -> task.settle(), task::fail)),
                UnsettledMain.EXIT);
    }

    private void listen() {
        JsonNode uncaught = program.path("uncaught");
        if (!uncaught.isMissingNode()) {
            loop.onUncaughtException((error, origin) -> {
                log("uncaught:" + error.getMessage());
                handler(uncaught, error);
            });
        }
        JsonNode unhandled = program.path("unhandled");
        if (!unhandled.isMissingNode()) {
            Map<Object, String> labels = new IdentityHashMap<>();
            loop.onUnhandledRejection((reason, promise) -> {
                labels.put(promise, reason.getMessage());
                log("unhandled:" + reason.getMessage());
                handler(unhandled, reason);
            });
            loop.onRejectionHandled(promise -> log("handled:" + labels.get(promise)));
        }
        JsonNode beforeExit = program.path("beforeExit");
        int[] times = new int[1];
        loop.onBeforeExit(code -> {
            JsonNode nth = beforeExit.path(times[0]++);
            if (nth.isArray()) {
                body(nth, null);
            }
        });
        JsonNode onExit = program.path("onExit");
        if (onExit.isArray()) {
            loop.onExit(code -> body(onExit, null));
        }
    }

    private void handler(JsonNode handler, Throwable error) {
        if (handler.isArray()) {
            body(handler, error);
        }
    }

    private void log(String label) {
        trace.add(label);
        if (trace.size() > LONGEST_TRACE) {
            throw new AssertionError("the trace grows without end: " + trace.subList(0, 20));
        }
    }

    EventLoop loop() {
        return loop;
    }

    long scaled(long millis) {
        return millis >= 10 ? Math.round(millis * scale) : millis;
    }

    private void body(JsonNode actions, Throwable caught) {
        for (JsonNode action : actions) {
            action(action, caught);
        }
    }

    private Runnable bodyOf(JsonNode action, Throwable caught) {
        JsonNode body = action.path("body");
        return () -> body(body, caught);
    }

    void action(JsonNode a, Throwable caught) {
        if (a.isTextual()) {
            log(a.asText());
            return;
        }
        String id = a.path("id").asText("");
        long ms = scaled(a.path("ms").asLong());
        switch (a.get("op").asText()) {
            case "log" -> log(a.get("label").asText());
            case "logErr" -> log(a.path("prefix").asText() + caught.getMessage());
            case "nextTick", "microtask", "work", "pending", "closeHandle" ->
                schedule(a.get("op").asText(), ms, bodyOf(a, caught));
            case "immediate" -> keep(a, unrefIfAsked(a, loop.setImmediate(bodyOf(a, caught))));
            case "timeout" -> keep(a, unrefIfAsked(a, loop.setTimeout(bodyOf(a, caught), ms)));
            case "interval" ->
                keep(a, unrefIfAsked(a, interval(ms, a.path("times").asInt(), bodyOf(a, caught))));
            case "clear" -> clear(id);
            case "ref" -> setRef(id, true);
            case "unref" -> setRef(id, false);
            case "refresh" -> refresh(id);
            case "hasRef" -> log(a.get("label").asText() + "=" + hasRef(id));
            case "io" -> events.fire(bodyOf(a, caught), a.path("unref").asBoolean());
            case "block" -> jobs.block(id, bodyOf(a, caught));
            case "release" -> jobs.release(id);
            case "open" -> handles.put(id, new OpenHandle(loop).open());
            case "close" -> close(id, bodyOf(a, caught));
            case "spin" -> spin(ms);
            case "throw" -> throw new ProgramError(a.get("label").asText());
            case "exit" -> exit(a);
            case "exitCode" -> loop.setExitCode(a.get("code").asInt());
            case "promise" -> named(id, chain(from(a.path("from"), caught), a.path("chain"), caught));
            case "async" -> named(id, chain(async.call(a.get("steps"), caught), a.path("chain"), caught));
            case "reject" ->
                named(id, Promise.reject(new ProgramError(a.get("label").asText())));
            case "handle" -> handle(id, a.path("body"));
            case "deferred" -> deferred(id);
            case "settle" -> settle(id, a.path("reject"));
            case "recurse" -> recurse(a, caught);
            case "repeat" -> {
                for (int i = a.get("times").asInt(); i > 0; i--) {
                    body(a.path("body"), caught);
                }
            }
            default -> throw new IllegalArgumentException("unknown action " + a);
        }
    }

    private void exit(JsonNode a) {
        if (a.has("code")) {
            throw loop.exit(a.get("code").asInt());
        }
        throw loop.exit();
    }

    /** Schedules a callback through one of the kinds that {@code await} and {@code recurse} know. */
    void schedule(String kind, long ms, Runnable callback) {
        switch (kind) {
            case "nextTick" -> loop.nextTick(callback);
            case "microtask" -> loop.queueMicrotask(callback);
            case "promise" -> Promise.resolve((Object) null).thenAccept(value -> callback.run());
            case "immediate" -> loop.setImmediate(callback);
            case "timeout" -> loop.setTimeout(callback, ms);
            case "io" -> events.fire(callback, false);
            case "work" -> jobs.work(ms, callback);
            case "pending" -> new Request(loop, "pending").defer(callback);
            case "closeHandle" -> new OpenHandle(loop).close(callback);
            default -> throw new IllegalArgumentException("unknown kind " + kind);
        }
    }

    private void recurse(JsonNode a, Throwable caught) {
        String via = a.get("via").asText();
        schedule(via, scaled(a.path("ms").asLong()), () -> hop(a, via, 1, caught));
    }

    private void hop(JsonNode a, String via, int number, Throwable caught) {
        body(a.path("each"), caught);
        if (number == a.get("times").asInt()) {
            body(a.path("body"), caught);
        } else {
            schedule(via, scaled(a.path("ms").asLong()), () -> hop(a, via, number + 1, caught));
        }
    }

    private static void spin(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    // ---- timers, immediates and handles by id

    private Timer interval(long ms, int times, Runnable callback) {
        Timer[] timer = new Timer[1];
        int[] fired = new int[1];
        timer[0] = loop.setInterval(
                () -> {
                    if (++fired[0] == times) {
                        timer[0].clear();
                    }
                    callback.run();
                },
                ms);
        return timer[0];
    }

    private static Object unrefIfAsked(JsonNode a, Object made) {
        if (a.path("unref").asBoolean()) {
            setRef(made, false);
        }
        return made;
    }

    private void keep(JsonNode a, Object made) {
        if (a.has("id")) {
            scheduled.put(a.get("id").asText(), made);
        }
    }

    private Object find(String id) {
        Object found = scheduled.get(id);
        return found == null ? handles.get(id) : found;
    }

    private void clear(String id) {
        Object found = scheduled.get(id);
        if (found instanceof Timer timer) {
            timer.clear();
        } else if (found instanceof Immediate immediate) {
            immediate.clear();
        }
    }

    private void setRef(String id, boolean ref) {
        Object found = find(id);
        if (found != null) {
            setRef(found, ref);
        }
    }

    private static void setRef(Object object, boolean ref) {
        Object same = object instanceof Timer timer
                ? (ref ? timer.ref() : timer.unref())
                : object instanceof Immediate immediate
                        ? (ref ? immediate.ref() : immediate.unref())
                        : (ref ? ((Handle) object).ref() : ((Handle) object).unref());
        if (same != object) {
            throw new AssertionError("ref and unref return what they were called on, not " + same);
        }
    }

    private void refresh(String id) {
        if (scheduled.get(id) instanceof Timer timer) {
            timer.refresh();
        }
    }

    private String hasRef(String id) {
        Object found = find(id);
        if (found == null) {
            return "none";
        }
        return String.valueOf(
                found instanceof Timer timer
                        ? timer.hasRef()
                        : found instanceof Immediate immediate ? immediate.hasRef() : ((Handle) found).hasRef());
    }

    private void close(String id, Runnable callback) {
        Handle handle = handles.remove(id);
        if (handle != null) {
            handle.close(callback);
        }
    }

    // ---- promises

    Resolvers<Object> deferred(String id) {
        return deferreds.computeIfAbsent(id, unknown -> Promise.withResolvers(loop));
    }

    private void settle(String id, JsonNode reject) {
        if (reject.isTextual()) {
            deferred(id).reject(new ProgramError(reject.asText()));
        } else {
            deferred(id).resolve(null);
        }
    }

    private void named(String id, Promise<?> promise) {
        if (!id.isEmpty()) {
            promises.put(id, promise);
        }
    }

    private void handle(String id, JsonNode body) {
        Promise<?> promise = promises.get(id);
        if (promise != null) {
            caught(promise, body);
        }
    }

    @SuppressWarnings("unchecked")
    private Promise<Object> caught(Promise<?> promise, JsonNode body) {
        return ((Promise<Object>) promise).catchError(error -> {
            body(body, error);
            return null;
        });
    }

    private Promise<Object> from(JsonNode from, Throwable caught) {
        if (from.has("reject")) {
            return Promise.reject(new ProgramError(from.get("reject").asText()));
        }
        if (from.has("deferred")) {
            return deferred(from.get("deferred").asText()).promise();
        }
        if (from.has("async")) {
            return async.call(from.get("async"), caught);
        }
        return Promise.resolve((Object) null);
    }

    private Promise<Object> chain(Promise<Object> first, JsonNode links, Throwable caught) {
        Promise<Object> last = first;
        for (JsonNode link : links) {
            last = link(last, link, caught);
        }
        return last;
    }

    private Promise<Object> link(Promise<Object> before, JsonNode link, Throwable caught) {
        if (link.has("catch")) {
            return caught(before, link.get("catch"));
        }
        if (link.has("finally")) {
            return before.finallyDo(() -> body(link.get("finally"), caught));
        }
        JsonNode handler = link.isArray() ? link : link.path("then");
        if (!link.has("returns")) {
            return before.then(value -> {
                body(handler, caught);
                return null;
            });
        }
        return before.thenCompose(value -> {
            body(handler, caught);
            return from(link.get("returns"), caught);
        });
    }
}
