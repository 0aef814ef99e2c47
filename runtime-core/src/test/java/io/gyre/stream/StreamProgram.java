package io.gyre.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replays one stream program: streams whose steps are given by data, a list of actions, and the trace of everything
 * observable, to be compared with the one that Node printed.
 */
final class StreamProgram {

    private final JsonNode program;
    private final EventLoop loop = EventLoop.create();
    private final List<String> trace = new ArrayList<>();
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private final Map<String, ArrayDeque<Runnable>> manual = new HashMap<>();

    StreamProgram(JsonNode program) {
        this.program = program;
    }

    /** Why a program cannot be replayed yet, or null. */
    static @Nullable String unsupported(JsonNode program) {
        for (JsonNode stream : program.get("streams")) {
            String type = stream.get("type").asText();
            if (!type.equals("readable") && !type.equals("writable")) {
                return "it has a " + type + " stream";
            }
        }
        String text = program.get("body").toString();
        return text.contains("\"iterate\"") ? "it iterates asynchronously" : null;
    }

    /** Runs the program; the trace, with the exit code as its last line. */
    List<String> run() {
        int exit = loop.run(() -> {
            if (program.path("uncaught").asText().equals("log")) {
                loop.onUncaughtException((error, origin) -> log("uncaught:" + name(error)));
            }
            program.get("streams").properties().forEach(e -> streams.put(e.getKey(), make(e.getKey(), e.getValue())));
            actions(program.get("body"));
        });
        trace.add("exit " + exit);
        return trace;
    }

    private void log(String line) {
        trace.add(line);
        if (trace.size() > 3000) {
            throw new AssertionError("the program does not end: " + trace.subList(0, 50));
        }
    }

    private void later(@Nullable String mode, String name, Runnable step) {
        switch (mode == null ? "sync" : mode) {
            case "sync" -> step.run();
            case "nextTick" -> loop.nextTick(step);
            case "microtask" -> loop.queueMicrotask(step);
            case "immediate" -> loop.setImmediate(step);
            case "manual" ->
                manual.computeIfAbsent(name, k -> new ArrayDeque<>()).add(step);
            case "never" -> {}
            default -> throw new AssertionError("mode " + mode);
        }
    }

    // ---- streams

    private record Outcome(@Nullable String mode, @Nullable RuntimeException error, boolean thrown) {

        static Outcome of(@Nullable JsonNode spec, int call) {
            if (spec == null || spec.isTextual()) {
                return new Outcome(spec == null ? null : spec.asText(), null, false);
            }
            boolean hit =
                    spec.has("error") && (!spec.has("at") || spec.get("at").asInt() == call);
            return new Outcome(
                    spec.has("mode") ? spec.get("mode").asText() : null,
                    hit ? new RuntimeException(spec.get("error").asText()) : null,
                    hit && spec.path("throw").asBoolean());
        }
    }

    @SuppressWarnings("unchecked")
    private static StreamOptions<Object> options(JsonNode d) {
        StreamOptions<Object> options = d.path("objectMode").asBoolean()
                ? StreamOptions.objects()
                : (StreamOptions<Object>) (StreamOptions<?>) StreamOptions.bytes();
        if (d.has("hwm")) {
            options = options.highWaterMark(d.get("hwm").asInt());
        }
        if (d.has("autoDestroy")) {
            options = options.autoDestroy(d.get("autoDestroy").asBoolean());
        }
        if (d.has("emitClose")) {
            options = options.emitClose(d.get("emitClose").asBoolean());
        }
        return options;
    }

    private Object chunk(JsonNode stream, String text) {
        return stream.path("objectMode").asBoolean() ? text : Buffer.utf8(text);
    }

    private Stream make(String name, JsonNode d) {
        return d.get("type").asText().equals("readable") ? new Source(name, d) : makeWritable(name, d);
    }

    private Stream makeWritable(String name, JsonNode d) {
        boolean writev = d.path("writev").asBoolean();
        boolean last = d.has("final");
        if (writev && last) {
            return new Sink(name, d) {
                @Override
                protected void doWritev(List<Object> chunks, Callback callback) {
                    writeMany(chunks, callback);
                }

                @Override
                protected void doFinal(Callback callback) {
                    finishUp(callback);
                }
            };
        } else if (writev) {
            return new Sink(name, d) {
                @Override
                protected void doWritev(List<Object> chunks, Callback callback) {
                    writeMany(chunks, callback);
                }
            };
        } else if (last) {
            return new Sink(name, d) {
                @Override
                protected void doFinal(Callback callback) {
                    finishUp(callback);
                }
            };
        }
        return new Sink(name, d);
    }

