package io.gyre.loop;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one life of a loop: how it begins, when it ends, and what it closes on the way out. */
final class Lifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** How long a main task has to be stuck before that is said. */
    private static final long STUCK_NANOS = 100_000_000;

    private static final long NOT_STUCK = -1;

    private enum State {
        NEW,
        RUNNING,
        ENDED
    }

    private final EventLoop loop;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final CompletableFuture<Integer> termination;
    private final Listeners<Runnable> shutdownListeners = new Listeners<>();

    /** Who is told of callbacks that will not run. */
    private final List<Consumer<? super Runnable>> dropTakers = new ArrayList<>(1);

    /** Keeps a started loop alive until it is shut down. On the loop's thread. */
    private @Nullable Handle service;

    private boolean shuttingDown;
    private boolean announcedWait;

    /** When the main task was found to be stuck, on the loop's clock. */
    private long stuckSince = NOT_STUCK;

    private boolean tearingDown;

    Lifecycle(EventLoop loop) {
        this.loop = loop;
        termination = new Termination<>(loop);
    }

    int run(Runnable main, @Nullable MainTask mainTask) {
        if (EventLoop.currentOrNull() != null) {
            throw new IllegalStateException("thread '" + Thread.currentThread().getName()
                    + "' runs a loop already; a loop cannot be run from within another: start() gives it a thread of its"
                    + " own, and execute(...) takes tasks to it");
        }
        begin();
        loop.setOwner(Thread.currentThread());
        int[] code = new int[1];
        ContextFrame callers = loop.captureFrame();
        try {
            FastThreadLocalThread.runWithFastThreadLocal(() -> code[0] = live(main, mainTask));
        } finally {
            loop.leaveFrame(callers);
        }
        return code[0];
    }

    void start(boolean daemon) {
        begin();
        FastThreadLocalThread thread =
                new FastThreadLocalThread(() -> live(() -> service = new Service(loop).begin(), null), loop.name());
        thread.setDaemon(daemon);
        loop.setOwner(thread);
        thread.start();
    }

    LoopDriver drive() {
        begin();
        loop.setOwner(Thread.currentThread());
        return new LoopDriver(loop, this);
    }

    int endDriven() {
        int code = ExitStatus.FATAL;
        try {
            code = loop.halted() ? loop.exit.codeOr(0) : endByItself(null);
            return code;
        } finally {
            end(code);
        }
    }

    private void begin() {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException("event loop '" + loop.name() + "' has run already; a loop runs once");
        }
    }

    private int live(Runnable main, @Nullable MainTask mainTask) {
        EventLoop.setCurrent(loop);
        int code = ExitStatus.FATAL;
        try {
            loop.queues.run(main);
            if (loop.queues.lastFailed()) {
                loop.queues.drain();
            }
            code = turnToTheEnd(mainTask);
            return code;
        } catch (Throwable t) {
            LOG.error("[{}] the loop itself failed", loop.name(), t);
            throw t;
        } finally {
            end(code);
        }
    }

    private int turnToTheEnd(@Nullable MainTask mainTask) {
        Turns turns = loop.turns;
        do {
            turns.run();
            if (loop.halted() || turns.isStopRequested()) {
                break;
            }
            loop.queues.run(loop.exit::emitBeforeExit);
            stuckSince = NOT_STUCK;
            while (mainTask != null && mayWait(mainTask)) {
                if (turns.waitForWork(patience(mainTask))) {
                    stuckSince = NOT_STUCK;
                }
            }
        } while (turns.isAlive() && !loop.halted() && !turns.isStopRequested());
        if (loop.halted()) {
            return loop.exit.codeOr(0);
        }
        return endByItself(mainTask != null && !mainTask.isSettled() ? mainTask : null);
    }

    private boolean mayWait(MainTask mainTask) {
        return !mainTask.isSettled()
                && mainTask.whenUnsettled == UnsettledMain.WAIT
                && !shuttingDown
                && !loop.turns.isAlive()
                && !loop.halted()
                && !loop.turns.isStopRequested();
    }

    /**
     * How long to wait for another thread, in nanoseconds; -1 for as long as it takes. Says once that the main task is stuck,
     * when it has been for a while: another thread may have done its work and be about to post it, which nobody can see.
     */
    private long patience(MainTask mainTask) {
        if (announcedWait) {
            return -1;
        }
        String waitingFor = mainTask.waitingFor();
        if (waitingFor.isEmpty()) {
            stuckSince = NOT_STUCK;
            return -1;
        }
        long now = loop.nanosSinceStart();
        if (stuckSince == NOT_STUCK) {
            stuckSince = now;
        }
        long left = stuckSince + STUCK_NANOS - now;
        if (left > 0) {
            return left;
        }
        announcedWait = true;
        LOG.warn(
                "[{}] nothing on the loop can resume the main task; waiting for another thread to. It waits for {}",
                loop.name(),
                waitingFor);
        return -1;
    }

    private int endByItself(@Nullable MainTask unsettled) {
        int code = loop.exit.codeOr(unsettled == null ? 0 : ExitStatus.UNSETTLED_MAIN);
        if (unsettled != null) {
            LOG.error(
                    "[{}] the main task is unsettled and nothing keeps the loop alive; exit code {}. It waits for {}",
                    loop.name(),
                    code,
                    unsettled.waitingFor());
        }
        // As Node does: reactions that the listeners cause still run, unless one of them failed; ticks and timers do
        // not.
        loop.queues.enter();
        try {
            loop.exit.emitExit(code);
            loop.queues.drainAtExit();
        } catch (Throwable t) {
            loop.errors.uncaught(t);
        }
        return loop.exit.codeOr(code);
    }

    private void end(int code) {
        loop.exit.halt();
        tearingDown = true;
        loop.queues.dropAll();
        loop.immediates.drop();
        loop.timers.drop(this::drop);
        try {
            closeHandles();
            loop.closePoller();
        } catch (Throwable t) {
            LOG.error("[{}] closing what the loop held failed", loop.name(), t);
        } finally {
            for (Runnable accepted : loop.inbound.close()) {
                runLeftover(accepted);
            }
            // What those have opened: a file whose opening was done, but not yet told of.
            closeHandles();
            loop.turns.setPhase(Phase.CLOSED);
            loop.setOwner(null);
            EventLoop.setCurrent(null);
            state.set(State.ENDED);
            termination.complete(code);
        }
    }

    private void closeHandles() {
        Handle handle;
        while ((handle = loop.liveness.firstHandle()) != null) {
            try {
                handle.close();
            } catch (Throwable t) {
                LOG.error("[{}] closing {} failed", loop.name(), handle, t);
            }
        }
    }

    void onDropped(Consumer<? super Runnable> taker) {
        dropTakers.add(taker);
    }

    /** A callback will not run any more. */
    void drop(Runnable callback) {
        for (Consumer<? super Runnable> taker : dropTakers) {
            try {
                taker.accept(callback);
            } catch (Throwable t) {
                LOG.error("[{}] taking the dropped callback {} failed", loop.name(), callback, t);
            }
        }
    }

    /** Runs what was posted while the loop was torn down: channels that close put work off through posts. */
    void runLeftovers() {
        Runnable task;
        while ((task = loop.inbound.poll()) != null) {
            runLeftover(task);
        }
    }

    private void runLeftover(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            LOG.error("[{}] a task that was posted before the loop ended failed", loop.name(), t);
        }
    }

    boolean isTearingDown() {
        return tearingDown;
    }

    void stop() {
        if (!endIfNew()) {
            loop.turns.requestStop();
        }
    }

    CompletableFuture<Integer> termination() {
        return termination.copy();
    }

    Registration onShutdown(Runnable listener) {
        return shutdownListeners.add(listener);
    }

    CompletableFuture<Integer> shutdown(Duration deadline) {
        long millis = Math.max(0, deadline.toMillis());
        if (!endIfNew()) {
            try {
                loop.execute(() -> beginShutdown(millis));
            } catch (RejectedExecutionException ended) {
                LOG.debug("[{}] shutdown of a loop that has ended", loop.name());
            }
        }
        return termination();
    }

    private boolean endIfNew() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            end(0);
            return true;
        }
        return false;
    }

    private void beginShutdown(long millis) {
        Handle keeper = service;
        if (keeper != null) {
            service = null;
            keeper.close();
        }
        if (!shuttingDown) {
            shuttingDown = true;
            for (Runnable listener : shutdownListeners.snapshot()) {
                loop.nextTick(listener);
            }
        }
        if (millis == 0) {
            loop.setImmediate(this::deadlineReached).unref();
        } else {
            loop.setTimeout(this::deadlineReached, millis).unref();
        }
    }

    private void deadlineReached() {
        String held = loop.activeResources().stream()
                .filter(resource -> !resource.kind().equals(Liveness.CLOSING))
                .map(ActiveResource::toString)
                .collect(Collectors.joining("; "));
        if (!held.isEmpty()) {
            LOG.warn("[{}] shut down at its deadline with these still open: {}", loop.name(), held);
        }
        loop.turns.requestStop();
    }

    /** What keeps a started loop alive while it has nothing to do. */
    private static final class Service extends Handle {

        Service(EventLoop loop) {
            super(loop, "EventLoop.start");
        }

        Service begin() {
            activate();
            return this;
        }

        @Override
        protected String describe() {
            return "until shutdown";
        }
    }
}
