package io.gyre.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A ping-pong between two threads of the same kind: one post there and one back, each to a thread without work. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PostRoundTrip {

    private static final int TRIPS = 2_000;

    @Param({"gyre", "netty", "vertx", "kotlinx", "reactor"})
    public String contestant = "";

    @SuppressWarnings("NullAway.Init")
    private Contestant here;

    @SuppressWarnings("NullAway.Init")
    private Contestant there;

    @SuppressWarnings("NullAway.Init")
    private Chain trips;

    /** Starts both threads. */
    @Setup
    public void start() {
        here = Contestant.of(contestant);
        there = Contestant.of(contestant);
        trips = new Trips(here, there);
    }

    /** Ends both threads. */
    @TearDown
    public void end() {
        here.close();
        there.close();
    }

    private static final class Trips extends Chain {

        private final Runnable back;
        private final Runnable forth;

        Trips(Contestant here, Contestant there) {
            back = here.post(this);
            forth = there.post(back);
        }

        @Override
        void begin() {
            back.run();
        }

        @Override
        void next() {
            forth.run();
        }
    }

    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public void roundTrip() throws InterruptedException {
        trips.runToTheEnd(TRIPS);
    }
}