    private void constructStep(String name, JsonNode d, Callback callback) {
        log(name + "._construct");
        Outcome r = Outcome.of(d.get("construct"), 0);
        later(r.mode, name + ".construct", () -> callback.call(r.error));
    }

    private void destroyStep(String name, JsonNode d, @Nullable Throwable error, Callback callback) {
        if (!d.has("destroy")) {
            callback.call(error);
            return;
        }
        log(name + "._destroy(" + name(error) + ")");
        Outcome r = Outcome.of(d.get("destroy"), 0);
        later(r.mode, name + ".destroy", () -> callback.call(r.error == null ? error : r.error));
    }

    private final class Source extends AbstractReadable<Object> {

        private final String name;
        private final JsonNode d;
        private final @Nullable Iterator<JsonNode> source;

        Source(String name, JsonNode d) {
            super(loop, options(d));
            this.name = name;
            this.d = d;
            this.source = d.has("source") ? d.get("source").iterator() : null;
            if (d.has("construct")) {
                construct(callback -> constructStep(name, d, callback));
            }
        }

        @Override
        protected void doRead(int n) {
            log(name + "._read");
            if (source == null || !source.hasNext()) {
                return;
            }
            JsonNode next = source.next();
            later(d.has("read") ? d.get("read").asText() : null, name + ".read", () -> emit(next));
        }

        private void emit(JsonNode next) {
            if (next.isObject()) {
                log(name + ".fail(" + next.get("error").asText() + ")");
                destroy(new RuntimeException(next.get("error").asText()));
            } else if (next.isArray()) {
                next.forEach(this::pushOne);
            } else {
                pushOne(next);
            }
        }

        void pushOne(JsonNode c) {
            boolean more = c.isNull() ? push(null) : push(chunk(d, c.asText()));
            log(name + ".push(" + (c.isNull() ? "null" : c.asText()) + ")=" + more);
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            destroyStep(name, d, error, callback);
        }
    }

    private class Sink extends AbstractWritable<Object> {

        private final String name;
        private final JsonNode d;
        private int calls;

        Sink(String name, JsonNode d) {
            super(loop, options(d));
            this.name = name;
            this.d = d;
            if (d.has("construct")) {
                construct(callback -> constructStep(name, d, callback));
            }
        }

        @Override
        protected void doWrite(Object chunk, Callback callback) {
            calls++;
            log(name + "._write(" + chunk + ")");
            Outcome r = Outcome.of(d.get("write"), calls);
            if (r.thrown && r.error != null) {
                throw r.error;
            }
            later(r.mode, name, () -> callback.call(r.error));
        }

        void writeMany(List<Object> chunks, Callback callback) {
            calls++;
            log(name + "._writev("
                    + String.join(",", chunks.stream().map(Object::toString).toList()) + ")");
            Outcome r = Outcome.of(d.get("write"), calls);
            later(r.mode, name, () -> callback.call(r.error));
        }

        void finishUp(Callback callback) {
            log(name + "._final");
            Outcome r = Outcome.of(d.get("final"), 0);
            later(r.mode, name + ".final", () -> callback.call(r.error));
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            destroyStep(name, d, error, callback);
        }

        Object of(String text) {
            return chunk(d, text);
        }
    }

    // ---- actions

    private void actions(@Nullable JsonNode body) {
        if (body != null) {
            body.forEach(this::act);
        }
    }

    private Source source(JsonNode a) {
        return (Source) streams.get(a.get("s").asText());
    }

    private Sink sink(JsonNode a) {
        return (Sink) streams.get(a.get("s").asText());
    }

