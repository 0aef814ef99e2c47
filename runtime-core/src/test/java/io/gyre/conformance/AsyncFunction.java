package io.gyre.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.util.function.Consumer;

/**
 * Calls an async function whose body is a list of steps: synchronous up to the first await, then one microtask after
 * what it awaits has settled.
 */
final class AsyncFunction implements AsyncCalls {

    private final Interpreter program;

    AsyncFunction(Interpreter program) {
        this.program = program;
    }

    /** How a list of steps was left. */
    private sealed interface Completion {

        record Normal() implements Completion {}

        record Thrown(Throwable error) implements Completion {}

        /** The value is null for a plain return. */
        record Returned(Promise<Object> promise) implements Completion {}
    }

    private static final Completion NORMAL = new Completion.Normal();

    @Override
    public Promise<Object> call(JsonNode steps, Throwable caught) {
        Resolvers<Object> result = Promise.withResolvers();
        run(steps, 0, caught, completion -> {
            if (completion instanceof Completion.Thrown thrown) {
                result.reject(thrown.error());
            } else if (completion instanceof Completion.Returned returned && returned.promise() != null) {
                result.adopt(returned.promise());
            } else {
                result.resolve(null);
            }
        });
        return result.promise();
    }

    private void run(JsonNode steps, int from, Throwable caught, Consumer<Completion> then) {
        for (int i = from; i < steps.size(); i++) {
            JsonNode step = steps.get(i);
            int next = i + 1;
            switch (step.path("op").asText()) {
                case "await" -> {
                    awaited(step, caught)
                            .await(
                                    value -> run(steps, next, caught, then),
                                    error -> then.accept(new Completion.Thrown(error)));
                    return;
                }
                case "try" -> {
                    tryBlock(step, caught, completion -> {
                        if (completion instanceof Completion.Normal) {
                            run(steps, next, caught, then);
                        } else {
                            then.accept(completion);
                        }
                    });
                    return;
                }
                case "return" -> {
                    boolean ofPromise = step.path("promise").asBoolean();
                    then.accept(new Completion.Returned(ofPromise ? Promise.resolve((Object) null) : null));
                    return;
                }
                default -> {
                    try {
                        program.action(step, caught);
                    } catch (ProgramError error) {
                        then.accept(new Completion.Thrown(error));
                        return;
                    }
                }
            }
        }
        then.accept(NORMAL);
    }

    private void tryBlock(JsonNode step, Throwable caught, Consumer<Completion> then) {
        Consumer<Completion> leave = step.has("finally")
                ? completion -> run(
                        step.get("finally"),
                        0,
                        caught,
                        last -> then.accept(last instanceof Completion.Normal ? completion : last))
                : then;
        run(step.get("steps"), 0, caught, completion -> {
            if (completion instanceof Completion.Thrown thrown && step.has("catch")) {
                run(step.get("catch"), 0, thrown.error(), leave);
            } else {
                leave.accept(completion);
            }
        });
    }

    private Promise<Object> awaited(JsonNode step, Throwable caught) {
        String on = step.path("on").asText("value");
        if (on.equals("value") || on.equals("resolved")) {
            return Promise.resolve((Object) null);
        }
        if (on.equals("rejected")) {
            return Promise.reject(new ProgramError(step.get("label").asText()));
        }
        if (on.equals("deferred")) {
            return program.deferred(step.get("id").asText()).promise();
        }
        if (on.equals("async")) {
            return call(step.get("steps"), caught);
        }
        Resolvers<Object> later = Promise.withResolvers();
        if (!on.equals("never")) {
            program.schedule(on, program.scaled(step.path("ms").asLong()), () -> later.resolve(null));
        }
        return later.promise();
    }
}
