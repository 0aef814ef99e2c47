package io.gyre.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.abort.AbortSignal;
import io.gyre.buffer.Buffer;
import io.gyre.stream.ProgramSteps.Outcome;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the streams of a program: each kind with steps that are given by data. */
final class ProgramStreams {

    private final ProgramSteps steps;

    private final Function<String, AbortSignal> signals;

    ProgramStreams(ProgramSteps steps, Function<String, AbortSignal> signals) {
        this.steps = steps;
        this.signals = signals;
    }

    Stream make(String name, JsonNode d) {
        return switch (d.get("type").asText()) {
            case "readable" -> new Source(name, d);
            case "writable" -> new Sink(name, d);
            case "duplex" -> new Both(name, d);
            case "transform" -> new Changing(name, d);
            case "passthrough" ->
                d.has("destroy") || d.has("construct")
                        ? new Changing(name, d)
                        : new PassThrough<>(steps.loop, duplexOptions(d));
            case "iterable" -> {
                List<String> elements = new ArrayList<>();
                d.get("source").forEach(c -> elements.add(c.asText()));
                yield Readable.from(steps.loop, elements);
            }
            default -> throw new AssertionError("type " + d);
        };
    }

    // ---- options and chunks

    private static boolean readsObjects(JsonNode d) {
        return d.path("objectMode").asBoolean() || d.path("readableObjectMode").asBoolean();
    }

    private static boolean writesObjects(JsonNode d) {
        return d.path("objectMode").asBoolean() || d.path("writableObjectMode").asBoolean();
    }

    /** A text as a chunk that is written, and as one that is read. */
    static Object toWrite(JsonNode d, String text) {
        return writesObjects(d) ? text : Buffer.utf8(text);
    }

    static Object toRead(JsonNode d, String text) {
        return readsObjects(d) ? text : Buffer.utf8(text);
    }

    @SuppressWarnings("unchecked")
    private static StreamOptions<Object> kind(boolean objects) {
        return objects ? StreamOptions.objects() : (StreamOptions<Object>) (StreamOptions<?>) StreamOptions.bytes();
    }

    private StreamOptions<Object> options(JsonNode d, boolean objects) {
        StreamOptions<Object> options = kind(objects);
        if (d.has("hwm")) {
            options = options.highWaterMark(d.get("hwm").asInt());
        }
        if (d.has("autoDestroy")) {
            options = options.autoDestroy(d.get("autoDestroy").asBoolean());
        }
        if (d.has("emitClose")) {
            options = options.emitClose(d.get("emitClose").asBoolean());
        }
        return d.has("signal") ? options.signal(signals.apply(d.get("signal").asText())) : options;
    }

    private DuplexOptions<Object, Object> duplexOptions(JsonNode d) {
        DuplexOptions<Object, Object> options =
                DuplexOptions.of(options(d, writesObjects(d)), options(d, readsObjects(d)));
        if (!d.has("hwm") && d.has("readableHwm")) {
            options = options.readableHighWaterMark(d.get("readableHwm").asInt());
        }
        if (!d.has("hwm") && d.has("writableHwm")) {
            options = options.writableHighWaterMark(d.get("writableHwm").asInt());
        }
        return d.has("allowHalfOpen")
                ? options.allowHalfOpen(d.get("allowHalfOpen").asBoolean())
                : options;
    }

    // ---- the steps of each side

    /** The readable side: hands out the elements of the source, one for each read step. */
    private final class Reading {

        private final String name;
        private final JsonNode d;
        private final AbstractReadable<Object> stream;
        private final @Nullable Iterator<JsonNode> source;
        private int calls;

        Reading(String name, JsonNode d, AbstractReadable<Object> stream) {
            this.name = name;
            this.d = d;
            this.stream = stream;
            this.source = d.has("source") ? d.get("source").iterator() : null;
        }

        void read() {
            calls++;
            steps.log(name + "._read");
            Outcome outcome = steps.begin(d.get("read"), calls);
            if (source == null || !source.hasNext()) {
                return;
            }
            JsonNode next = source.next();
            steps.complete(outcome, name + ".read", () -> emit(next));
        }

        private void emit(JsonNode next) {
            if (next.isObject()) {
                steps.log(name + ".fail(" + next.get("error").asText() + ")");
                stream.destroy(new RuntimeException(next.get("error").asText()));
            } else if (next.isArray()) {
                next.forEach(c -> push(name, d, stream, c));
            } else {
                push(name, d, stream, next);
            }
        }
    }

    void push(String name, JsonNode d, AbstractReadable<Object> stream, JsonNode c) {
        boolean more = c.isNull() ? stream.push(null) : stream.push(toRead(d, c.asText()));
        steps.log(name + ".push(" + (c.isNull() ? "null" : c.asText()) + ")=" + more);
    }

    /** The writable side. */
    private final class Writing {

        private final String name;
        private final JsonNode d;
        private int calls;

        Writing(String name, JsonNode d) {
            this.name = name;
            this.d = d;
        }

        void write(Object chunk, Callback callback) {
            calls++;
            steps.log(name + "._write(" + chunk + ")");
            steps.step(d.get("write"), calls, name, callback);
        }