    @SuppressWarnings("unchecked")
    private void act(JsonNode a) {
        if (a.isTextual()) {
            log(a.asText());
            return;
        }
        String s = a.path("s").asText();
        JsonNode body = a.get("body");
        String text = a.path("chunk").asText();
        switch (a.get("op").asText()) {
            case "log" -> log(a.get("label").asText());
            case "nextTick" -> loop.nextTick(() -> actions(body));
            case "microtask" -> loop.queueMicrotask(() -> actions(body));
            case "immediate" -> loop.setImmediate(() -> actions(body));
            case "timeout" -> loop.setTimeout(() -> actions(body), a.get("ms").asInt());
            case "repeat" -> {
                for (int i = 0; i < a.get("times").asInt(); i++) {
                    actions(body);
                }
            }
            case "write" -> {
                boolean more = sink(a).write(sink(a).of(text), callback(a));
                log(s + ".write(" + text + ")=" + more);
            }
            case "fill" -> {
                int n = 0;
                boolean more;
                do {
                    n++;
                    more = sink(a).write(sink(a).of(text));
                } while (more && n < a.get("max").asInt());
                log(s + ".fill(" + text + ")=" + n);
            }
            case "pump" -> {
                ArrayDeque<String> queue = new ArrayDeque<>();
                a.get("chunks").forEach(c -> queue.add(c.asText()));
                pump(a, queue);
            }
            case "end" -> {
                sink(a).end(a.has("chunk") ? sink(a).of(text) : null, callback(a));
                log(s + ".end(" + text + ")");
            }
            case "cork" -> sink(a).cork();
            case "uncork" -> sink(a).uncork();
            case "destroy" -> {
                streams.get(s)
                        .destroy(
                                a.has("error")
                                        ? new RuntimeException(a.get("error").asText())
                                        : null);
                log(s + ".destroy(" + a.path("error").asText() + ")");
            }
            case "push" -> source(a).pushOne(a.get("chunk"));
            case "unshift" -> {
                source(a).unshift(chunk(program.get("streams").get(s), text));
                log(s + ".unshift(" + text + ")");
            }
            case "read" -> read(a, s);
            case "readAll" -> {
                boolean more = true;
                while (more) {
                    more = read(a, s);
                }
            }
            case "pause" -> source(a).pause();
            case "resume" -> source(a).resume();
            case "pipe" ->
                ((Source) streams.get(a.get("from").asText()))
                        .pipe(
                                (Writable<Object>) streams.get(a.get("to").asText()),
                                a.path("end").asBoolean(true));
            case "unpipe" -> {
                Source from = (Source) streams.get(a.get("from").asText());
                if (a.has("to")) {
                    from.unpipe((Writable<Object>) streams.get(a.get("to").asText()));
                } else {
                    from.unpipe();
                }
            }
            case "pipeline" ->
                Pipeline.run(
                        (Source) streams.get(a.get("streams").get(0).asText()),
                        (Sink) streams.get(a.get("streams").get(1).asText()),
                        error -> {
                            log("pipeline:" + (error == null ? "ok" : name(error)));
                            actions(body);
                        });
            case "finished" ->
                Pipeline.finished(streams.get(s), error -> {
                    log("finished(" + s + "):" + (error == null ? "ok" : name(error)));
                    actions(body);
                });
            case "on" -> {
                if (a.has("events")) {
                    a.get("events").forEach(e -> listen(a, s, e.asText()));
                } else {
                    listen(a, s, a.get("event").asText());
                }
            }
            case "ack" -> {
                Runnable step = oldest(s);
                if (step == null) {
                    log("ack(" + s + "):none");
                } else {
                    step.run();
                }
            }
            case "ackEvery" -> ackEvery(s, a.get("times").asInt());
            case "state" -> state(a, s);
            default -> throw new AssertionError("op " + a);
        }
    }

    private @Nullable Runnable oldest(String name) {
        ArrayDeque<Runnable> steps = manual.get(name);
        return steps == null ? null : steps.poll();
    }

    private void ackEvery(String s, int times) {
        if (times > 0) {
            loop.setImmediate(() -> {
                Runnable step = oldest(s);
                if (step != null) {
                    step.run();
                }
                ackEvery(s, times - 1);
            });
        }
    }

    private boolean read(JsonNode a, String s) {
        Object c = a.has("n") ? source(a).read(a.get("n").asInt()) : source(a).read();
        log(s + ".read(" + a.path("n").asText() + ")=" + c);
        return c != null;
    }

