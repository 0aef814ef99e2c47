package io.gyre.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.abort.AbortSignal;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.promise.Thenable;
import io.gyre.stream.ProgramSteps.Outcome;
import io.gyre.stream.ReadableOperators.AsyncStep;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The operators and iterators of a program: their functions are given by data, as the steps of streams are. */
final class ProgramOperators {

    private final ProgramSteps steps;
    private final Function<String, AbortSignal> signals;
    private final Map<String, AsyncIterator<Object>> iterators = new HashMap<>();

    ProgramOperators(ProgramSteps steps, Function<String, AbortSignal> signals) {
        this.steps = steps;
        this.signals = signals;
    }

    /** An operator's function, called again and again. */
    private final class Step {

        private final String name;
        private final @Nullable JsonNode spec;
        private int calls;

        Step(String name, JsonNode a) {
            this.name = name;
            this.spec = a.get("step");
        }

        boolean isSync() {
            String mode = Outcome.of(spec, 0).mode();
            return mode == null || mode.equals("sync");
        }

        private Outcome begin(Object chunk) {
            calls++;
            steps.log(name + ".step(" + chunk + ")");
            Outcome outcome = Outcome.of(spec, calls);
            if (outcome.error() != null && (outcome.thrown() || isSync())) {
                throw outcome.error();
            }
            return outcome;
        }

        <R> R now(Object chunk, Function<Object, R> answer) {
            begin(chunk);
            return answer.apply(chunk);
        }

        <R> Thenable<R> later(Object chunk, Function<Object, R> answer) {
            Outcome outcome = begin(chunk);
            Resolvers<R> resolvers = Promise.withResolvers(steps.loop);
            if (isSync()) {
                resolvers.resolve(answer.apply(chunk));
                return resolvers.promise();
            }
            steps.later(outcome.mode(), name, () -> {
                steps.log(name + ".done(" + chunk + ")");
                if (outcome.error() != null) {
                    resolvers.reject(outcome.error());
                } else {
                    resolvers.resolve(answer.apply(chunk));
                }
            });
            return resolvers.promise();
        }

        <R> AsyncStep<Object, R> async(Function<Object, R> answer) {
            return (chunk, signal) -> later(chunk, answer);
        }
    }

    private OperatorOptions options(JsonNode a) {
        OperatorOptions options = OperatorOptions.defaults();
        if (a.has("concurrency")) {
            options = options.concurrency(a.get("concurrency").asInt());
        }
        if (a.has("highWaterMark")) {
            options = options.highWaterMark(a.get("highWaterMark").asInt());
        }
        return a.has("signal") ? options.signal(signals.apply(a.get("signal").asText())) : options;
    }

    private static boolean isPlain(JsonNode a) {
        return !a.has("concurrency") && !a.has("highWaterMark") && !a.has("signal");
    }

    private static Object upper(Object chunk) {
        return chunk.toString().toUpperCase(Locale.ROOT);
    }

    private static List<String> letters(Object chunk) {
        return chunk.toString().chars().mapToObj(c -> String.valueOf((char) c)).collect(Collectors.toList());
    }

    private static Function<Object, Boolean> accepts(JsonNode a) {
        return chunk -> {
            for (JsonNode accepted : a.path("accept")) {
                if (accepted.asText().equals(chunk.toString())) {
                    return true;
                }
            }
            return false;
        };
    }

    /** The stream that an operator makes, or null if the action is something else. */
    @Nullable
    Stream stream(JsonNode a, Readable<Object> s, Function<String, Stream> streams) {
        Step step = new Step(a.path("as").asText(), a);
        boolean plain = step.isSync() && isPlain(a);
        return switch (a.get("op").asText()) {
            case "map" ->
                plain
                        ? s.map(c -> step.now(c, ProgramOperators::upper))
                        : s.mapAsync(step.async(ProgramOperators::upper), options(a));
            case "filter" ->
                plain ? s.filter(c -> step.now(c, accepts(a))) : s.filterAsync(step.async(accepts(a)), options(a));
            case "flatMap" ->
                plain
                        ? s.flatMap(c -> step.now(c, ProgramOperators::letters))
                        : s.flatMapAsync(step.async(ProgramOperators::letters), options(a));
            case "flatMapStream" ->
                s.flatMapStream(c -> step.now(c, x -> ProgramEvents.readable(streams.apply(x.toString()))));
            case "take" -> s.take(a.get("n").asLong(), options(a));
            case "drop" -> s.drop(a.get("n").asLong(), options(a));
            default -> null;
        };
    }

