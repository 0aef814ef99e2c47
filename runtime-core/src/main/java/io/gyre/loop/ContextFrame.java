package io.gyre.loop;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The values of all {@link AsyncLocalStorage}s at one moment: what Node calls an AsyncContextFrame.
 *
 * <p>A callback remembers the frame that was current when it was scheduled, and the loop swaps that frame in around
 * the callback, so a value set while a request is handled is seen by everything that the request schedules. Frames are
 * immutable: setting a value makes a new frame. While nothing is set the current frame is {@link #root()} and
 * scheduling costs one reference comparison.
 *
 * <p>Frames may be held and compared on any thread; they are current only on a loop's thread.
 */
public final class ContextFrame {

    static final ContextFrame ROOT = new ContextFrame(new Object[0]);

    /** Storages and carriers at even places, their values at the odd ones. */
    private final @Nullable Object[] entries;

    private ContextFrame(@Nullable Object[] entries) {
        this.entries = entries;
    }

    /**
     * Returns the frame in which nothing is set.
     *
     * @return the root frame
     */
    public static ContextFrame root() {
        return ROOT;
    }

    /**
     * Returns the frame of the callback that the calling thread runs.
     *
     * @return the current frame; {@link #root()} on a thread that runs no loop
     */
    public static ContextFrame current() {
        EventLoop loop = EventLoop.currentOrNull();
        return loop == null ? ROOT : loop.captureFrame();
    }

    /**
     * Returns the frame of the callback that a loop runs: what {@link #current()} finds, without looking for the loop.
     *
     * @param loop the loop that the calling thread runs
     * @return its current frame
     */
    public static ContextFrame current(EventLoop loop) {
        return loop.captureFrame();
    }

    /**
     * Binds a job for another thread to the thread-local values that a loop carries, as they are now. Those are set
     * while the job runs; the storages are not, since they belong to loops.
     *
     * @param <T> what the job returns
     * @param loop the loop that the calling thread runs
     * @param job what is to run on another thread
     * @return the job itself where nothing is carried
     * @see EventLoopBuilder#carry
     */
    public static <T extends @Nullable Object> Callable<T> bind(EventLoop loop, Callable<T> job) {
        CarriedContext carried = loop.carried;
        return carried == null ? job : carried.bind(loop.captureFrame(), job);
    }

    /**
     * Runs a task with this frame as the current one, and puts the former one back.
     *
     * @param task what to run; what it throws is passed on
     * @throws IllegalStateException if the calling thread runs no loop and this is not the root frame
     */
    public void run(Runnable task) {
        EventLoop loop = EventLoop.currentOrNull();
        if (loop == null) {
            if (this != ROOT) {
                throw new IllegalStateException("a context frame is current only on a loop's thread, and thread '"
                        + Thread.currentThread().getName() + "' runs no loop; use loop.execute(() -> frame.run(task))");
            }
            task.run();
            return;
        }
        run(loop, task);
    }

    void run(EventLoop loop, Runnable task) {
        ContextFrame former = loop.enterFrame(this);
        try {
            task.run();
        } finally {
            loop.leaveFrame(former);
        }
    }

    /**
     * Makes this frame the current one of the calling loop thread and returns the one that was. For adapters that
     * enter and leave a context in two calls; everyone else uses {@link #run}.
     *
     * @return the former frame, to be entered again afterwards
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public ContextFrame enter() {
        return EventLoop.current().enterFrame(this);
    }

    /**
     * Makes this frame the current one of a loop: what {@link #enter()} does, without looking for the loop.
     *
     * @param loop the loop that the calling thread runs
     * @return the former frame, to be entered again afterwards
     */
    public ContextFrame enter(EventLoop loop) {
        return loop.enterFrame(this);
    }

    /** Binds a task to the loop's current frame; returns the task itself where nothing is set. */
    static Runnable capture(EventLoop loop, Runnable task) {
        ContextFrame frame = loop.captureFrame();
        return frame == ROOT ? task : new FramedTask(loop, frame, task);
    }

    /** Returns the task that {@link #capture} was given. */
    static Runnable unbound(Runnable captured) {
        return captured instanceof FramedTask framed ? framed.task() : captured;
    }

    /** Makes the frame that a carrying loop is in when nothing is set: not the root, so that it is looked at. */
    static ContextFrame carrying() {
        return new ContextFrame(new Object[0]);
    }

    boolean isEmpty() {
        return entries.length == 0;
    }

    @Nullable
    Object get(Object key) {
        @Nullable Object[] e = entries;
        for (int i = 0; i < e.length; i += 2) {
            if (e[i] == key) {
                return e[i + 1];
            }
        }
        return null;
    }

    ContextFrame with(Object key, @Nullable Object value) {
        @Nullable Object[] e = entries;
        for (int i = 0; i < e.length; i += 2) {
            if (e[i] == key) {
                return value == null ? without(i) : replaced(i, value);
            }
        }
        if (value == null) {
            return this;
        }
        @Nullable Object[] next = Arrays.copyOf(e, e.length + 2);
        next[e.length] = key;
        next[e.length + 1] = value;
        return new ContextFrame(next);
    }

    private ContextFrame replaced(int i, Object value) {
        @Nullable Object[] next = entries.clone();
        next[i + 1] = value;
        return new ContextFrame(next);
    }

    private ContextFrame without(int i) {
        if (entries.length == 2) {
            return ROOT;
        }
        @Nullable Object[] next = new Object[entries.length - 2];
        System.arraycopy(entries, 0, next, 0, i);
        System.arraycopy(entries, i + 2, next, i, entries.length - i - 2);
        return new ContextFrame(next);
    }

    private record FramedTask(EventLoop loop, ContextFrame frame, Runnable task) implements Runnable {

        FramedTask {
            Objects.requireNonNull(task, "task");
        }

        @Override
        public void run() {
            frame.run(loop, task);
        }
    }
}
