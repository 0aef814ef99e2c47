package io.gyre.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.promise.Promise;

/** How an interpreter calls the async functions of its program. */
interface AsyncCalls {

    /**
     * Calls a function whose body is a list of steps.
     *
     * @param caught what the steps may log, where they are within a handler
     */
    Promise<Object> call(JsonNode steps, Throwable caught);
}
