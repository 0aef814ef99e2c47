package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.Registration
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.hours

/** Scopes that are bound to a loop, what their errors do, and what becomes of coroutines when the loop has ended. */
internal class EndedLoopTest : FunSpec({
    test("a coroutine that is dispatched to a loop that has ended is cancelled and completes") {
        val loop = EventLoop.create()
        loop.run {}
        val job = CoroutineScope(loop.asCoroutineDispatcher()).launch { error("must not run") }
        job.join()
        job.isCancelled shouldBe true
        shouldThrow<CancellationException> { withContext(loop.asCoroutineDispatcher()) { } }
            .message
            .orEmpty() shouldContain "has ended"
    }

    test("coroutines of any scope that sleep when their loop ends are cancelled") {
        val loop = EventLoop.create().start()
        val job = CoroutineScope(loop.asCoroutineDispatcher()).launch { delay(1_000_000) }
        loop.execute { loop.stop() }
        loop.termination().join()
        job.join()
        job.isCancelled shouldBe true
    }

    fun endsWithItsLoop(
        what: String,
        wait: suspend (EventLoop) -> Unit,
    ) {
        test("a coroutine that cannot be cancelled and waits for $what ends with its loop") {
            val loop = EventLoop.create().start()
            val begun = CompletableFuture<Unit>()
            val ended = CompletableFuture<Throwable?>()
            CoroutineScope(loop.asCoroutineDispatcher() + Job()).launch {
                withContext(NonCancellable) {
                    loop.setImmediate { begun.complete(Unit) }
                    ended.complete(runCatching { wait(loop) }.exceptionOrNull())
                }
            }
            begun.join()
            loop.stop()
            loop.termination().join()
            ended.get(60, TimeUnit.SECONDS).shouldBeInstanceOf<CancellationException>()
        }
    }
    endsWithItsLoop("the drain event") { loop ->
        val sink = Sink(loop, stuck = true)
        repeat(HIGH_WATER_MARK) { sink.awaitWrite(1) }
    }
    endsWithItsLoop("the finish event") { loop ->
        val sink = Sink(loop, stuck = true)
        sink.write(1)
        sink.awaitEnd()
    }
    endsWithItsLoop("a chunk") { loop -> Silent(loop).asFlow().collect { } }
    endsWithItsLoop("the end of a stream") { loop -> Silent(loop).awaitFinished() }
    endsWithItsLoop("a pipeline") { loop -> pipeline(Silent(loop), Sink(loop)) }
    endsWithItsLoop("a flow that is piped") { loop -> flowOf(1, 2, 3, 4, 5).pipeTo(Sink(loop, stuck = true)) }

    endsWithItsLoop("an event") { awaitEvent<Unit> { Registration { } } }
    endsWithItsLoop("a tick of an interval") { loop -> loop.interval(1.hours).collect { } }

    test("a delay that begins after the loop's end is cancelled") {
        val loop = EventLoop.create()
        loop.run {}
        val dispatcher = loop.asCoroutineDispatcher()
        val job = CoroutineScope(dispatcher).async(start = kotlinx.coroutines.CoroutineStart.UNDISPATCHED) {
            delay(1_000_000)
        }
        shouldThrow<CancellationException> { job.await() }
    }

    test("a bound scope is cancelled when its loop ends, and from the start on a loop that has ended") {
        val loop = EventLoop.create().start()
        val scope = loop.coroutineScope()
        val job = scope.launch { awaitCancellation() }
        loop.shutdown(Duration.ofSeconds(30)).join()
        job.join()
        scope.isActive shouldBe false
        loop.coroutineScope().isActive shouldBe false
    }

    test("a bound scope ends with its parent too") {
        val loop = EventLoop.create().start()
        val parent = Job()
        val scope = loop.coroutineScope(parent)
        val job = scope.launch { awaitCancellation() }
        parent.cancelAndJoin()
        job.isCancelled shouldBe true
        val other = Job()
        val orphan = loop.coroutineScope(other).launch { awaitCancellation() }
        loop.shutdown(Duration.ofSeconds(30)).join()
        orphan.join()
        other.isActive shouldBe true
    }

    test("a coroutine's own exception handler comes first, then the loop's policy") {
        val loop = EventLoop.create()
        val log = mutableListOf<String>()
        loop.run {
            loop.onUncaughtException { error, _ -> log += "loop: ${error.message}" }
            val scope = loop.coroutineScope()
            scope.launch(CoroutineExceptionHandler { _, error -> log += "own: ${error.message}" }) { error("1") }
            scope.launch { error("2") }
            scope.launch {
                log += "siblings go on"
            }
        } shouldBe 0
        log shouldContainExactly listOf("own: 1", "loop: 2", "siblings go on")
    }

    test("without a handler an exception in a coroutine ends the loop with 1") {
        val loop = EventLoop.create()
        loop.run { loop.coroutineScope().launch { error("nobody handles this") } } shouldBe 1
    }

    test("a scope that has nothing but the dispatcher reports to the loop's policy too") {
        val loop = EventLoop.create()
        val errors = mutableListOf<String?>()
        loop.run {
            loop.onUncaughtException { error, _ -> errors += error.message }
            CoroutineScope(loop.asCoroutineDispatcher()).launch { error("bare") }
        } shouldBe 0
        errors shouldContainExactly listOf("bare")
    }

    test("what fails off the loop's thread is raised on it") {
        val loop = EventLoop.create().start()
        val raised = CompletableFuture<Thread>()
        loop.execute { loop.onUncaughtException { _, _ -> raised.complete(Thread.currentThread()) } }
        loop.coroutineScope().launch(kotlinx.coroutines.Dispatchers.Default) { error("elsewhere") }
        raised.join().name shouldBe loop.name()
        loop.shutdown(Duration.ofSeconds(30)).join() shouldBe 0
    }
})
