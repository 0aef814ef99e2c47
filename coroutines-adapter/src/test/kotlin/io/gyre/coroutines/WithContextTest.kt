package io.gyre.coroutines

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine

/** A context whose job has no parent: what runs in it is nobody's child. */
private fun unrelated(): CoroutineContext = Job()

/** What kotlinx.coroutines asks of `withContext`, of undispatched starts and of dispatched continuations. */
internal class WithContextTest : FunSpec({
    test("in the same context: no dispatch on the way in or out, and what it throws is thrown") {
        steps(6) {
            runLoop {
                expect(1)
                launch { expect(6) }
                expect(2)
                withContext(coroutineContext) {
                    expect(3)
                    "value"
                } shouldBe "value"
                expect(4)
                shouldThrow<ExpectedFailure> { withContext<Unit>(coroutineContext) { throw ExpectedFailure() } }
                expect(5)
            }
        }
    }

    test("in the same context: suspends only when the block does") {
        steps(6) {
            runLoop {
                expect(1)
                launch { expect(4) }
                expect(2)
                withContext(coroutineContext) {
                    expect(3)
                    yield()
                    expect(5)
                }
                expect(6)
            }
        }
    }

    test("with another element on the same dispatcher: no dispatch") {
        steps(4) {
            runLoop {
                launch { expect(4) }
                expect(1)
                withContext(CoroutineName("inner")) {
                    expect(2)
                    coroutineContext[CoroutineName]?.name shouldBe "inner"
                }
                expect(3)
            }
        }
    }

    test("on another dispatcher of the loop: dispatched there and back, in order") {
        steps(6) {
            runLoop {
                expect(1)
                launch { expect(2) }
                withContext(WrappedDispatcher(coroutineContext)) {
                    expect(3)
                    launch { expect(5) }
                    expect(4)
                }
                expect(6)
            }
        }
    }

    test("a failure of the block is caught outside, also one of its children") {
        steps(4) {
            runLoop {
                shouldThrow<ExpectedFailure> {
                    withContext<Unit>(WrappedDispatcher(coroutineContext)) {
                        expect(1)
                        throw ExpectedFailure()
                    }
                }
                expect(2)
                shouldThrow<ExpectedFailure> {
                    withContext(WrappedDispatcher(coroutineContext)) {
                        launch { throw ExpectedFailure() }
                        expect(3)
                    }
                }
                expect(4)
            }
        }
    }

    test("a job that is cancelled beforehand: the block does not run") {
        runLoop {
            val cancelled = Job().apply { cancel() }
            shouldThrow<CancellationException> { withContext(cancelled) { error("must not run") } }
            shouldThrow<CancellationException> {
                withContext(cancelled + WrappedDispatcher(coroutineContext)) { error("must not run") }
            }
        }
    }

    test("a job that is cancelled inside: the block sees it when it suspends, and the caller when it ends") {
        steps(4) {
            runLoop {
                val job = Job()
                shouldThrow<CancellationException> {
                    withContext(job) {
                        expect(1)
                        job.cancel()
                        isActive shouldBe false
                        shouldThrow<CancellationException> { yield() }
                        expect(2)
                    }
                }
                expect(3)
                val other = Job()
                shouldThrow<CancellationException> {
                    withContext(other + WrappedDispatcher(coroutineContext)) {
                        yield()
                        expect(4)
                        other.cancel()
                        shouldThrow<CancellationException> { yield() }
                    }
                }
            }
        }
    }

    test("cancelled and failed at once: the failure wins") {
        runLoop {
            for (dispatcher in listOf(CoroutineName("same"), WrappedDispatcher(coroutineContext))) {
                var caught: Throwable? = null
                val child = launch(unrelated(), start = CoroutineStart.LAZY) {
                    val self = coroutineContext[Job]!!
                    try {
                        withContext<Unit>(dispatcher) {
                            yield()
                            self.cancel()
                            throw ExpectedFailure()
                        }
                    } catch (e: Throwable) {
                        caught = e
                    }
                }
                child.join()
                (caught is ExpectedFailure) shouldBe true
            }
        }
    }

    test("cancelled while it returns a value: the caller is cancelled, the value lost") {
        runLoop {
            var caught: Throwable? = null
            launch(unrelated()) {
                val self = coroutineContext[Job]!!
                try {
                    withContext(WrappedDispatcher(coroutineContext)) {
                        self.cancel()
                        "value"
                    }
                } catch (e: Throwable) {
                    caught = e
                }
            }.join()
            (caught is CancellationException) shouldBe true
        }
    }

    test("a cancelled caller waits for a block that cannot be cancelled") {
        steps(3) {
            runLoop {
                val child = launch(start = CoroutineStart.UNDISPATCHED) {
                    withContext(NonCancellable) {
                        delay(5)
                        expect(2)
                    }
                }
                expect(1)
                child.cancel()
                child.join()
                expect(3)
            }
        }
    }

    test("one coroutine cancels another between dispatch and run") {
        steps(3) {
            runLoop {
                launch {
                    val first = coroutineContext[Job]!!
                    expect(1)
                    withContext(WrappedDispatcher(coroutineContext)) {
                        expect(2)
                        // Queued before the first is resumed.
                        launch(unrelated()) {
                            expect(3)
                            first.cancel()
                        }
                    }
                    error("must not run")
                }.join()
            }
        }
    }

    test("an undispatched start runs to its first suspension, and goes on as any other") {
        steps(5) {
            runLoop {
                launch(start = CoroutineStart.UNDISPATCHED) {
                    expect(1)
                    yield()
                    expect(4)
                    loop.phase().name shouldBe "CHECK"
                }
                expect(2)
                loop.queueMicrotask { expect(3) }
                yield()
                expect(5)
            }
        }
    }

    test("an undispatched start runs even if it is cancelled, a default one does not, an atomic one does") {
        steps(2) {
            runLoop {
                val cancelled: CoroutineContext = Job().apply { cancel() }
                launch(cancelled, CoroutineStart.UNDISPATCHED) { expect(1) }
                launch(cancelled) { error("must not run") }
                @OptIn(kotlinx.coroutines.DelicateCoroutinesApi::class)
                launch(cancelled, CoroutineStart.ATOMIC) { expect(2) }
            }
        }
    }

    test("a continuation that cannot be cancelled is resumed, cancelled or not") {
        steps(6) {
            runLoop {
                lateinit var waiting: Continuation<String>
                val child = launch(start = CoroutineStart.UNDISPATCHED) {
                    expect(1)
                    coroutineContext[Job]!!.cancel()
                    suspendCoroutine { waiting = it } shouldBe "first"
                    expect(4)
                    suspendCoroutine { waiting = it } shouldBe "second"
                    expect(6)
                }
                expect(2)
                waiting.resume("first")
                expect(3)
                yield()
                expect(5)
                waiting.resume("second")
                child.cancel()
                yield()
            }
        }
    }

    test("a resume that was dispatched loses against a cancellation before it runs") {
        steps(3) {
            runLoop {
                lateinit var waiting: Continuation<String>
                val child = launch(start = CoroutineStart.UNDISPATCHED) {
                    expect(1)
                    shouldThrow<CancellationException> { suspendCancellableCoroutine { waiting = it } }
                    expect(3)
                }
                waiting.resume("too late")
                child.cancel()
                expect(2)
            }
        }
    }

    test("a coroutine that hops between threads comes back to the loop every time") {
        runLoop {
            val here = Thread.currentThread()
            repeat(200) {
                val there = withContext(Dispatchers.Default) { Thread.currentThread() }
                (there === here) shouldBe false
                (Thread.currentThread() === here) shouldBe true
            }
        }
    }

    test("cancelling what waits elsewhere reaches it") {
        runLoop {
            val child = launch(start = CoroutineStart.UNDISPATCHED) {
                withContext(Dispatchers.Default) { awaitCancellation() }
            }
            yield()
            child.cancel("no longer wanted")
            child.join()
            child.isCancelled shouldBe true
        }
    }
})
