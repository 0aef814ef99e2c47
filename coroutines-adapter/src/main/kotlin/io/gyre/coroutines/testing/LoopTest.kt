package io.gyre.coroutines.testing

import io.gyre.coroutines.BoundScope
import io.gyre.coroutines.LoopExitException
import io.gyre.coroutines.LoopScope
import io.gyre.coroutines.MainLoop
import io.gyre.coroutines.MainLoopElement
import io.gyre.coroutines.describeTree
import io.gyre.coroutines.loopCoroutines
import io.gyre.coroutines.scopeOf
import io.gyre.loop.EventLoopBuilder
import io.gyre.loop.Handle
import io.gyre.testing.MemoryNetwork
import io.gyre.testing.VirtualTime
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.TimeSource

/** How long what is being closed may take, in virtual time, when the test is over. */
private val TIME_TO_CLOSE = 1.minutes

/** One run of a test. Confined to the loop's thread, except for the watchdog. */
internal class LoopTest(
    context: CoroutineContext,
    private val timeout: Duration,
    configure: EventLoopBuilder.() -> Unit,
    private val patience: Duration = PATIENCE,
    private val testBody: suspend LoopTestScope.() -> Unit,
) {
    init {
        val dispatcher = context[ContinuationInterceptor]
        require(dispatcher == null) {
            "a test runs on the dispatcher of its loop, not on $dispatcher; launch what belongs there within the test"
        }
    }

    private val parent: Job? = context[Job]
    private val time = VirtualTime()
    private val loop = time
        .builder()
        .name("test")
        .apply(configure)
        .build()
    private val coroutines = loop.loopCoroutines()

    /** What all coroutines of the test have in common. */
    private val context: CoroutineContext =
        CoroutineName("test") + VirtualTimeMark.element() + context.minusKey(Job) +
            MainLoopElement(coroutines.dispatcher)
    private val clock = TestClock(time, loop)
    private val backgroundJob: CompletableJob = SupervisorJob(coroutines.rootJob)
    private val keeper = Keeper()
    private var body: Deferred<Unit>? = null
    private var watchdog: Watchdog? = null
    private var hasEnded = false
    private var timeoutError: AssertionError? = null
    private var leftovers: AssertionError? = null

    /** What the body failed with and what nobody handled, in the order in which it happened. */
    private val failures = mutableListOf<Throwable>()

    /** When what is left is no longer being closed, but was left open; null while the test runs. */
    private var closingEnds: Long? = null

    fun run() {
        time.whenIdle(IdleRule())
        val watched = Watchdog(loop, timeout, patience, ::timedOut, loop::stop)
        watchdog = watched
        MainLoop.enter(coroutines.dispatcher)
        val code = try {
            loop.run(::start)
        } finally {
            MainLoop.leave(coroutines.dispatcher)
            watched.cancel()
        }
        fail(code)
    }

    private fun start() {
        keeper.begin()
        loop.onUncaughtException { error, _ -> failed(error) }
        val started = scopeOf(coroutines, context, parent ?: coroutines.rootJob)
            .async(start = CoroutineStart.UNDISPATCHED) { TestScope(coroutineContext).testBody() }
        body = started
        if (parent != null) {
            coroutines.cancelAtEnd(started)
        }
        started.invokeOnCompletion { failure -> onLoop { bodyEnded(failure) } }
    }

    private fun failed(error: Throwable) {
        failures += error
        body?.cancel(CancellationException("the test has an error that nobody handled", error))
    }

    private fun bodyEnded(failure: Throwable?) {
        if (coroutines.isEnding) {
            return
        }
        hasEnded = true
        if (failure != null && !isOurs(failure)) {
            failures += failure
        }
        backgroundJob.cancel(CancellationException("the test has ended"))
        backgroundJob.invokeOnCompletion { onLoop(::beginToClose) }
    }

    private fun beginToClose() {
        closingEnds = time.nanoTime() + TIME_TO_CLOSE.inWholeNanoseconds
        keeper.close()
    }

    private fun idle(nanosToNext: Long, awaited: Boolean): Boolean {
        val deadline = closingEnds
        if (timeoutError != null && nanosToNext < 0) {
            // Neither the body nor what it left can be moved to end.
            loop.stop()
            return true
        }
        if (deadline == null) {
            return clock.idle(nanosToNext, awaited)
        }
        if (nanosToNext >= 0 && time.nanoTime() + nanosToNext <= deadline) {
            return false
        }
        val open = loop.activeResources().filter { it.ref }
        leftovers = AssertionError("the test has ended and left open: ${open.joinToString("; ")}")
        loop.stop()
        return true
    }

    /** Whoever interrupts the test's thread wants the test to end. */
    private fun interrupted() {
        failed(InterruptedException("the thread of the test was interrupted"))
        watchdog?.expectEnd()
    }

    private fun timedOut(stack: String) {
        val running = body
        val left = when {
            running == null || running.isCompleted -> "the test had not closed what it opened."
            else -> "the test body did not run to completion, at $stack\n${running.describeTree(coroutines)}\n"
        }
        timeoutError = AssertionError("After waiting for $timeout, $left On the loop: ${loop.activeResources()}")
        running?.cancel(CancellationException("the test timed out"))
        if (hasEnded) {
            loop.stop()
        }
    }

    /** The last child of a coroutine may end on any thread. */
    private fun onLoop(action: () -> Unit) {
        if (loop.inEventLoop()) {
            action()
            return
        }
        try {
            loop.execute(action)
        } catch (_: RejectedExecutionException) {
            // The loop ended first, and its exit code says why.
        }
    }

    private fun fail(code: Int) {
        val all = listOfNotNull(timeoutError) + failures
        val first = all.firstOrNull() ?: leftovers
        if (first != null) {
            all.drop(1).filter { it !== first }.forEach(first::addSuppressed)
            throw first
        }
        if (!hasEnded || code != 0) {
            throw LoopExitException(code, "the loop of the test ended with exit code $code")
        }
    }

    /** Whether the body failed only because it was cancelled here. */
    private fun isOurs(failure: Throwable): Boolean =
        failure is CancellationException && (timeoutError != null || failures.isNotEmpty())

    private inner class IdleRule : VirtualTime.IdleRule {
        override fun idle(nanosToNext: Long, awaited: Boolean): Boolean {
            if (Thread.interrupted()) {
                this@LoopTest.interrupted()
                return true
            }
            return this@LoopTest.idle(nanosToNext, awaited)
        }

        override fun interrupted() {
            Thread.interrupted()
            loop.execute(this@LoopTest::interrupted)
        }
    }

    private inner class TestScope(override val coroutineContext: CoroutineContext) : LoopTestScope {
        override val loop get() = this@LoopTest.loop
        override val virtualTime: VirtualTime get() = time
        override val network: MemoryNetwork get() = time.network()
        override val testTimeSource: TimeSource.WithComparableMarks get() = clock.source
        override val currentTime: Long get() = time.nanoTime() / NANOS_PER_MILLI

        override val backgroundScope: LoopScope by lazy(LazyThreadSafetyMode.NONE) {
            BoundScope(
                loop,
                scopeOf(coroutines, context, backgroundJob).coroutineContext + coroutines.unrefDispatcher,
            )
        }

        override suspend fun runCurrent() = clock.runCurrent()

        override suspend fun advanceTimeBy(delayTime: Duration) = clock.advanceTimeBy(delayTime)

        override suspend fun advanceUntilIdle() = clock.advanceUntilIdle()

        override suspend fun turn(count: Int) = clock.turn(count)

        override fun toString(): String = "LoopTestScope($loop, $coroutineContext)"
    }

    /** Keeps the loop alive while the test runs, whatever its body waits for. */
    private inner class Keeper : Handle(loop, "runLoopTest") {
        fun begin() {
            activate()
        }

        override fun describe(): String = "the test body"
    }
}

private const val NANOS_PER_MILLI = 1_000_000L
