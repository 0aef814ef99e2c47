package io.gyre.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import io.gyre.testing.VirtualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the streams of a program do by themselves: when a step is done, how, and what is written to the trace. */
final class ProgramSteps {

    /** In virtual time: no timer is due before everything else has happened, however slow the machine is. */
    final EventLoop loop = new VirtualTime().builder().build();

    final List<String> trace = new ArrayList<>();
    private final Map<String, ArrayDeque<Runnable>> manual = new HashMap<>();
    private final Consumer<@Nullable JsonNode> actions;

    /**
     * Makes the steps of a program.
     *
     * @param actions does what a step is to do beside its work
     */
    ProgramSteps(Consumer<@Nullable JsonNode> actions) {
        this.actions = actions;
    }

    /** How a step ends, as its specification says for this call of it. */
    record Outcome(
            @Nullable String mode,
            @Nullable RuntimeException error,
            boolean thrown,
            @Nullable JsonNode body,
            boolean twice) {

        static Outcome of(@Nullable JsonNode spec, int call) {
            if (spec == null || spec.isTextual()) {
                return new Outcome(spec == null ? null : spec.asText(), null, false, null, false);
            }
            String mode = spec.has("mode") ? spec.get("mode").asText() : null;
            if (spec.has("at") && spec.get("at").asInt() != call) {
                return new Outcome(mode, null, false, null, false);
            }
            return new Outcome(
                    mode,
                    spec.has("error") ? new RuntimeException(spec.get("error").asText()) : null,
                    spec.path("throw").asBoolean(),
                    spec.get("body"),
                    spec.path("twice").asBoolean());
        }
    }

    /** Begins a step: does what it is to do beside its work, and throws if it is to. */
    Outcome begin(@Nullable JsonNode spec, int call) {
        Outcome outcome = Outcome.of(spec, call);
        actions.accept(outcome.body);
        if (outcome.thrown && outcome.error != null) {
            throw outcome.error;
        }
        return outcome;
    }

    /** Completes a step as it says, once or twice. */
    void complete(Outcome outcome, String name, Runnable step) {
        later(outcome.mode, name, () -> {
            step.run();
            if (outcome.twice) {
                step.run();
            }
        });
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

    private void complete(Outcome outcome, String name, Callback callback) {
        complete(outcome, name, () -> callback.call(outcome.error));
    }

    /** A step that only succeeds or fails. */
    void step(@Nullable JsonNode spec, int call, String name, Callback callback) {
        complete(begin(spec, call), name, callback);
    }

    /** The oldest manual step that waits, or null. */
    @Nullable
    Runnable oldest(String name) {
        ArrayDeque<Runnable> steps = manual.get(name);
        return steps == null ? null : steps.poll();
    }

    void constructStep(String name, JsonNode d, Callback callback) {
        log(name + "._construct");
        step(d.get("construct"), 0, name + ".construct", callback);
    }

    void destroyStep(String name, JsonNode d, @Nullable Throwable error, Callback callback) {
        if (!d.has("destroy")) {
            callback.call(error);
            return;
        }
        log(name + "._destroy(" + name(error) + ")");
        step(d.get("destroy"), 0, name + ".destroy", own -> callback.call(own == null ? error : own));
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
