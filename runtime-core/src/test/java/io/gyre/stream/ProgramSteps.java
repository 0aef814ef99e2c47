package io.gyre.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the streams of a program do by themselves: when a step is done, how, and what is written to the trace. */
final class ProgramSteps {

    final EventLoop loop = EventLoop.create();
    final List<String> trace = new ArrayList<>();
    private final Map<String, ArrayDeque<Runnable>> manual = new HashMap<>();

    /** How a step ends, as its specification says for this call of it. */
    record Outcome(@Nullable String mode, @Nullable RuntimeException error, boolean thrown) {

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

    void log(String line) {
        trace.add(line);
        if (trace.size() > 3000) {
            throw new AssertionError("the program does not end: " + trace.subList(0, 50));
        }
    }

    void later(@Nullable String mode, String name, Runnable step) {
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

    void later(Outcome outcome, String name, Callback callback) {
        later(outcome.mode, name, () -> callback.call(outcome.error));
    }

    /** The oldest manual step that waits, or null. */
    @Nullable
    Runnable oldest(String name) {
        ArrayDeque<Runnable> steps = manual.get(name);
        return steps == null ? null : steps.poll();
    }

    void constructStep(String name, JsonNode d, Callback callback) {
        log(name + "._construct");
        later(Outcome.of(d.get("construct"), 0), name + ".construct", callback);
    }

    void destroyStep(String name, JsonNode d, @Nullable Throwable error, Callback callback) {
        if (!d.has("destroy")) {
            callback.call(error);
            return;
        }
        log(name + "._destroy(" + name(error) + ")");
        Outcome outcome = Outcome.of(d.get("destroy"), 0);
        later(outcome, name + ".destroy", own -> callback.call(own == null ? error : own));
    }

    static String name(@Nullable Throwable error) {
        if (error == null) {
            return "null";
        } else if (error instanceof StreamException e) {
            return e.code();
        } else if (error instanceof AbortException e) {
            return e.code();
        }
        return String.valueOf(error.getMessage());
    }
}