        /** False if the sink of the program has no such step. */
        boolean writev(List<Object> chunks, Callback callback) {
            if (!d.path("writev").asBoolean()) {
                return false;
            }
            calls++;
            steps.log(name + "._writev("
                    + String.join(",", chunks.stream().map(Object::toString).toList()) + ")");
            steps.step(d.get("write"), calls, name, callback);
            return true;
        }

        /** False if the sink of the program has no such step. */
        boolean end(Callback callback) {
            if (!d.has("final")) {
                return false;
            }
            steps.log(name + "._final");
            steps.step(d.get("final"), 0, name + ".final", callback);
            return true;
        }
    }

    // ---- the kinds of streams

    private final class Source extends AbstractReadable<Object> {

        private final String name;
        private final JsonNode d;
        private final Reading reading;

        Source(String name, JsonNode d) {
            super(steps.loop, options(d, readsObjects(d)));
            this.name = name;
            this.d = d;
            this.reading = new Reading(name, d, this);
            if (d.has("construct")) {
                construct(callback -> steps.constructStep(name, d, callback));
            }
        }

        @Override
        protected void doRead(int n) {
            reading.read();
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            steps.destroyStep(name, d, error, callback);
        }
    }

    private final class Sink extends AbstractWritable<Object> {

        private final String name;
        private final JsonNode d;
        private final Writing writing;

        Sink(String name, JsonNode d) {
            super(steps.loop, options(d, writesObjects(d)));
            this.name = name;
            this.d = d;
            this.writing = new Writing(name, d);
            if (d.has("construct")) {
                construct(callback -> steps.constructStep(name, d, callback));
            }
        }

        @Override
        protected void doWrite(Object chunk, Callback callback) {
            writing.write(chunk, callback);
        }

        @Override
        protected void doWritev(List<Object> chunks, Callback callback) {
            if (!writing.writev(chunks, callback)) {
                super.doWritev(chunks, callback);
            }
        }

        @Override
        protected void doFinal(Callback callback) {
            if (!writing.end(callback)) {
                super.doFinal(callback);
            }
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            steps.destroyStep(name, d, error, callback);
        }
    }

    private final class Both extends AbstractDuplex<Object, Object> {

        private final String name;
        private final JsonNode d;
        private final Reading reading;
        private final Writing writing;

        Both(String name, JsonNode d) {
            super(steps.loop, duplexOptions(d));
            this.name = name;
            this.d = d;
            this.reading = new Reading(name, d, this);
            this.writing = new Writing(name, d);
            if (d.has("construct")) {
                construct(callback -> steps.constructStep(name, d, callback));
            }
        }

        @Override
        protected void doRead(int n) {
            reading.read();
        }

        @Override
        protected void doWrite(Object chunk, Callback callback) {
            writing.write(chunk, callback);
        }

        @Override
        protected void doWritev(List<Object> chunks, Callback callback) {
            if (!writing.writev(chunks, callback)) {
                super.doWritev(chunks, callback);
            }
        }

        @Override
        protected void doFinal(Callback callback) {
            if (!writing.end(callback)) {
                super.doFinal(callback);
            }
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            steps.destroyStep(name, d, error, callback);
        }
    }

    private final class Changing extends AbstractTransform<Object, Object> {

        private final String name;
        private final JsonNode d;
        private int calls;

        Changing(String name, JsonNode d) {
            super(steps.loop, duplexOptions(d));
            this.name = name;
            this.d = d;
            if (d.has("construct")) {
                construct(callback -> steps.constructStep(name, d, callback));
            }
        }

        @Override
        protected void doTransform(Object chunk, TransformCallback<Object> callback) {
            if (d.get("type").asText().equals("passthrough")) {
                callback.done(chunk);
                return;
            }
            calls++;
            steps.log(name + "._transform(" + chunk + ")");
            Outcome outcome = steps.begin(d.get("mode"), calls);
            steps.complete(outcome, name, () -> {
                if (outcome.error() != null) {
                    callback.call(outcome.error());
                } else {
                    change(chunk.toString(), callback);
                }
            });
        }

        private void change(String text, TransformCallback<Object> callback) {
            switch (d.path("transform").asText("pass")) {
                case "pass" -> callback.done(toRead(d, text));
                case "upper" -> callback.done(toRead(d, text.toUpperCase(Locale.ROOT)));
                case "drop" -> callback.done();
                case "dup" -> {
                    pushOne(text);
                    callback.done(toRead(d, text));
                }
                case "split" -> {
                    text.chars().forEach(c -> pushOne(String.valueOf((char) c)));
                    callback.done();
                }
                default -> throw new AssertionError("transform " + d);
            }
        }

        private void pushOne(String text) {
            steps.log(name + ".push(" + text + ")=" + push(toRead(d, text)));
        }

        @Override
        protected void doFlush(TransformCallback<Object> callback) {
            if (!d.has("flush")) {
                super.doFlush(callback);
                return;
            }
            steps.log(name + "._flush");
            Outcome outcome = steps.begin(d.get("flush"), 0);
            steps.complete(outcome, name + ".flush", () -> {
                if (outcome.error() != null) {
                    callback.call(outcome.error());
                    return;
                }
                d.get("flush").path("push").forEach(c -> pushOne(c.asText()));
                callback.done();
            });
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            steps.destroyStep(name, d, error, callback);
        }
    }
}
