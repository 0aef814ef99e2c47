package io.gyre.loop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the loop: the phases in order, what keeps it turning, and how long a poll may wait (libuv's {@code uv_run}). */
final class Turns {

    /** libuv runs the pending queue a small fixed number of times after a poll, to avoid starvation. */
    private static final int PENDING_ROUNDS = 8;

    /** After so many turns that ran nothing but immediates and posts, a poll need not be repeated at once. */
    private static final int QUIET_TURNS = 16;

    /** So many quiet turns may pass by without a look at the clock, while they are short. */
    private static final int MAX_UNTIMED_TURNS = 15;

    /** After so many looks there is a poll, whatever the clock says: it may be one that stands still. */
    private static final int MAX_LOOKS_WITHOUT_POLL = 512;

    private final EventLoop loop;
    private final Poller poller;
    private final long pollIntervalNanos;

    /** Written by the loop's thread only. */
    private long count;

    private Phase phase = Phase.MAIN;
    private boolean mayWait = true;
    private boolean waitsForWork;

    /** How long {@link #waitForWork} waits at most; -1 for as long as it takes. */
    private long longestWait;

    private boolean workCame;
    private int quietTurns;
    private long lastPoll;
    private int looksWithoutPoll;

    /** When the clock was looked at last, and how many turns pass by until it is again. */
    private long lastLook;

    private int untimedTurns;

    /** Set from any thread. */
    private volatile boolean stopRequested;

    Turns(EventLoop loop, Poller poller, long pollIntervalNanos) {
        this.loop = loop;
        this.poller = poller;
        this.pollIntervalNanos = pollIntervalNanos;
    }

    /**
     * Turns until nothing keeps the loop alive, or it was told to end. Timers that are due run before the first turn; that
     * turn is made although they may have been all that kept the loop alive, so an unref'd immediate of theirs runs.
     */
    void run() {
        boolean alive = isAlive();
        if (alive && !isEnding()) {
            runTimers();
        }
        while (alive && !isEnding()) {
            turn();
            if (quietTurns == QUIET_TURNS) {
                runQuietTurns();
            }
            alive = isAlive();
        }
    }

    /**
     * Makes one turn although nothing keeps the loop alive: it waits for work from elsewhere, so many nanoseconds at most, or
     * with -1 for as long as it takes. Returns whether any came.
     */
    boolean waitForWork(long longest) {
        waitsForWork = true;
        longestWait = longest;
        workCame = false;
        turn();
        waitsForWork = false;
        return workCame;
    }

    /** Makes one turn whose poll does not wait, whatever the timers say. */
    void turnWithoutWaiting() {
        mayWait = false;
        turn();
        mayWait = true;
    }

    private void turn() {
        count++;
        runPending();
        runIdle();
        runPrepare();
        poll();
        runPendingAfterPoll();
        runCheck();
        runClosing();
        runTimers();
    }

    /**
     * Turns while there is nothing but immediates, and no poll is due: phases that have nothing to do are left out. While
     * there are no timers either, one flag tells for all of them that this is still so.
     */
    private void runQuietTurns() {
        phase = Phase.CHECK;
        while (hasOnlyImmediates() && !isPollDue()) {
            loop.onlyImmediates = loop.closing.isEmpty() && loop.timers.isEmpty();
            do {
                count++;
                loop.queues.drain();
                loop.queues.runAll(loop.immediates);
            } while (loop.onlyImmediates && hasImmediatesNext() && !isPollDue());
            if (!loop.closing.isEmpty() || !loop.timers.isEmpty()) {
                runClosing();
                runTimers();
                phase = Phase.CHECK;
            }
        }
        phase = Phase.TIMERS;
    }

    private boolean hasOnlyImmediates() {
        return quietTurns == QUIET_TURNS && hasImmediatesNext() && hasNoPostsOrWatchers();
    }

    private boolean hasImmediatesNext() {
        return loop.immediates.hasRef() && loop.inbound.isEmpty() && !isEnding();
    }

    private boolean hasNoPostsOrWatchers() {
        return loop.inbound.isEmpty()
                && loop.pending.isEmpty()
                && loop.idles.isEmpty()
                && loop.prepares.isEmpty()
                && loop.checks.isEmpty();
    }

    private void runPending() {
        phase = Phase.PENDING;
        if (loop.pending.isEmpty()) {
            return;
        }
        quietTurns = 0;
        @Nullable Runnable callback;
        for (int left = loop.pending.size(); left > 0 && (callback = loop.pending.poll()) != null; left--) {
            loop.queues.run(callback);
            if (loop.halted()) {
                return;
            }
        }
    }

    private void runIdle() {
        phase = Phase.IDLE;
        loop.idles.run(loop);
    }

    private void runPrepare() {
        phase = Phase.PREPARE;
        loop.prepares.run(loop);
    }

    private void poll() {
        phase = Phase.POLL;
        if (loop.halted()) {
            return;
        }
        long timeout = pollTimeout();
        if (timeout == 0) {
            if (!skipPoll()) {
                handled(poller.poll(0));
            }
        } else {
            sleepAndPoll(timeout);
        }
        runInbound();
        FlushBatch flushes = loop.flushes;
        if (flushes != null) {
            gather(flushes);
            flushes.flush();
        }
    }

    /**
     * Before a batch of flushes is sent, handles what has come meanwhile, whose flushes join it. Only where the phases
     * between this poll and the next have nothing to do, so that nobody can tell it from a turn.
     */
    private void gather(FlushBatch flushes) {
        while (flushes.maySwell() && wouldPollNext() && poller.poll(0) != 0) {
            runInbound();
        }
    }

    private boolean wouldPollNext() {
        return loop.immediates.size() == 0
                && loop.queues.isEmpty()
                && loop.closing.isEmpty()
                && hasNoPostsOrWatchers()
                && loop.timers.nanosToNext() != 0
                && !isEnding();
    }

    /**
     * A long chain of immediates or posts polls at most once in each poll interval: a system call in each of its turns
     * would cost more than the turn. Anything else restores the poll of every turn.
     */
    private boolean skipPoll() {
        if (quietTurns < QUIET_TURNS) {
            quietTurns++;
            return false;
        }
        if (!isPollDue()) {
            return true;
        }
        lastPoll = lastLook;
        looksWithoutPoll = 0;
        return false;
    }

    private boolean isPollDue() {
        if (untimedTurns > 0) {
            untimedTurns--;
            return false;
        }
        long now = loop.ticker().nanoTime();
        boolean due = now - lastPoll >= pollIntervalNanos || ++looksWithoutPoll >= MAX_LOOKS_WITHOUT_POLL;
        // A look costs as much as a short turn. While the turns are so short that several fit easily into the interval,
        // several share one.
        untimedTurns = !due && now - lastLook < pollIntervalNanos / 4 ? MAX_UNTIMED_TURNS : 0;
        lastLook = now;
        return due;
    }

    private void sleepAndPoll(long timeout) {
        quietTurns = 0;
        Inbound inbound = loop.inbound;
        inbound.sleeping();
        try {
            workCame |= poller.poll(mayBlock() ? timeout : 0) != 0;
        } finally {
            inbound.awake();
        }
    }

    private void handled(int events) {
        if (events != 0) {
            quietTurns = 0;
        }
    }

    /** Whether the loop wants to sleep still. On the loop's thread, after it has announced the sleep. */
    boolean mayBlock() {
        return loop.inbound.maySleep() && !stopRequested;
    }

    /** Runs what was posted before now; what is posted meanwhile waits for the next turn, so that no phase starves. */
    private void runInbound() {
        Inbound inbound = loop.inbound;
        if (inbound.isEmpty()) {
            return;
        }
        workCame = true;
        // What is left behind when the loop is told to end was accepted, and is taken when the queue is closed.
        for (int left = inbound.size(); left > 0 && !loop.halted(); left--) {
            Runnable task = inbound.poll();
            if (task == null) {
                return;
            }
            loop.queues.run(task);
        }
    }

    private void runPendingAfterPoll() {
        for (int round = 0; round < PENDING_ROUNDS && !loop.pending.isEmpty() && !loop.halted(); round++) {
            runPending();
        }
    }

    private void runCheck() {
        phase = Phase.CHECK;
        loop.queues.drain();
        loop.checks.run(loop);
        loop.queues.runAll(loop.immediates);
    }

    private void runClosing() {
        phase = Phase.CLOSING;
        if (!loop.closing.isEmpty()) {
            quietTurns = 0;
            loop.closing.run(loop);
        }
    }

    private void runTimers() {
        phase = Phase.TIMERS;
        loop.timers.run(loop.queues);
    }

    /** Nanoseconds that a poll may wait: 0 if work waits, -1 if only an event can bring some. */
    private long pollTimeout() {
        if (!mayWait
                || stopRequested
                || !loop.pending.isEmpty()
                || loop.immediates.hasRef()
                || !loop.closing.isEmpty()
                || !loop.idles.isEmpty()
                || !loop.inbound.isEmpty()
                || !loop.queues.isEmpty()
                || !(waitsForWork || isAlive())) {
            return 0;
        }
        long toNext = loop.timers.nanosToNext();
        return waitsForWork && longestWait >= 0 && (toNext < 0 || toNext > longestWait) ? longestWait : toNext;
    }

    boolean isAlive() {
        return loop.liveness.isAlive()
                || loop.timers.refCount != 0
                || loop.immediates.hasRef()
                || !loop.pending.isEmpty()
                || !loop.inbound.isEmpty()
                || hasScheduledNettyTasks();
    }

    boolean hasScheduledNettyTasks() {
        return poller instanceof NettyPoller netty && netty.nettyLoop().hasScheduled();
    }

    private boolean isEnding() {
        return stopRequested || loop.halted();
    }

    boolean isStopRequested() {
        return stopRequested;
    }

    void requestStop() {
        stopRequested = true;
        loop.inbound.wakeUp();
    }

    Phase phase() {
        return phase;
    }

    void setPhase(Phase now) {
        phase = now;
    }

    long count() {
        return count;
    }

    void describe(List<ActiveResource> into) {
        if (loop.immediates.count() > 0) {
            into.add(new ActiveResource("Immediate", loop.immediates.count() + " set", loop.immediates.hasRef()));
        }
        if (!loop.inbound.isEmpty()) {
            into.add(new ActiveResource("execute", loop.inbound.size() + " posted task(s)", true));
        }
        if (!loop.pending.isEmpty()) {
            into.add(new ActiveResource("pending", loop.pending.size() + " callback(s)", true));
        }
        if (hasScheduledNettyTasks()) {
            into.add(new ActiveResource("Netty", "scheduled task(s)", true));
        }
    }
}
