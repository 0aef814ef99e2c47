package io.gyre.benchmarks;

import kotlinx.coroutines.CoroutineDispatcher;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Whose dispatcher runs the coroutines of a benchmark, and the programs on it. */
@State(Scope.Benchmark)
public class CoroutinePeer {

    @Param({"gyre", "gyre-immediate", "single-thread", "limited", "run-blocking", "netty", "vertx", "bare"})
    public String contestant = "";

    @SuppressWarnings("NullAway.Init")
    private CoroutineThread thread;

    @SuppressWarnings("NullAway.Init")
    private CoroutinePrograms programs;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = another();
        programs = new CoroutinePrograms(thread.getDispatcher());
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        thread.close();
    }

    CoroutineDispatcher dispatcher() {
        return thread.getDispatcher();
    }

    CoroutinePrograms programs() {
        return programs;
    }

    /** Makes another thread of the same kind, to be closed by the caller. */
    CoroutineThread another() {
        return CoroutineThread.of(contestant);
    }
}
