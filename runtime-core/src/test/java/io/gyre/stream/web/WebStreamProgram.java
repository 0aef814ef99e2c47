package io.gyre.stream.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.abort.AbortController;
import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.promise.Thenable;
import io.gyre.stream.IteratorResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs one program of {@code webstreams/programs.mjs}; {@code webstreams/trace.mjs} is the same on Node. */
final class WebStreamProgram {

    private final JsonNode program;
    private final EventLoop loop = EventLoop.create();
    private final List<String> trace = new ArrayList<>();
    private final Map<String, Object> things = new HashMap<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private final Map<String, Resolvers<@Nullable Object>> deferred = new HashMap<>();

    WebStreamProgram(JsonNode program) {
        this.program = program;
    }

    List<String> run() {
        loop.onUnhandledRejection((reason, promise) -> log("unhandled!" + name(reason)));
        loop.onUncaughtException((error, origin) -> log("uncaught! " + error));
        loop.run(() -> loop.setImmediate(() -> body(program.get("body"))));
        return trace;
    }

    private void log(String line) {
        trace.add(line);
    }

    private static final class ProgramError extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ProgramError(String label) {
            super(label);
        }
    }

    /** What JavaScript calls it. */
    private static String name(@Nullable Throwable error) {
        if (error == null) {
            return "none";
        }
        if (error instanceof ProgramError) {
            return String.valueOf(error.getMessage());
        }
        if (error instanceof AbortException) {
            return Arrays.stream(error.getSuppressed())
                    .map(WebStreamProgram::name)
                    .collect(Collectors.joining("+"));
        }
        return error instanceof IllegalStateException
                ? "TypeError"
                : error instanceof IllegalArgumentException ? "RangeError" : error.toString();
    }

    private static String text(@Nullable Object value) {
        if (value instanceof IteratorResult<?> result) {
            return result.done() ? "done" : String.valueOf(result.value());
        }
        return value == null ? "" : value.toString();
    }

    private static String number(@Nullable Double value) {
        if (value == null || value.isInfinite()) {
            return String.valueOf(value);
        }
        return String.valueOf(value.longValue());
    }

    private void watch(String label, Promise<?> promise) {
        Promise<@Nullable Object> told = promise.then(
                value -> {
                    log(label + ":" + text(value));
                    return null;
                },
                error -> {
                    log(label + "!" + name(error));
                    return null;
                });
        if (told.state() != Promise.State.PENDING) {
            throw new AssertionError("told too early");
        }
    }

    private <T> @Nullable T attempt(String label, Callable<T> action) {
        try {
            return action.call();
        } catch (Exception e) {
            log(label + "!" + name(e));
            return null;
        }
    }

    private Resolvers<@Nullable Object> deferred(String id) {
        return deferred.computeIfAbsent(id, absent -> Promise.withResolvers(loop));
    }

    private @Nullable Thenable<?> give(@Nullable JsonNode gives) {
        if (gives == null) {
            return null;
        }
        String[] parts = gives.asText().split(":", -1);
        return switch (parts[0]) {
            case "resolved" -> Promise.resolve(loop, "done");
            case "deferred" -> deferred(parts[1]).promise();
            case "throw" -> throw new ProgramError(parts[1]);
            case "reject" -> Promise.reject(loop, new ProgramError(parts[1]));
            default -> throw new AssertionError(gives);
        };
    }

    private @Nullable Thenable<?> step(JsonNode of, String name, String detail) {
        String key = of.get("id").asText() + "." + name;
        log(key + detail);
        int n = calls.merge(key, 1, Integer::sum) - 1;
        JsonNode steps = of.get(name);
        if (steps == null || n >= steps.size()) {
            return null;
        }
        JsonNode step = steps.get(n);
        if (step.has("body")) {
            body(step.get("body"));
        }
        return give(step.get("gives"));
    }

    private static QueuingStrategy<String> strategy(@Nullable JsonNode mark, @Nullable JsonNode size) {
        String kind = size == null ? "one" : size.asText();
        return new QueuingStrategy<>() {

            @Override
            public double highWaterMark() {
                return mark == null
                        ? 1
                        : mark.asText().equals("Infinity")
                                ? Double.POSITIVE_INFINITY
                                : mark.isNumber() ? mark.asDouble() : Double.NaN;
            }

            @Override
            public double size(String chunk) {
                return switch (kind) {
                    case "length" -> chunk.length();
                    case "bad" -> -1;
                    case "throws" -> throw new ProgramError("size");
                    default -> 1;
                };
            }
        };
    }

    private void hop(int n, Runnable then) {
        loop.queueMicrotask(() -> {
            if (n <= 1) {
                then.run();
            } else {
                hop(n - 1, then);
            }
        });
    }

    private void clock(String prefix, int n, int last) {
        loop.queueMicrotask(() -> {
            log(prefix + n);
            if (n < last) {
                clock(prefix, n + 1, last);
            }
        });
    }

    private void body(JsonNode actions) {
        actions.forEach(this::act);
    }

    private static String string(JsonNode action, String field) {
        return action.get(field).asText();
    }

    private void act(JsonNode a) {
        String op = string(a, "op");
        switch (op) {
            case "log" -> log(string(a, "label"));
            case "hops" -> hop(a.get("n").asInt(), () -> body(a.get("body")));
            case "clock" -> clock(string(a, "prefix"), 1, a.get("n").asInt());
            case "immediate" -> loop.setImmediate(() -> body(a.get("body")));
            case "settle" -> deferred(string(a, "id")).resolve(null);
            case "fail" -> deferred(string(a, "id")).reject(new ProgramError(string(a, "reason")));
            case "source" -> put(a, attempt(string(a, "id"), () -> source(a)));
            case "sink" -> put(a, attempt(string(a, "id"), () -> sink(a)));
            case "transform" -> transform(a);
            case "enqueue", "close", "error", "terminate", "desired" -> control(op, a);
            case "reader", "writer" -> lock(op, a);
            case "locked" -> {
                Object of = things.get(string(a, "of"));
                if (of != null) {
                    boolean locked =
                            of instanceof ReadableStream<?> r ? r.isLocked() : ((WritableStream<?>) of).isLocked();
                    log("locked " + string(a, "of") + "=" + locked);
                }
            }
            case "tee" -> tee(a);
            case "signal" -> things.put(string(a, "id"), new AbortController(loop));
            case "stop" -> {
                if (things.get(string(a, "id")) instanceof AbortController controller) {
                    controller.abort(new ProgramError(string(a, "reason")));
                }
            }
            case "pipe" -> pipe(a);
            case "through" -> {
                if (things.get(string(a, "from")) instanceof ReadableStream<?> from
                        && things.get(string(a, "to")) instanceof TransformStream<?, ?> to) {
                    attempt("through", () -> WebStreamProgram.<String>cast(from)
                            .pipeThrough(WebStreamProgram.<TransformStream<String, String>>as(to)));
                }
            }
            default -> use(op, a);
        }
    }

    private void put(JsonNode a, @Nullable Object made) {
        if (made != null) {
            things.put(string(a, "id"), made);
        }
    }

    private ReadableStream<String> source(JsonNode a) throws Exception {
        return new ReadableStream<>(
                loop,
                new UnderlyingSource<>() {

                    @Override
                    public @Nullable Thenable<?> start(ReadableStreamDefaultController<String> controller) {
                        things.put("c." + string(a, "id"), controller);
                        return step(a, "start", "");
                    }

                    @Override
                    public @Nullable Thenable<?> pull(ReadableStreamDefaultController<String> controller)
                            throws Exception {
                        return step(a, "pull", "");
                    }

                    @Override
                    public @Nullable Thenable<?> cancel(@Nullable Throwable reason) throws Exception {
                        return step(a, "cancel", "(" + name(reason) + ")");
                    }
                },
                strategy(a.get("hwm"), a.get("size")));
    }

    private WritableStream<String> sink(JsonNode a) throws Exception {
        return new WritableStream<>(
                loop,
                new UnderlyingSink<>() {

                    @Override
                    public @Nullable Thenable<?> start(WritableStreamDefaultController<String> controller) {
                        things.put("c." + string(a, "id"), controller);
                        return step(a, "start", "");
                    }

                    @Override
                    public @Nullable Thenable<?> write(String chunk, WritableStreamDefaultController<String> controller)
                            throws Exception {
                        return step(a, "write", "(" + chunk + ")");
                    }

                    @Override
                    public @Nullable Thenable<?> close() throws Exception {
                        return step(a, "close", "");
                    }

                    @Override
                    public @Nullable Thenable<?> abort(Throwable reason) throws Exception {
                        return step(a, "abort", "(" + name(reason) + ")");
                    }
                },
                strategy(a.get("hwm"), a.get("size")));
    }

    private void transform(JsonNode a) {
        String id = string(a, "id");
        Transformer<String, String> transformer = new Transformer<>() {

            @Override
            public @Nullable Thenable<?> start(TransformStreamDefaultController<String> controller) {
                things.put("c." + id, controller);
                return step(a, "start", "");
            }

            @Override
            public @Nullable Thenable<?> transform(String chunk, TransformStreamDefaultController<String> controller)
                    throws Exception {
                Thenable<?> result = step(a, "transform", "(" + chunk + ")");
                int times = a.has("times") ? a.get("times").asInt() : 1;
                for (int i = 0; i < times; i++) {
                    controller.enqueue(chunk + "'");
                }
                return result;
            }

            @Override
            public @Nullable Thenable<?> flush(TransformStreamDefaultController<String> controller) throws Exception {
                return step(a, "flush", "");
            }

            @Override
            public @Nullable Thenable<?> cancel(@Nullable Throwable reason) throws Exception {
                return step(a, "cancel", "(" + name(reason) + ")");
            }
        };
        TransformStream<String, String> made = attempt(
                id,
                () -> new TransformStream<>(
                        loop, transformer, strategy(a.get("whwm"), a.get("size")), strategy(a.get("rhwm"), null)));
        if (made != null) {
            things.put(id, made);
            things.put(id + ".r", made.readable());
            things.put(id + ".w", made.writable());
        }
    }

    private void control(String op, JsonNode a) {
        Object controller = things.get("c." + string(a, "on"));
        if (controller == null) {
            return;
        }
        attempt(op + " " + string(a, "on"), () -> {
            if (controller instanceof ReadableStreamDefaultController<?> source) {
                switch (op) {
                    case "desired" -> log("desired " + string(a, "on") + "=" + number(source.desiredSize()));
                    case "enqueue" ->
                        WebStreamProgram.<ReadableStreamDefaultController<String>>as(source)
                                .enqueue(string(a, "chunk"));
                    case "close" -> source.close();
                    case "error" -> source.error(new ProgramError(string(a, "reason")));
                    default -> {
                        // It has no such method.
                    }
                }
            } else if (controller instanceof TransformStreamDefaultController<?> transform) {
                switch (op) {
                    case "desired" -> log("desired " + string(a, "on") + "=" + number(transform.desiredSize()));
                    case "enqueue" ->
                        WebStreamProgram.<TransformStreamDefaultController<String>>as(transform)
                                .enqueue(string(a, "chunk"));
                    case "terminate" -> transform.terminate();
                    case "error" -> transform.error(new ProgramError(string(a, "reason")));
                    default -> {
                        // It has no such method.
                    }
                }
            } else if (op.equals("error")) {
                ((WritableStreamDefaultController<?>) controller).error(new ProgramError(string(a, "reason")));
            }
            return true;
        });
    }

    private void lock(String op, JsonNode a) {
        Object stream = things.get(string(a, "of"));
        if (stream != null) {
            put(
                    a,
                    attempt(
                            string(a, "id"),
                            () -> stream instanceof ReadableStream<?> readable && op.equals("reader")
                                    ? readable.getReader()
                                    : ((WritableStream<?>) stream).getWriter()));
        }
    }

    private void tee(JsonNode a) {
        if (things.get(string(a, "of")) instanceof ReadableStream<?> stream) {
            List<?> branches = attempt("tee", stream::tee);
            if (branches != null) {
                things.put(a.get("ids").get(0).asText(), branches.get(0));
                things.put(a.get("ids").get(1).asText(), branches.get(1));
            }
        }
    }

    private void pipe(JsonNode a) {
        if (things.get(string(a, "from")) instanceof ReadableStream<?> from
                && things.get(string(a, "to")) instanceof WritableStream<?> to) {
            PipeOptions options = PipeOptions.defaults()
                    .preventClose(a.path("preventClose").asBoolean())
                    .preventAbort(a.path("preventAbort").asBoolean())
                    .preventCancel(a.path("preventCancel").asBoolean());
            if (things.get(a.path("signal").asText()) instanceof AbortController controller) {
                options = options.signal(controller.signal());
            }
            watch(
                    string(a, "label"),
                    WebStreamProgram.<String>cast(from)
                            .pipeTo(WebStreamProgram.<WritableStream<String>>as(to), options));
        }
    }

    /** What is done with a stream, a reader or a writer. */
    private void use(String op, JsonNode a) {
        Object by = things.get(string(a, "by"));
        if (by == null) {
            return;
        }
        Throwable reason = a.has("reason") ? new ProgramError(string(a, "reason")) : null;
        if (by instanceof ReadableStream<?> stream && op.equals("cancel")) {
            watch(string(a, "label"), stream.cancel(reason));
        } else if (by instanceof WritableStream<?> stream) {
            watch(string(a, "label"), op.equals("abort") ? stream.abort(reason) : stream.close());
        } else if (by instanceof ReadableStreamDefaultReader<?> reader) {
            switch (op) {
                case "read" -> watch(string(a, "label"), reader.read());
                case "closed" -> watch(string(a, "label"), reader.closed());
                case "cancel" -> watch(string(a, "label"), reader.cancel(reason));
                case "release" -> reader.releaseLock();
                default -> throw new AssertionError(a);
            }
        } else if (by instanceof WritableStreamDefaultWriter<?> writer) {
            switch (op) {
                case "write" ->
                    watch(
                            string(a, "label"),
                            WebStreamProgram.<WritableStreamDefaultWriter<String>>as(writer)
                                    .write(string(a, "chunk")));
                case "ready" -> watch(string(a, "label"), writer.ready());
                case "closed" -> watch(string(a, "label"), writer.closed());
                case "end" -> watch(string(a, "label"), writer.close());
                case "abort" -> watch(string(a, "label"), writer.abort(reason));
                case "release" -> writer.releaseLock();
                case "room" ->
                    attempt("room", () -> {
                        log("room " + string(a, "by") + "=" + number(writer.desiredSize()));
                        return true;
                    });
                default -> throw new AssertionError(a);
            }
        } else {
            throw new AssertionError(a);
        }
    }

    @SuppressWarnings("unchecked") // the programs' chunks are texts
    private static <T> ReadableStream<T> cast(ReadableStream<?> stream) {
        return (ReadableStream<T>) stream;
    }

    @SuppressWarnings("unchecked") // the programs' chunks are texts
    private static <T> T as(Object thing) {
        return (T) thing;
    }
}
