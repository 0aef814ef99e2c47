package io.gyre.reactor.spring;

import io.gyre.loop.Transport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code gyre.*} of an application.
 *
 * @param enabled false leaves the application on the defaults of Spring Boot
 * @param loops how many event loops there are; as many as processors where it is not set
 * @param transport how the loops wait for I/O; the best that works here where it is not set
 * @param poolSize threads of a worker pool of the application's own; the shared pool where it is not set
 * @param blockedLoopThreshold how long a callback may hold a loop before its stack is logged; zero looks for none
 * @param flushDelay how long answers may wait for others, to be sent together, while a loop has input to handle; zero
 *     sends each at once; where it is not set a millisecond, and on io_uring zero
 * @param directKotlinHandlers false calls Kotlin handlers by reflection, as Spring does
 * @param shutdownTimeout how long the loops wait, when the context closes, for what is open on them
 */
@ConfigurationProperties("gyre")
record GyreProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable Integer loops,
        @Nullable Transport transport,
        @Nullable Integer poolSize,
        @DefaultValue("2s") Duration blockedLoopThreshold,
        @Nullable Duration flushDelay,
        @DefaultValue("true") boolean directKotlinHandlers,
        @DefaultValue("1s") Duration shutdownTimeout) {

    /** Checks the values. */
    GyreProperties {
        atLeastOne("gyre.loops", loops);
        atLeastOne("gyre.pool-size", poolSize);
        notNegative("gyre.blocked-loop-threshold", blockedLoopThreshold);
        notNegative("gyre.flush-delay", flushDelay);
        notNegative("gyre.shutdown-timeout", shutdownTimeout);
    }

    private static void atLeastOne(String name, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, not " + value);
        }
    }

    private static void notNegative(String name, @Nullable Duration value) {
        if (value != null && value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, but is " + value);
        }
    }

    /** A ring is handed in one piece what a turn sends, so that waiting saves no system call there; measured, it costs. */
    Duration batchedFlushes() {
        Duration chosen = flushDelay;
        if (chosen != null) {
            return chosen;
        }
        return transport == Transport.IO_URING ? Duration.ZERO : Duration.ofMillis(1);
    }

    int numberOfLoops() {
        Integer chosen = loops;
        return chosen == null ? Runtime.getRuntime().availableProcessors() : chosen;
    }
}
