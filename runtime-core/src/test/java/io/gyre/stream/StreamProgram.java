package io.gyre.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gyre.abort.AbortController;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replays one stream program: streams whose steps are given by data, a list of actions, and the trace of everything
 * observable, to be compared with the one that Node printed.
 */
final class StreamProgram {

    private static final JsonNode OBJECTS =
            JsonNodeFactory.instance.objectNode().put("objectMode", true);

    private final JsonNode program;
    private final ProgramSteps steps = new ProgramSteps(this::actions);
    private final EventLoop loop = steps.loop;
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private final Map<String, AbortController> controllers = new HashMap<>();
    private final ProgramStreams maker = new ProgramStreams(steps, this::signal);
    private final ProgramOperators operators = new ProgramOperators(steps, this::signal);

    /** How listeners are removed. */
    private final Map<String, Registration> listeners = new HashMap<>();

    /** What the streams made by actions are written in the manner of. */
    private final Map<String, JsonNode> madeOf = new HashMap<>();

    StreamProgram(JsonNode program) {
        this.program = program;
    }

    /** Runs the program; the trace, with the exit code as its last line. */
    List<String> run() {
        int exit = loop.run(() -> {
            if (program.path("uncaught").asText().equals("log")) {
                loop.onUncaughtException((error, origin) -> log("uncaught:" + ProgramSteps.name(error)));
            }
            program.path("signals").forEach(name -> controllers.put(name.asText(), new AbortController()));
            program.get("streams")
                    .properties()
                    .forEach(e -> streams.put(e.getKey(), maker.make(e.getKey(), e.getValue())));
            actions(program.get("body"));
        });
        steps.trace.add("exit " + exit);
        return steps.trace;
    }

    private void log(String line) {
        steps.log(line);
    }

    // ---- what an action names

    private Stream stream(String name) {
        return Objects.requireNonNull(streams.get(name), name);
    }

    private Readable<Object> source(JsonNode a) {
        return ProgramEvents.readable(stream(a.get("s").asText()));
    }

    private Writable<Object> sink(JsonNode a) {
        return ProgramEvents.writable(stream(a.get("s").asText()));
    }

    private JsonNode description(JsonNode a) {
        return description(a.get("s").asText());
    }

    private JsonNode description(String name) {
        JsonNode made = madeOf.get(name);
        return made == null ? program.get("streams").get(name) : made;
    }

    private AbortController controller(String name) {
        return Objects.requireNonNull(controllers.get(name), name);
    }

    private AbortSignal signal(String name) {
        return controller(name).signal();
    }

    private Object written(JsonNode a, String text) {
        return ProgramStreams.toWrite(description(a), text);
    }

    private String nameOf(Stream stream) {
        for (Map.Entry<String, Stream> e : streams.entrySet()) {
            if (e.getValue() == stream) {
                return e.getKey();
            }
        }
        throw new AssertionError("an unknown stream");
    }

    // ---- actions