    /** The promise that an operator makes, or null if the action is something else. */
    @Nullable
    Promise<?> result(JsonNode a, Readable<Object> s) {
        String op = a.get("op").asText();
        Step step = new Step(a.path("s").asText() + "." + op, a);
        boolean plain = step.isSync() && isPlain(a);
        return switch (op) {
            case "forEach" ->
                plain ? s.forEach(c -> step.now(c, x -> true)) : s.forEachAsync(step.async(x -> true), options(a));
            case "toArray" -> s.toList(options(a));
            case "some" ->
                plain ? s.some(c -> step.now(c, accepts(a))) : s.someAsync(step.async(accepts(a)), options(a));
            case "every" ->
                plain ? s.every(c -> step.now(c, accepts(a))) : s.everyAsync(step.async(accepts(a)), options(a));
            case "find" ->
                plain ? s.find(c -> step.now(c, accepts(a))) : s.findAsync(step.async(accepts(a)), options(a));
            case "reduce" -> reduce(a, s, step);
            default -> null;
        };
    }

    private Promise<?> reduce(JsonNode a, Readable<Object> s, Step step) {
        BiFunction<Object, Object, Object> append = (soFar, c) -> soFar.toString() + c;
        if (!a.has("initial")) {
            return s.reduce((soFar, c) -> step.now(c, x -> append.apply(soFar, x)));
        }
        Object initial = a.get("initial").asText();
        return step.isSync() && isPlain(a)
                ? s.reduce(initial, (soFar, c) -> step.now(c, x -> append.apply(soFar, x)))
                : s.reduceAsync(initial, (soFar, c, signal) -> step.later(c, x -> append.apply(soFar, x)), options(a));
    }

    /** Calls back with what the trace shows of a result. */
    void tell(JsonNode a, Promise<?> result, Runnable then) {
        String name = a.get("op").asText() + "(" + a.get("s").asText() + "):";
        tell(result, name, ProgramOperators::show, then);
    }

    private <T> void tell(Promise<T> result, String name, Function<Object, String> show, Runnable then) {
        result.await(
                value -> {
                    steps.log(name + (value == null ? "nothing" : show.apply(value)));
                    then.run();
                },
                error -> {
                    steps.log(name + "error(" + ProgramSteps.name(error) + ")");
                    then.run();
                });
    }

    private static String show(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]"));
        }
        return value instanceof Optional<?> optional
                ? optional.map(Object::toString).orElse("nothing")
                : value.toString();
    }

    // ---- iterators

    void iterator(JsonNode a, Readable<Object> s) {
        iterators.put(
                a.get("as").asText(),
                a.has("destroyOnReturn") ? s.iterator(a.get("destroyOnReturn").asBoolean()) : s.iterator());
    }

    private AsyncIterator<Object> iterator(JsonNode a) {
        return iterators.get(a.get("it").asText());
    }

    Readable<Object> readable(JsonNode a) {
        return Readable.from(steps.loop, iterator(a));
    }

    void next(JsonNode a, Runnable then) {
        tell(
                iterator(a).next(),
                a.get("it").asText() + ".next:",
                result -> {
                    IteratorResult<?> taken = (IteratorResult<?>) result;
                    return taken.done() ? "done" : String.valueOf(taken.value());
                },
                then);
    }

    void close(JsonNode a, @Nullable Throwable cause, Runnable then) {
        String name = a.get("it").asText() + (cause == null ? ".return:" : ".throw:");
        Consumer<String> tell = text -> {
            steps.log(name + text);
            then.run();
        };
        iterator(a)
                .close(cause)
                .await(closed -> tell.accept("ok"), error -> tell.accept("error(" + ProgramSteps.name(error) + ")"));
    }
}
