package io.gyre.coroutines

import io.gyre.loop.AsyncLocalStorage
import io.gyre.loop.EventLoop
import io.gyre.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.CompletableFuture
import kotlin.concurrent.thread

/** When a coroutine goes on, among everything else that a loop runs. */
internal class DispatcherOrderTest : FunSpec({
    test("a launched coroutine is a microtask: after the callback and its ticks, before timers and immediates") {
        steps(6) {
            runLoop {
                launch { expect(4) }
                loop.queueMicrotask { expect(5) }
                loop.nextTick { expect(3) }
                loop.setImmediate { expect(6) }
                expect(1)
                // The main coroutine began in the main callback, not in a microtask.
                loop.phase().name shouldBe "MAIN"
                expect(2)
            }
        }
    }

    test("microtasks of coroutines and of the loop share one queue, ticks come between drains") {
        steps(7) {
            runLoop {
                loop.queueMicrotask { expect(2) }
                launch {
                    expect(3)
                    loop.nextTick { expect(6) }
                    launch { expect(5) }
                }
                loop.queueMicrotask { expect(4) }
                loop.setImmediate { expect(7) }
                expect(1)
            }
        }
    }

    test("a coroutine resumed by a timer's callback goes on before the next callback of the timers phase") {
        steps(4) {
            runLoop {
                val gate = CompletableDeferred<Unit>()
                loop.setTimeout({
                    expect(1)
                    gate.complete(Unit)
                    expect(2)
                }, 1)
                loop.setTimeout({ expect(4) }, 1)
                gate.await()
                expect(3)
            }
        }
    }

    test("after a yield or a delay as after any await: microtasks that a coroutine queues come before its ticks") {
        val log = mutableListOf<String>()
        runLoop {
            suspend fun queue(after: String) {
                loop.nextTick { log += "tick after $after" }
                loop.queueMicrotask { log += "microtask after $after" }
                promise { log += "async after $after" }.await()
                log += "reaction after $after"
            }
            yield()
            queue("yield")
            delay(1)
            queue("delay")
            loop.awaitImmediate()
            queue("immediate")
        }
        log shouldContainExactly listOf("yield", "delay", "immediate").flatMap {
            listOf("async after $it", "microtask after $it", "reaction after $it", "tick after $it")
        }
    }

    test("after a delay in a context frame it is the same") {
        val storage = AsyncLocalStorage<String>("none")
        val log = mutableListOf<String>()
        runLoop {
            storage.run("framed") {
                CoroutineScope(loop.asCoroutineDispatcher()).launch {
                    delay(1)
                    log += "delay ${storage.store}"
                    loop.nextTick { log += "tick" }
                    loop.queueMicrotask { log += "microtask" }
                }
            }
        }
        log shouldContainExactly listOf("delay framed", "microtask", "tick")
    }

    test("yield goes on in the check phase of the running turn, after microtasks and ticks") {
        steps(5) {
            runLoop {
                loop.setImmediate { expect(3) }
                loop.queueMicrotask { expect(2) }
                expect(1)
                yield()
                expect(4)
                loop.phase().name shouldBe "CHECK"
                loop.setImmediate { expect(5) }
            }
        }
    }

    test("a loop of yields starves neither timers nor posts") {
        runLoop {
            var timerFired = false
            var posted = false
            loop.setTimeout({ timerFired = true }, 5)
            thread { loop.execute { posted = true } }
            val before = loop.turnCount()
            while (!timerFired || !posted) {
                yield()
            }
            loop.turnCount() shouldBeGreaterThan before
        }
    }

    test("delays and timers of equal deadline fire in the order they were set") {
        val log = mutableListOf<String>()
        // In virtual time: the clock must stand still while they are set.
        runLoop(VirtualTime().builder()) {
            launch(start = CoroutineStart.UNDISPATCHED) {
                delay(20)
                log += "delay 1"
            }
            loop.setTimeout({ log += "timer" }, 20)
            launch(start = CoroutineStart.UNDISPATCHED) {
                delay(20)
                log += "delay 2"
            }
            launch(start = CoroutineStart.UNDISPATCHED) {
                delay(10)
                log += "shorter"
            }
        }
        log shouldContainExactly listOf("shorter", "delay 1", "timer", "delay 2")
    }

    test("a delay goes on in the timers phase") {
        runLoop {
            delay(1)
            loop.phase().name shouldBe "TIMERS"
        }
    }

    test("a coroutine resumed from another thread goes on in the poll phase, on the loop's thread") {
        runLoop {
            val loopThread = Thread.currentThread()
            val gate = CompletableDeferred<Thread>()
            // In the check phase, when the main coroutine has been suspended for long: else it would not be resumed.
            loop.setImmediate { thread { gate.complete(Thread.currentThread()) } }
            gate.await()
            Thread.currentThread() shouldBeSameInstanceAs loopThread
            loop.phase().name shouldBe "POLL"
            yield()
            loop.phase().name shouldBe "CHECK"
            withContext(Dispatchers.Default) {
                // A post runs in a later callback: the coroutine that it is made for has been suspended by then.
                CompletableFuture.runAsync({}, loop).join()
            }
            Thread.currentThread() shouldBeSameInstanceAs loopThread
            loop.phase().name shouldBe "POLL"
        }
    }

    test("immediate runs inside of the caller on the loop's thread, and dispatches from elsewhere") {
        steps(6) {
            runLoop {
                val immediate = loop.asCoroutineDispatcher().immediate
                expect(1)
                launch(immediate) {
                    expect(2)
                    // Nested ones wait for the outer one, so that a chain of them cannot overflow the stack.
                    launch(immediate) { expect(4) }
                    expect(3)
                }
                expect(5)
                val loopThread = Thread.currentThread()
                withContext(Dispatchers.Default) {
                    withContext(immediate) { Thread.currentThread() shouldBeSameInstanceAs loopThread }
                }
                expect(6)
            }
        }
    }

    test("withContext on the same loop does not dispatch") {
        steps(3) {
            runLoop {
                loop.queueMicrotask { expect(3) }
                expect(1)
                withContext(loop.asCoroutineDispatcher()) { expect(2) }
            }
        }
    }

    test("10,000 coroutines go on in the order they were launched") {
        val count = 10_000
        val log = ArrayList<Int>(2 * count)
        runLoop {
            repeat(count) { i ->
                launch {
                    log += i
                    delay(1)
                    log += count + i
                }
            }
        }
        log shouldContainExactly (0 until 2 * count).toList()
    }

    test("the dispatcher is one for its loop, and says which") {
        val loop = EventLoop.builder().name("main").build()
        val dispatcher = loop.asCoroutineDispatcher()
        loop.asCoroutineDispatcher() shouldBeSameInstanceAs dispatcher
        dispatcher.loop shouldBeSameInstanceAs loop
        dispatcher.toString() shouldBe "Loop(main)"
        dispatcher.immediate.toString() shouldBe "Loop(main).immediate"
        dispatcher.immediate.immediate shouldBe dispatcher.immediate
        dispatcher.limitedParallelism(1) shouldBeSameInstanceAs dispatcher
        dispatcher.limitedParallelism(4, "files").toString() shouldBe "files"
        loop.stop()
    }
})
