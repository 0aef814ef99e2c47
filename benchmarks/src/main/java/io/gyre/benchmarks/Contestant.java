package io.gyre.benchmarks;

/** One thread that runs tasks, the way each project offers it. */
interface Contestant extends AutoCloseable {

    /**
     * Prepares to run a task from any thread: each run of the result schedules the task once. So a contestant whose own
     * task type is not {@link Runnable} converts it outside of what is measured.
     */
    Runnable post(Runnable task);

    /** Makes a chain whose links are scheduled by the thread itself, to run next. */
    Chain chain();

    /** Sets a timer. On this contestant's thread. */
    Object setTimer(Runnable task, long delayMillis);

    /** Takes back a timer that {@link #setTimer} returned. On this contestant's thread. */
    void clearTimer(Object timer);

    @Override
    void close();

    /** Makes the contestant of that name. */
    static Contestant of(String name) {
        return switch (name) {
            case "gyre" -> new GyreContestant();
            case "netty" -> new NettyContestant();
            case "vertx" -> new VertxContestant();
            case "kotlinx" -> new KotlinxContestant();
            case "reactor" -> ReactorContestant.single();
            case "parallel" -> ReactorContestant.parallel();
            default -> throw new IllegalArgumentException("no contestant is called " + name);
        };
    }
}