    void actions(@Nullable JsonNode body) {
        if (body != null) {
            body.forEach(this::act);
        }
    }

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
                boolean more = sink(a).write(written(a, text), callback(a));
                log(s + ".write(" + text + ")=" + more);
            }
            case "fill" -> fill(a, text);
            case "pump" -> {
                ArrayDeque<String> queue = new ArrayDeque<>();
                a.get("chunks").forEach(c -> queue.add(c.asText()));
                pump(a, queue);
            }
            case "end" -> {
                sink(a).end(a.has("chunk") ? written(a, text) : null, callback(a));
                log(s + ".end(" + text + ")");
            }
            case "cork" -> sink(a).cork();
            case "uncork" -> sink(a).uncork();
            case "destroy" -> {
                String error = a.path("error").asText();
                stream(s).destroy(a.has("error") ? new RuntimeException(error) : null);
                log(s + ".destroy(" + error + ")");
            }
            case "push" -> maker.push(s, description(a), (AbstractReadable<Object>) source(a), a.get("chunk"));
            case "unshift" -> {
                source(a).unshift(ProgramStreams.toRead(description(a), text));
                log(s + ".unshift(" + text + ")");
            }
            case "read" -> read(a);
            case "readAll" -> {
                boolean more = true;
                while (more) {
                    more = read(a);
                }
            }
            case "pause" -> source(a).pause();
            case "resume" -> source(a).resume();
            case "pipe" -> {
                Stream to = stream(a.get("to").asText());
                ProgramEvents.readable(stream(a.get("from").asText()))
                        .pipe(ProgramEvents.writable(to), a.path("end").asBoolean(true));
            }
            case "unpipe" -> {
                Readable<Object> from =
                        ProgramEvents.readable(stream(a.get("from").asText()));
                if (a.has("to")) {
                    from.unpipe(ProgramEvents.writable(stream(a.get("to").asText())));
                } else {
                    from.unpipe();
                }
            }
            case "pipeline", "pipelineAsync" -> pipeline(a);
            case "finished" -> finished(a);
            case "iterate" -> new ProgramIteration(a, source(a).iterator()).go();
            case "on" -> {
                if (a.has("events")) {
                    a.get("events").forEach(e -> listen(a, e.asText()));
                } else {
                    listen(a, a.get("event").asText());
                }
            }
            case "ack" -> {
                Runnable step = steps.oldest(s);
                if (step == null) {
                    log("ack(" + s + "):none");
                } else {
                    step.run();
                }
            }
            case "ackEvery" -> ackEvery(s, a.get("times").asInt());
            case "state" -> log(s + ProgramEvents.state(stream(s), a.get("props")));
            case "abort" -> {
                String name = a.get("signal").asText();
                log("abort(" + name + ")");
                if (a.has("reason")) {
                    controller(name).abort(new RuntimeException(a.get("reason").asText()));
                } else {
                    controller(name).abort();
                }
            }
            case "addAbortSignal" ->
                Pipeline.addAbortSignal(signal(a.get("signal").asText()), stream(s));
            case "compose" -> {
                List<Stream> all = new ArrayList<>();
                a.get("streams").forEach(name -> all.add(stream(name.asText())));
                make(a, ComposedDuplex.of(all), a.get("streams").get(0).asText());
            }
            case "pair" -> {
                String sink = a.get("writable").asText();
                Readable<Object> from =
                        ProgramEvents.readable(stream(a.get("readable").asText()));
                make(a, Duplex.from(from, ProgramEvents.writable(stream(sink))), sink);
            }
            case "iterator" -> operators.iterator(a, source(a));
            case "readableFrom" -> make(a, operators.readable(a), OBJECTS);
            case "off" -> {
                Registration listener = listeners.get(a.get("listener").asText());
                if (listener != null) {
                    listener.remove();
                }
            }
            case "fault" -> throw new IllegalStateException(a.get("error").asText());
            case "next" -> operators.next(a, () -> actions(body));
            case "return" -> operators.close(a, null, () -> actions(body));
            case "throw" -> {
                Throwable cause = new RuntimeException(a.get("error").asText());
                operators.close(a, cause, () -> actions(body));
            }
            default -> operate(a);
        }
    }

    private void make(JsonNode a, Stream made, String like) {
        make(a, made, description(like));
    }

    private void make(JsonNode a, Stream made, JsonNode like) {
        String name = a.get("as").asText();
        streams.put(name, made);
        madeOf.put(name, like);
    }

    private void operate(JsonNode a) {
        Stream made = operators.stream(a, source(a), this::stream);
        if (made != null) {
            make(a, made, a.get("s").asText());
            return;
        }
        Promise<?> result = operators.result(a, source(a));
        if (result == null) {
            throw new AssertionError("op " + a);
        }
        operators.tell(a, result, () -> actions(a.get("body")));
    }

    private void ackEvery(String s, int times) {
        if (times > 0) {
            loop.setImmediate(() -> {
                Runnable step = steps.oldest(s);
                if (step != null) {
                    step.run();
                }
                ackEvery(s, times - 1);
            });
        }
    }

    private boolean read(JsonNode a) {
        Object c = a.has("n") ? source(a).read(a.get("n").asInt()) : source(a).read();
        log(a.get("s").asText() + ".read(" + a.path("n").asText() + ")=" + c);
        return c != null;
    }

    private void fill(JsonNode a, String text) {
        int n = 0;
        boolean more;
        do {
            n++;
            more = sink(a).write(written(a, text));
        } while (more && n < a.get("max").asInt());
        log(a.get("s").asText() + ".fill(" + text + ")=" + n);
    }

    private void pump(JsonNode a, ArrayDeque<String> queue) {
        String s = a.get("s").asText();
        while (!queue.isEmpty()) {
            String c = queue.remove();
            boolean more = sink(a).write(written(a, c));
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

    private void pipeline(JsonNode a) {
        JsonNode names = a.get("streams");
        int last = names.size() - 1;
        PipelineBuilder<Object> pipeline =
                Pipeline.from(ProgramEvents.readable(stream(names.get(0).asText())));
        for (int i = 1; i < last; i++) {
            pipeline = pipeline.through(ProgramEvents.duplex(stream(names.get(i).asText())));
        }
        Writable<Object> sink = ProgramEvents.writable(stream(names.get(last).asText()));
        if (a.get("op").asText().equals("pipeline")) {
            pipeline.into(sink, told("pipeline", a));
            return;
        }
        if (a.has("signal")) {
            pipeline.signal(signal(a.get("signal").asText()));
        }
        Callback told = told("pipeline", a);
        pipeline.end(a.path("end").asBoolean(true)).into(sink).await(done -> told.done(), told::call);
    }

    private void finished(JsonNode a) {
        FinishedOptions options = FinishedOptions.defaults();
        if (a.has("readable")) {
            options = options.readable(a.get("readable").asBoolean());
        }
        if (a.has("writable")) {
            options = options.writable(a.get("writable").asBoolean());
        }
        if (a.has("error")) {
            options = options.error(a.get("error").asBoolean());
        }
        if (a.has("signal")) {
            options = options.signal(signal(a.get("signal").asText()));
        }
        String s = a.get("s").asText();
        keep(a, Pipeline.finished(stream(s), options, told("finished(" + s + ")", a)));
    }

    private void keep(JsonNode a, Registration listener) {
        if (a.has("as")) {
            listeners.put(a.get("as").asText(), listener);
        }
    }

    /** ECMAScript's loop over an asynchronous iterator, left after so many elements if the action says so. */
    private final class ProgramIteration extends ForAwait<Object> {

        private final JsonNode a;
        private int count;

        ProgramIteration(JsonNode a, AsyncIterator<Object> elements) {
            super(elements, null);
            this.a = a;
        }

        @Override
        void element(Object c) {
            log("iter(" + c + ")");
            count++;
            if (!a.has("wait")) {
                goOn();
                return;
            }
            Resolvers<@Nullable Void> waited = Promise.withResolvers(loop);
            steps.later(a.get("wait").asText(), a.get("s").asText() + ".iterate", () -> waited.resolve(null));
            waited.promise().await(nothing -> goOnAfterWait(), this::leaveWith);
        }

        private void goOnAfterWait() {
            try {
                goOn();
            } catch (IllegalStateException e) {
                leaveWith(e);
            }
        }

        private void goOn() {
            if (a.path("breakAfter").asInt() == count) {
                leave(this::ended);
            } else if (a.path("throwAfter").asInt() == count) {
                throw new IllegalStateException(a.path("error").asText("iterE"));
            } else {
                go();
            }
        }

        @Override
        void ended() {
            log("iter:done");
            actions(a.get("body"));
        }

        @Override
        void failed(Throwable error) {
            log("iter:error(" + ProgramSteps.name(error) + ")");
            actions(a.get("body"));
        }
    }

    private Callback told(String what, JsonNode a) {
        return error -> {
            log(what + ":" + (error == null ? "ok" : ProgramSteps.name(error)));
            actions(a.get("body"));
        };
    }

    private @Nullable Callback callback(JsonNode a) {
        if (!a.has("cb")) {
            return null;
        }
        return error -> {
            log("cb " + a.get("cb").asText() + (error == null ? "" : ":" + ProgramSteps.name(error)));
            actions(a.get("cbBody"));
        };
    }

    private void listen(JsonNode a, String event) {
        String s = a.get("s").asText();
        int[] count = new int[1];
        Registration[] once = new Registration[1];
        once[0] = ProgramEvents.listen(stream(s), event, this::nameOf, argument -> {
            count[0]++;
            if (a.path("once").asBoolean()) {
                once[0].remove();
            }
            log(s + ":" + event + (argument == null ? "" : "(" + argument + ")"));
            actions(a.has("bodies") ? a.get("bodies").get(count[0] - 1) : a.get("body"));
        });
        keep(a, once[0]);
    }
}
