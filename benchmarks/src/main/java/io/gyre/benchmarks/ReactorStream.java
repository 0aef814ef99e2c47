package io.gyre.benchmarks;

import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** A Flux that is generated on demand, mapped, and asked for 16 elements at a time. */
final class ReactorStream<T> {

    private static final int HIGH_WATER_MARK = 16;

    private final Scheduler scheduler;
    private final T chunk;

    ReactorStream(Scheduler scheduler, T chunk) {
        this.scheduler = scheduler;
        this.chunk = chunk;
    }

    /** Passes so many chunks on and returns how many arrived. On the thread that measures. */
    int run(int chunks) {
        Long taken = Flux.<T, Integer>generate(() -> chunks, (left, sink) -> {
                    if (left > 0) {
                        sink.next(chunk);
                    } else {
                        sink.complete();
                    }
                    return left - 1;
                })
                .map(passing -> passing)
                .limitRate(HIGH_WATER_MARK)
                .subscribeOn(scheduler)
                .count()
                .block();
        return Objects.requireNonNull(taken).intValue();
    }
}
