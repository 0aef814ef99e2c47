package io.gyre.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.IoEventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.internal.ThreadExecutorMap;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An event loop with Node's phases, on one thread.
 *
 * <p><b>Thread.</b> Everything on a loop happens on one thread: the caller's ({@link #run(Runnable)}) or one of its own
 * ({@link #start}). Until then the loop belongs to the thread that built it. Every method must be called on the loop's
 * thread and throws {@link IllegalStateException} elsewhere, except those that say "from any thread";
 * {@link #execute} is the way in.
 *
 * <p><b>Order.</b> One turn is pending, idle, prepare, poll, check, closing, timers ({@link Phase}). After every
 * callback, whatever its phase, the tick queue drains, then the microtask queue, and again until both are empty. (After
 * one whose error a handler took, as in Node: after the next callback, or at the start of the check phase.)
 *
 * <p><b>Errors.</b> What leaves a callback goes to {@link #onUncaughtException}, else the loop ends with exit code 1
 * (or logs and goes on, see {@link UncaughtErrors}).
 *
 * <p><b>End.</b> The loop ends when nothing keeps it alive ({@link #activeResources}), or on {@link #exit},
 * {@link #stop} or {@link #shutdown}. It runs once; what was open is closed on the way out, and posts are refused from
 * then on. The reference for all of it is Node.js 20 with libuv 1.45 and later.
 */
public final class EventLoop implements Executor {

    private static final ThreadLocal<@Nullable EventLoop> CURRENT = new ThreadLocal<>();

    private final String name;
    private final boolean daemon;
    private final Ticker ticker;
    private final long origin;
    private final Poller poller;

    final ExitStatus exit = new ExitStatus();
    final ErrorPolicy errors;
    final RejectionTracker rejections;
    final TaskQueues queues;
    final Liveness liveness = new Liveness();
    final Inbound inbound;
    final Ring<Runnable> pending = new Ring<>();
    final TimerLists timers = new TimerLists(this);
    final ImmediateQueue immediates = new ImmediateQueue(this);
    final ClosingQueue closing = new ClosingQueue();
    final LoopWatchers idles = new LoopWatchers();
    final LoopWatchers prepares = new LoopWatchers();
    final LoopWatchers checks = new LoopWatchers();
    final Lifecycle lifecycle;
    final Turns turns;

    /** Whether nothing but immediates and posts can have work. Who gives anything else work clears it; see {@link Turns}. */
    boolean onlyImmediates;

    /** The flushes that wait for the end of the poll phase; null where they do not wait. */
    final @Nullable FlushBatch flushes;

    /** The thread-local values that this loop carries; null on most. */
    final @Nullable CarriedContext carried;

    /** What {@link #frame} is where nothing is set: the root, except on a loop that carries. */
    private final ContextFrame emptyFrame;

    /** The context frame of the running callback. The carried values in it may be old: the thread has the new ones. */
    ContextFrame frame;

    private final Map<Class<?>, Object> attachments = new ConcurrentHashMap<>();

    /** The only thread that may touch the loop; null once it has ended. Written before that thread starts. */
    private @Nullable Thread owner = Thread.currentThread();

    EventLoop(EventLoopBuilder options) {
        name = options.name();
        daemon = options.daemon;
        ticker = options.ticker;
        origin = ticker.nanoTime();
        carried = options.carriedContext();
        emptyFrame = carried == null ? ContextFrame.ROOT : ContextFrame.carrying();
        frame = emptyFrame;
        errors = new ErrorPolicy(name, exit, options.uncaughtErrors, options.unhandledRejections);
        rejections = new RejectionTracker(this, errors);
        queues = new TaskQueues(this, exit, errors, rejections);
        exit.onHalt(queues::setDue);
        inbound = new Inbound(name);
        errors.afterHandled(() -> immediates.add(() -> {}));
        lifecycle = new Lifecycle(this);
        flushes = options.batchedFlushes.isZero() ? null : new FlushBatch(this, options.batchedFlushes.toNanos());
        poller = options.newPoller(new PollerContext(this));
        inbound.wakeThrough(poller);
        turns = new Turns(this, poller, options.pollInterval.toNanos());
    }

    /**
     * Makes a loop with the default options.
     *
     * @return a loop that has not run yet
     */
    public static EventLoop create() {
        return builder().build();
    }

    /**
     * Starts to describe a loop.
     *
     * @return a builder with the default options
     */
    public static EventLoopBuilder builder() {
        return new EventLoopBuilder();
    }

    /**
     * Returns the loop that the calling thread runs. From any thread.
     *
     * @return the running loop
     * @throws IllegalStateException if this thread runs no loop
     */
    public static EventLoop current() {
        EventLoop loop = CURRENT.get();
        if (loop == null) {
            throw new IllegalStateException("thread '" + Thread.currentThread().getName() + "' runs no event loop");
        }
        return loop;
    }

    /**
     * Returns the loop that the calling thread runs, if it runs one. From any thread.
     *
     * @return the running loop or null
     */
    public static @Nullable EventLoop currentOrNull() {
        return CURRENT.get();
    }

    // ---- running

    /**
     * Runs the loop on the calling thread until nothing keeps it alive.
     *
     * @param main the main program, run as one callback before the first turn
     * @return the exit code: 0, 1 after an uncaught error, 7 after a failed error handler, or the one asked for
     * @throws IllegalStateException if the loop has run already, or the thread runs another loop
     */
    public int run(Runnable main) {
        Objects.requireNonNull(main, "main");
        return lifecycle.run(main, null);
    }

    /**
     * Runs the loop on the calling thread until nothing keeps it alive and its asynchronous main program has settled.
     *
     * @param main starts the main program, as one callback, and settles the task later
     * @param whenUnsettled what to do when the loop runs dry before that
     * @return the exit code; 13 if the main task is unsettled at the end
     * @throws IllegalStateException if the loop has run already, or the thread runs another loop
     */
    public int run(Consumer<? super MainTask> main, UnsettledMain whenUnsettled) {
        Objects.requireNonNull(main, "main");
        MainTask task = new MainTask(this, whenUnsettled);
        return lifecycle.run(() -> main.accept(task), task);
    }

    /**
     * Runs the loop on a thread of its own and keeps it alive until {@link #shutdown}, {@link #stop} or {@link #exit}.
     *
     * @return this
     * @throws IllegalStateException if the loop has run already
     */
    public EventLoop start() {
        lifecycle.start(daemon);
        return this;
    }

    /**
     * Makes the calling thread the loop's and hands the turns to the caller, who makes them by hand.
     *
     * @return the driver
     * @throws IllegalStateException if the loop has run already
     */
    public LoopDriver drive() {
        return lifecycle.drive();
    }

    /** Ends the loop after the running turn, whatever is still open. From any thread. */
    public void stop() {
        lifecycle.stop();
    }

    /**
     * Ends the loop gracefully: runs the {@link #onShutdown} listeners, then goes on until nothing keeps the loop
     * alive. What still does at the deadline is logged by name and closed. From any thread.
     *
     * @param deadline how long to wait
     * @return completes with the exit code when the loop has ended
     */
    public CompletableFuture<Integer> shutdown(Duration deadline) {
        return lifecycle.shutdown(deadline);
    }

    /**
     * Tells when the loop has ended. From any thread.
     *
     * @return completes with the exit code
     */
    public CompletableFuture<Integer> termination() {
        return lifecycle.termination();
    }

    // ---- scheduling

    /**
     * Runs a callback after the running one, before anything else (Node's {@code process.nextTick}).
     *
     * @param callback what to run
     */
    public void nextTick(Runnable callback) {
        checkThread("nextTick");
        queues.addTick(frame == ContextFrame.ROOT ? notNull(callback) : ContextFrame.capture(this, callback));
    }

    /**
     * Runs a callback after the running one and after all ticks, in order with promise reactions.
     *
     * @param callback what to run
     */
    public void queueMicrotask(Runnable callback) {
        checkThread("queueMicrotask");
        queues.addMicrotask(frame == ContextFrame.ROOT ? notNull(callback) : ContextFrame.capture(this, callback));
    }

    /**
     * Queues a microtask that enters the context frame it was made in by itself. For implementers of promises: a
     * reaction keeps the frame of its {@code then}, not that of whoever settles the promise.
     *
     * @param reaction what to run
     */
    public void queueReaction(Runnable reaction) {
        checkThread("queueReaction");
        queues.addMicrotask(reaction);
    }

    /**
     * Adds somebody who takes the callbacks of microtasks, immediates and timers that the loop drops when it ends. For
     * adapters, whose continuations must not vanish with the loop: those of others are not theirs to run.
     *
     * @param taker given each dropped callback, whoever set it: the microtasks in order, then the immediates in order,
     *     then the timers. What it throws is logged, and the loop ends all the same
     */
    public void onDropped(Consumer<? super Runnable> taker) {
        checkThread("onDropped");
        lifecycle.onDropped(Objects.requireNonNull(taker, "taker"));
    }

    /**
     * Runs a callback in the next check phase.
     *
     * @param callback what to run
     * @return the immediate, to clear or unref
     */
    public Immediate setImmediate(Runnable callback) {
        checkThread("setImmediate");
        return immediates.add(ContextFrame.capture(this, notNull(callback)));
    }

    /**
     * Queues an immediate that nobody clears or unrefs, if that can be done without further ado: on the loop's thread,
     * outside of any context frame, and before the loop was told to end. For adapters, whose coroutines give way to each
     * other all the time: it costs no object. From any thread.
     *
     * <p>It runs as what awaits an immediate goes on in Node, in a microtask: the microtasks that it queues run before its
     * ticks.
     *
     * @param callback what to run
     * @return false if nothing was queued
     */
    public boolean tryQueueImmediate(Runnable callback) {
        if (!isPlain()) {
            return false;
        }
        immediates.addForGood(notNull(callback));
        return true;
    }

    /**
     * Queues a microtask as {@link #queueReaction} does, if that can be done without further ado: on the loop's thread,
     * outside of any context frame, and before the loop was told to end. For adapters. From any thread.
     *
     * @param reaction what to run
     * @return false if nothing was queued
     */
    public boolean tryQueueReaction(Runnable reaction) {
        if (!isPlain()) {
            return false;
        }
        queues.addMicrotask(notNull(reaction));
        return true;
    }

    private boolean isPlain() {
        return Thread.currentThread() == owner && frame == ContextFrame.ROOT && !exit.halted();
    }

    /**
     * Runs a callback once after a time. Never early; timers of equal deadline fire in the order they were set.
     *
     * @param callback what to run
     * @param delayMillis milliseconds; below 1 or above 2^31-1 means 1, as in Node
     * @return the timer, to clear, refresh or unref
     */
    public Timer setTimeout(Runnable callback, long delayMillis) {
        checkThread("setTimeout");
        return timers.set(ContextFrame.capture(this, notNull(callback)), delayMillis, false);
    }

    /**
     * Runs a callback again and again. Each period counts from the start of the callback before; missed ones are not
     * made up for.
     *
     * @param callback what to run
     * @param periodMillis milliseconds; below 1 or above 2^31-1 means 1, as in Node
     * @return the timer, to clear, refresh or unref
     */
    public Timer setInterval(Runnable callback, long periodMillis) {
        checkThread("setInterval");
        return timers.set(ContextFrame.capture(this, notNull(callback)), periodMillis, true);
    }

    /**
     * Runs a task in the poll phase of the loop, after those posted before it from the same thread. From any thread;
     * wakes the loop if it sleeps. A posted task keeps the loop alive until it has run.
     *
     * @param task what to run
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended; a task that was accepted runs
     */
    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        inbound.post(Thread.currentThread() == owner ? ContextFrame.capture(this, task) : fromElsewhere(task));
    }

    /**
     * Makes a handle that other threads can send to.
     *
     * @param callback runs in the poll phase, once for all sends before it
     * @return an active handle
     */
    public Async asyncHandle(Runnable callback) {
        checkThread("asyncHandle");
        return new Async(this, notNull(callback));
    }

    /**
     * Makes an idle watcher.
     *
     * @return a handle that is not started
     */
    public Idle idle() {
        checkThread("idle");
        return new Idle(this, idles);
    }

    /**
     * Makes a prepare watcher.
     *
     * @return a handle that is not started
     */
    public Prepare prepare() {
        checkThread("prepare");
        return new Prepare(this, prepares);
    }

    /**
     * Makes a check watcher.
     *
     * @return a handle that is not started
     */
    public Check check() {
        checkThread("check");
        return new Check(this, checks);
    }

    /**
     * Makes a watch for a descriptor of the operating system. On the native transports.
     *
     * @param fd a descriptor that stays open while it is watched, and that nothing else on this loop watches
     * @return a handle that is not started
     * @throws UnsupportedOperationException on a transport that knows no descriptors
     */
    public Poll poll(int fd) {
        checkThread("poll");
        NettyPoller netty = nettyPoller();
        return new Poll(this, netty, PollSource.of(this, netty, fd), "descriptor " + fd);
    }

    /**
     * Makes a watch for a channel of the JDK. On the NIO transport.
     *
     * @param channel a non-blocking channel that stays open while it is watched
     * @return a handle that is not started
     * @throws UnsupportedOperationException on the native transports
     */
    public Poll poll(SelectableChannel channel) {
        checkThread("poll");
        NettyPoller netty = nettyPoller();
        return new Poll(this, netty, PollSource.of(this, netty, channel), channel.toString());
    }

    /**
     * Runs a callback the way the loop runs its own: errors go to the error policy, and the queues drain after it
     * (Node's {@code MakeCallback}). For event sources that call back from within the poll phase. Inside another
     * callback it just runs: errors reach the caller, and the outer callback drains.
     *
     * @param callback what to run
     */
    public void makeCallback(Runnable callback) {
        queues.run(callback);
    }

    // ---- errors and exit

    /**
     * Adds a handler of uncaught errors; with one, the loop goes on after an error.
     *
     * @param handler called in the order added
     * @return removes the handler
     */
    public Registration onUncaughtException(UncaughtExceptionHandler handler) {
        checkThread("onUncaughtException");
        return errors.uncaughtHandlers.add(handler);
    }

    /**
     * Adds a handler of rejections that nobody handled by the time the microtask queue had drained.
     *
     * @param handler given the reason and the promise
     * @return removes the handler
     */
    public Registration onUnhandledRejection(BiConsumer<Throwable, Object> handler) {
        checkThread("onUnhandledRejection");
        return errors.unhandledRejectionHandlers.add(handler);
    }

    /**
     * Adds a listener for rejections that were handled after they had been reported.
     *
     * @param listener given the promise
     * @return removes the listener
     */
    public Registration onRejectionHandled(Consumer<Object> listener) {
        checkThread("onRejectionHandled");
        return errors.rejectionHandledHandlers.add(listener);
    }

    /**
     * Adds a listener for the moment when nothing keeps the loop alive; what it schedules revives the loop.
     *
     * @param listener given the exit code so far
     * @return removes the listener
     */
    public Registration onBeforeExit(IntConsumer listener) {
        checkThread("onBeforeExit");
        return exit.beforeExit.add(listener);
    }

    /**
     * Adds a listener for the end of the loop; what it schedules no longer runs.
     *
     * @param listener given the exit code
     * @return removes the listener
     */
    public Registration onExit(IntConsumer listener) {
        checkThread("onExit");
        return exit.exit.add(listener);
    }

    /**
     * Adds a listener for the start of a graceful {@link #shutdown}: servers stop accepting there.
     *
     * @param listener called once
     * @return removes the listener
     */
    public Registration onShutdown(Runnable listener) {
        checkThread("onShutdown");
        return lifecycle.onShutdown(listener);
    }

    /**
     * Ends the loop now with the exit code set so far, 0 if none was: runs the exit listeners and leaves the callback.
     *
     * @return never; declared so that {@code throw loop.exit()} tells the compiler
     */
    public Error exit() {
        checkThread("exit");
        throw exit.exitNow(null);
    }

    /**
     * Ends the loop now: runs the exit listeners and leaves the running callback by throwing.
     *
     * @param code the exit code, 0 to 255
     * @return never; declared so that {@code throw loop.exit(1)} tells the compiler
     */
    public Error exit(int code) {
        checkThread("exit");
        throw exit.exitNow(code);
    }

    /**
     * Sets the exit code for when the loop ends by itself.
     *
     * @param code 0 to 255
     */
    public void setExitCode(int code) {
        checkThread("setExitCode");
        exit.setCode(code);
    }

    /**
     * Raises an error as if the running callback had thrown it. For adapters that catch errors on behalf of a callback.
     *
     * @param error what went wrong
     */
    public void raise(Throwable error) {
        checkThread("raise");
        errors.uncaught(error);
    }

    /**
     * Tells whether the loop was told to end at once. Code that catches every error on behalf of a callback passes on
     * what it caught then, so that the callback is left. From the loop's thread.
     *
     * @return true after {@link #exit} and after an error that ends the loop
     */
    public boolean isHalted() {
        return exit.halted();
    }

    /**
     * Returns what watches failed results for handlers. For implementers of promises.
     *
     * @return the loop's tracker
     */
    public RejectionTracker rejectionTracker() {
        return rejections;
    }

    // ---- state

    /**
     * Returns the loop's name. From any thread.
     *
     * @return the name, which is also that of its thread under {@link #start}
     */
    public String name() {
        return name;
    }

    /**
     * Returns the loop's clock. From any thread.
     *
     * @return the ticker
     */
    public Ticker ticker() {
        return ticker;
    }

    /**
     * Tells whether the calling thread is the loop's. From any thread.
     *
     * @return true on the loop's thread
     */
    public boolean inEventLoop() {
        return Thread.currentThread() == owner;
    }

    /**
     * Throws unless the calling thread is the loop's. For those who build on the loop what belongs to its thread.
     *
     * @param operation what was called, for the message
     * @throws IllegalStateException on any other thread, naming the right call
     */
    public void checkThread(String operation) {
        if (Thread.currentThread() != owner) {
            wrongThread(operation);
        }
    }

    /**
     * Returns the phase that the loop is in.
     *
     * @return the phase; from another thread, a recent one
     */
    public Phase phase() {
        return turns.phase();
    }

    /**
     * Counts the turns. An idle loop makes none.
     *
     * @return turns begun so far; from another thread, a recent count
     */
    public long turnCount() {
        return turns.count();
    }

    /**
     * Counts the tasks that were posted and have not run. From any thread.
     *
     * @return 0 or more
     */
    public int pendingTasks() {
        return inbound.size();
    }

    /**
     * Counts the handles and requests that keep the loop alive, such as open channels and jobs of the worker pool;
     * timers and immediates are not among them.
     *
     * @return 0 or more; from another thread, a recent count
     */
    public int activeCount() {
        return liveness.activeCount();
    }

    /**
     * Tells whether anything keeps the loop alive.
     *
     * @return false if the loop would end now
     */
    public boolean isAlive() {
        checkThread("isAlive");
        return turns.isAlive();
    }

    /**
     * Names everything that is open or under way, ref'd or not.
     *
     * @return a list, in no particular order
     */
    public List<ActiveResource> activeResources() {
        checkThread("activeResources");
        List<ActiveResource> all = new ArrayList<>();
        liveness.describe(all);
        timers.describe(all);
        turns.describe(all);
        return all;
    }

    /**
     * Offers the loop as an event loop of Netty, for channels and for libraries built on them. From any thread.
     *
     * @return Netty's view; shutting it down shuts the loop down
     * @throws IllegalStateException if the loop was built on a poller that is not Netty's
     */
    public IoEventLoop netty() {
        return nettyPoller().nettyLoop();
    }

    /**
     * Returns the transport that the loop was built with, where it is none of {@link Transport}'s. From any thread.
     *
     * @return the transport, or null if it is one of Netty's
     */
    public @Nullable CustomTransport customTransport() {
        return poller instanceof NettyPoller netty ? netty.customTransport() : null;
    }

    /**
     * Returns what an adapter keeps with the loop, one object of each type. From any thread.
     *
     * @param <T> the type of the object
     * @param type the adapter's own type
     * @param make makes the object when it is first asked for; must not ask for another
     * @return the object, the same for the whole life of the loop
     */
    public <T> T attachment(Class<T> type, Function<? super EventLoop, ? extends T> make) {
        return type.cast(attachments.computeIfAbsent(type, absent -> make.apply(this)));
    }

    /**
     * Returns the handle that keeps the loop alive for a channel, to ref or unref it.
     *
     * @param channel a channel that is registered with {@link #netty()}
     * @return the loop's handle for it
     * @throws IllegalArgumentException if the channel is not registered with this loop
     */
    public Handle handleOf(Channel channel) {
        checkThread("handleOf");
        Handle handle = TrackedHandle.of(channel, liveness);
        if (handle == null) {
            throw new IllegalArgumentException(channel + " is not registered with " + this);
        }
        return handle;
    }

    /**
     * Makes a channel that a library has registered through its {@code unsafe()} like those that are given to
     * {@link #netty()} to register: what no handler of its pipeline takes goes to the error policy, and what a stream
     * channel flushes waits as {@link EventLoopBuilder#batchFlushes} says. Doing it again does nothing.
     *
     * @param channel a channel that is registered with {@link #netty()} and whose first handlers are in place
     */
    public void adopt(Channel channel) {
        checkThread("adopt");
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(UncaughtInPipeline.NAME) == null) {
            pipeline.addLast(UncaughtInPipeline.NAME, new UncaughtInPipeline(this));
        }
        FlushBatch batch = flushes;
        if (batch != null && channel instanceof DuplexChannel && pipeline.get(BatchedFlush.NAME) == null) {
            pipeline.addFirst(BatchedFlush.NAME, new BatchedFlush(this, batch));
        }
    }

    @Override
    public String toString() {
        return "EventLoop(" + name + ", " + poller + ")";
    }

    // ---- for the package

    /** Returns the frame that what is scheduled now is to run in. */
    ContextFrame captureFrame() {
        CarriedContext others = carried;
        return others == null ? frame : others.capture(frame);
    }

    /** Makes a frame the current one, and returns the one that was. */
    ContextFrame enterFrame(ContextFrame next) {
        ContextFrame former = captureFrame();
        leaveFrame(next);
        return former;
    }

    /** Goes back to a frame; what the present one was is of no interest. */
    void leaveFrame(ContextFrame former) {
        CarriedContext others = carried;
        if (others == null) {
            frame = former;
        } else {
            frame = former == ContextFrame.ROOT ? emptyFrame : former;
            others.install(former);
        }
        if (frame != ContextFrame.ROOT) {
            queues.setDue();
        }
    }

    private Runnable fromElsewhere(Runnable task) {
        CarriedContext others = carried;
        return others == null ? task : others.capture(this, task);
    }

    private NettyPoller nettyPoller() {
        if (poller instanceof NettyPoller netty) {
            return netty;
        }
        throw new IllegalStateException(this + " does not run on a Netty transport");
    }

    private void wrongThread(String operation) {
        Thread rightful = owner;
        String caller = Thread.currentThread().getName();
        if (rightful == null) {
            throw new IllegalStateException(
                    operation + " was called on thread '" + caller + "' after event loop '" + name + "' had ended");
        }
        throw new IllegalStateException(operation + " must be called on the thread of event loop '" + name
                + "', which is '" + rightful.getName() + "', but was called on '" + caller
                + "'; use loop.execute(() -> ...) there");
    }

    boolean isOwner(Thread thread) {
        return thread == owner;
    }

    void setOwner(@Nullable Thread thread) {
        owner = thread;
    }

    /** Also tells Netty, whose allocators have pools without locks only for threads whose executor they know. */
    static void setCurrent(@Nullable EventLoop loop) {
        EventLoop before = CURRENT.get();
        if (loop == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(loop);
        }
        if (loop != null && loop.poller instanceof NettyPoller netty) {
            ThreadExecutorMap.setCurrentExecutor(netty.nettyLoop());
        } else if (before != null && before.poller instanceof NettyPoller) {
            ThreadExecutorMap.setCurrentExecutor(null);
        }
    }

    long nanosSinceStart() {
        return ticker.nanoTime() - origin;
    }

    boolean halted() {
        return exit.halted();
    }

    void closing(Handle handle) {
        liveness.closing++;
        onlyImmediates = false;
        closing.add(handle);
    }

    void closePoller() {
        poller.close();
    }

    private static Runnable notNull(Runnable callback) {
        return Objects.requireNonNull(callback, "callback");
    }
}
