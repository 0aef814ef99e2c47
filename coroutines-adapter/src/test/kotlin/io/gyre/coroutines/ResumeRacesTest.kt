package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.time.Duration
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.coroutines.Continuation
import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine
import kotlin.random.Random

/**
 * Resumes and cancellations from other threads, racing with each other and with the end of the loop: every coroutine
 * completes, and cleans up once.
 */
@OptIn(DelicateCoroutinesApi::class)
internal class ResumeRacesTest : FunSpec({
    /** Runs the racers at the same time, each on a thread of its own. */
    fun race(vararg racers: () -> Unit) {
        val start = CyclicBarrier(racers.size)
        val failure = AtomicReference<Throwable?>()
        racers
            .map { racer ->
                thread {
                    start.await()
                    try {
                        racer()
                    } catch (e: Throwable) {
                        failure.set(e)
                    }
                }
            }.forEach { it.join() }
        failure.get()?.let { throw it }
    }

    test("resume races with cancel: exactly one wins, and the coroutine completes on the loop") {
        val loop = EventLoop.create().start()
        val scope = loop.coroutineScope()
        val resumed = AtomicInteger()
        val cancelled = AtomicInteger()
        repeat(2_000) {
            val waiting = AtomicReference<CancellableContinuation<Unit>?>()
            val job = scope.launch(Dispatchers.Unconfined + Job()) {
                withContext(loop.asCoroutineDispatcher()) {
                    try {
                        suspendCancellableCoroutine { waiting.set(it) }
                        resumed.incrementAndGet()
                    } catch (e: Throwable) {
                        cancelled.incrementAndGet()
                        throw e
                    } finally {
                        check(EventLoop.currentOrNull() === loop)
                    }
                }
            }
            while (waiting.get() == null) Thread.onSpinWait()
            race({ waiting.get()!!.resume(Unit) }, { job.cancel() })
            kotlinx.coroutines.runBlocking { job.join() }
        }
        resumed.get() + cancelled.get() shouldBe 2_000
        loop.shutdown(Duration.ofSeconds(30)).join() shouldBe 0
    }

    test("resume races with the end of the loop: the coroutine completes, here or elsewhere") {
        repeat(400) { round ->
            val loop = EventLoop.create().start()
            val random = Random(round)
            val waiting = AtomicReference<Continuation<Unit>?>()
            val cleanedUp = AtomicInteger()
            // A continuation that cannot be cancelled: only its resume can complete it.
            val job = CoroutineScope(loop.asCoroutineDispatcher()).launch {
                try {
                    suspendCoroutine { waiting.set(it) }
                    yield()
                    delay(1)
                } finally {
                    // Beyond the end it is cut short, as kotlinx.coroutines does on an executor that is shut down.
                    runCatching { withContext(NonCancellable) { yield() } }
                    cleanedUp.incrementAndGet()
                }
            }
            while (waiting.get() == null) Thread.onSpinWait()
            val pause = random.nextInt(2_000)
            race(
                {
                    repeat(pause) { Thread.onSpinWait() }
                    waiting.get()!!.resume(Unit)
                },
                { loop.stop() },
            )
            withClue("round $round") {
                job.join()
                cleanedUp.get() shouldBe 1
            }
            loop.termination().join()
        }
    }

    test("everything races with the end of the loop: all complete, all clean up once") {
        repeat(150) { round ->
            val loop = EventLoop.create().start()
            val scope = loop.coroutineScope()
            val begun = AtomicInteger()
            val over = AtomicInteger()
            val channel = Channel<Int>()

            suspend fun counted(block: suspend () -> Unit) {
                begun.incrementAndGet()
                try {
                    block()
                } finally {
                    over.incrementAndGet()
                }
            }
            val kinds = listOf<suspend () -> Unit>(
                // What waits for the loop: ended with it, whoever the parent is.
                { delay(1) },
                { delay(1_000_000) },
                { withTimeout(1) { delay(1_000_000) } },
                { while (true) yield() },
                { withContext(NonCancellable) { delay(1) } },
                { loop.blocking { Thread.yield() } },
                { withContext(NonCancellable) { loop.blocking { Thread.yield() } } },
                { Promise.resolve(loop, 1).await() },
                { withContext(NonCancellable) { Promise.withResolvers<Int>(loop).promise().await() } },
                { repeat(100) { withContext(Dispatchers.Default) { } } },
                // What waits for others: ended by its scope.
                { for (element in channel) check(element >= 0) },
                { repeat(1_000) { channel.send(it) } },
                { withContext(Dispatchers.Default) { delay(1) } },
            )
            val ownWay = 10
            val jobs = mutableListOf<Job>()
            val ended = AtomicInteger()
            race(
                {
                    kinds.forEachIndexed { i, kind ->
                        synchronized(jobs) {
                            jobs += scope.launch(if (i < ownWay) Job() else kotlin.coroutines.EmptyCoroutineContext) {
                                counted(kind)
                            }
                        }
                    }
                },
                {
                    repeat(kinds.size) {
                        synchronized(jobs) { jobs.getOrNull(it)?.takeIf { _ -> it % 3 == 0 }?.cancel() }
                    }
                },
                {
                    repeat(round * 20) { Thread.onSpinWait() }
                    when (round % 3) {
                        0 -> loop.stop()
                        1 -> loop.shutdown(Duration.ZERO)
                        else -> runCatching { loop.execute { loop.exit(0) } }
                    }
                    ended.incrementAndGet()
                },
            )
            ended.get() shouldBe 1
            withClue("round $round") {
                loop.termination().join()
                jobs.joinAll()
                over.get() shouldBe begun.get()
            }
        }
    }

    test("timers set and cleared from other threads while the loop ends: no delay is left asleep") {
        repeat(200) { round ->
            val loop = EventLoop.create().start()
            val jobs = List(4) {
                // Started off the loop's thread, so that the timer is set from there.
                CoroutineScope(Dispatchers.Default).launch(start = CoroutineStart.LAZY) {
                    launch(loop.asCoroutineDispatcher(), CoroutineStart.UNDISPATCHED) { delay(1_000_000) }
                }
            }
            race(
                { jobs.forEach { it.start() } },
                { jobs.filterIndexed { i, _ -> (i + round) % 2 == 0 }.forEach { it.cancel() } },
                {
                    repeat(round * 10) { Thread.onSpinWait() }
                    loop.stop()
                },
            )
            withClue("round $round") { jobs.joinAll() }
            loop.termination().join()
        }
    }
})