    private void pump(JsonNode a, ArrayDeque<String> queue) {
        String s = a.get("s").asText();
        while (!queue.isEmpty()) {
            String c = queue.remove();
            boolean more = sink(a).write(sink(a).of(c));
            log(s + ".write(" + c + ")=" + more);
            if (!more && !queue.isEmpty()) {
                Registration[] drain = new Registration[1];
                drain[0] = sink(a).onDrain(() -> {
                    drain[0].remove();
                    log(s + ":drain");
                    pump(a, queue);
                });
                return;
            }
        }
        if (a.path("end").asBoolean()) {
            sink(a).end();
            log(s + ".end()");
        }
    }

    private @Nullable Callback callback(JsonNode a) {
        if (!a.has("cb")) {
            return null;
        }
        return error -> {
            log("cb " + a.get("cb").asText() + (error == null ? "" : ":" + name(error)));
            actions(a.get("cbBody"));
        };
    }

    private void listen(JsonNode a, String s, String event) {
        int[] count = new int[1];
        Registration[] once = new Registration[1];
        Consumer<@Nullable Object> heard = argument -> {
            count[0]++;
            if (a.path("once").asBoolean()) {
                once[0].remove();
            }
            log(s + ":" + event + (argument == null ? "" : "(" + argument + ")"));
            if (a.has("bodies")) {
                actions(a.get("bodies").get(count[0] - 1));
            } else {
                actions(a.get("body"));
            }
        };
        Stream stream = streams.get(s);
        once[0] = switch (event) {
            case "error" -> stream.onError(error -> heard.accept(name(error)));
            case "close" -> stream.onClose(() -> heard.accept(null));
            case "data" -> ((Source) stream).onData(heard::accept);
            case "readable" -> ((Source) stream).onReadable(() -> heard.accept(null));
            case "end" -> ((Source) stream).onEnd(() -> heard.accept(null));
            case "pause" -> ((Source) stream).onPause(() -> heard.accept(null));
            case "resume" -> ((Source) stream).onResume(() -> heard.accept(null));
            case "drain" -> ((Sink) stream).onDrain(() -> heard.accept(null));
            case "finish" -> ((Sink) stream).onFinish(() -> heard.accept(null));
            case "prefinish" -> ((Sink) stream).state().prefinishListeners.add(() -> heard.accept(null));
            case "pipe" -> ((Sink) stream).onPipe(from -> heard.accept(nameOf(from)));
            case "unpipe" -> ((Sink) stream).onUnpipe(from -> heard.accept(nameOf(from)));
            default -> throw new AssertionError("event " + event);
        };
    }

    private void state(JsonNode a, String s) {
        List<String> all = new ArrayList<>();
        a.get("props").forEach(p -> all.add(p.asText() + "=" + property(streams.get(s), p.asText())));
        log(s + "{" + String.join(" ", all) + "}");
    }

    private @Nullable Object property(Stream stream, String name) {
        return switch (name) {
            case "destroyed" -> stream.isDestroyed();
            case "closed" -> stream.isClosed();
            case "errored" -> name(stream.errored());
            case "readable" -> ((Source) stream).isReadable();
            case "readableLength" -> ((Source) stream).readableLength();
            case "readableEnded" -> ((Source) stream).isReadableEnded();
            case "readableAborted" -> ((Source) stream).isReadableAborted();
            case "readableDidRead" -> ((Source) stream).isReadableDidRead();
            case "readableHighWaterMark" -> ((Source) stream).readableHighWaterMark();
            case "readableFlowing" -> ((Source) stream).state().flowingOrNull();
            case "writable" -> ((Sink) stream).isWritable();
            case "writableLength" -> ((Sink) stream).writableLength();
            case "writableEnded" -> ((Sink) stream).isWritableEnded();
            case "writableFinished" -> ((Sink) stream).isWritableFinished();
            case "writableAborted" -> ((Sink) stream).isWritableAborted();
            case "writableNeedDrain" -> ((Sink) stream).isWritableNeedDrain();
            case "writableCorked" -> ((Sink) stream).writableCorked();
            case "writableHighWaterMark" -> ((Sink) stream).writableHighWaterMark();
            default -> throw new AssertionError("property " + name);
        };
    }

    private String nameOf(Stream stream) {
        for (Map.Entry<String, Stream> e : streams.entrySet()) {
            if (e.getValue() == stream) {
                return e.getKey();
            }
        }
        throw new AssertionError("an unknown stream");
    }

    private static String name(@Nullable Throwable error) {
        if (error == null) {
            return "null";
        }
        return error instanceof StreamException e ? e.code() : String.valueOf(error.getMessage());
    }
}
