package io.gyre.coroutines

import io.gyre.loop.AsyncLocalStorage
import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.resume

/** Coroutines of more than one loop: started on a loop or a group, and hopping between loops. */
internal class WithLoopTest : FunSpec({
    fun onTwoLoops(test: suspend LoopScope.(EventLoopGroup) -> Unit) {
        EventLoopGroup.start(2).use { group -> runLoop { test(group) } }
    }

    test("a loop starts coroutines from any thread, on its own") {
        val loop = EventLoop.create().start()
        val names = ConcurrentLinkedQueue<String>()
        loop
            .launch {
                names += EventLoop.current().name()
                this.loop shouldBeSameInstanceAs loop
            }.join()
        loop.async { EventLoop.current().name() }.await() shouldBe loop.name()
        names.single() shouldBe loop.name()
        loop.shutdown(Duration.ofSeconds(30)).join() shouldBe 0
    }

    test("a coroutine of a loop ends with it, whoever its parent is, and fails to its policy") {
        val loop = EventLoop.create().start()
        val parent = Job()
        val own = loop.launch { awaitCancellation() }
        val foreign = loop.launch(parent) { awaitCancellation() }
        val errors = CompletableDeferred<Throwable>()
        loop.launch(CoroutineExceptionHandler { _, e -> errors.complete(e) }) { error("fails") }.join()
        errors.await().message shouldBe "fails"
        loop.shutdown(Duration.ofSeconds(30)).join() shouldBe 0
        own.join()
        foreign.join()
        own.isCancelled shouldBe true
        foreign.isCancelled shouldBe true
        parent.isActive shouldBe true
        loop.launch { error("must not run") }.apply { join() }.isCancelled shouldBe true
    }

    test("coroutines that have ended leave nothing with their loop") {
        runLoop {
            val root = loop.loopCoroutines().rootJob
            val before = root.children.count()
            repeat(10) {
                loop.launch { yield() }.join()
                loop.launch(Job()) { yield() }.join()
                withLoop(loop) { yield() }
            }
            root.children.count() shouldBe before
        }
    }

    test("a block runs on the other loop's thread, its caller goes on on its own") {
        onTwoLoops { group ->
            val here = Thread.currentThread()
            val callers = loop
            val other = group.next()
            val value = withLoop(other) {
                loop shouldBeSameInstanceAs other
                EventLoop.current() shouldBeSameInstanceAs other
                delay(1)
                yield()
                EventLoop.current() shouldBeSameInstanceAs other
                withLoop(group) { EventLoop.current() } shouldBeSameInstanceAs group.loops()[1]
                EventLoop.current() shouldBeSameInstanceAs other
                // A post runs in a later callback: the caller has been suspended by then.
                suspendCancellableCoroutine { posted -> callers.execute { posted.resume(Unit) } }
                "value"
            }
            value shouldBe "value"
            Thread.currentThread() shouldBeSameInstanceAs here
            loop.phase().name shouldBe "POLL"
        }
    }

    test("on the same loop a block begins at once") {
        steps(3) {
            runLoop {
                launch { expect(3) }
                withLoop(loop) {
                    expect(1)
                    loop.phase().name shouldBe "MAIN"
                }
                expect(2)
            }
        }
    }

    test("a coroutine of another dispatcher hops to a loop and back") {
        onTwoLoops { group ->
            withContext(Dispatchers.Default) {
                withLoop(group.next()) { EventLoop.current().name() } shouldContain "gyre-group"
                EventLoop.currentOrNull() shouldBe null
            }
        }
    }

    test("a block waits for its children, and what it throws is thrown to the caller") {
        onTwoLoops { group ->
            val log = ConcurrentLinkedQueue<String>()
            withLoop(group) {
                launch {
                    delay(2)
                    log += "child"
                }
            }
            log += "caller"
            log shouldContainExactly listOf("child", "caller")
            shouldThrow<IllegalArgumentException> {
                withLoop<Unit>(group) { throw IllegalArgumentException("from there") }
            }.message shouldBe "from there"
        }
    }

    test("a cancelled caller cancels the block, and waits until it has cleaned up") {
        onTwoLoops { group ->
            val inside = CompletableDeferred<Unit>()
            val log = ConcurrentLinkedQueue<String>()
            val caller = launch(start = CoroutineStart.UNDISPATCHED) {
                withLoop(group) {
                    try {
                        inside.complete(Unit)
                        awaitCancellation()
                    } finally {
                        withContext(NonCancellable) { delay(2) }
                        log += "cleaned up on ${EventLoop.current().name()}"
                    }
                }
            }
            inside.await()
            caller.cancel()
            caller.join()
            log shouldContainExactly listOf("cleaned up on gyre-group-1")
        }
    }

    test("a loop that ends cancels the block with the reason; its caller goes on") {
        val other = EventLoop
            .builder()
            .name("other")
            .build()
            .start()
        runLoop {
            val inside = CompletableDeferred<Unit>()
            val never = CompletableDeferred<Unit>()
            val caller = async(start = CoroutineStart.UNDISPATCHED) {
                runCatching {
                    withLoop(other) {
                        inside.complete(Unit)
                        never.await()
                    }
                }.exceptionOrNull()
            }
            inside.await()
            other.stop()
            caller.await()?.message.orEmpty() shouldContain "event loop 'other' has ended"
            isActive shouldBe true
            shouldThrow<CancellationException> { withLoop(other) { error("must not run") } }
                .message
                .orEmpty() shouldContain "event loop 'other' has ended"
            isActive shouldBe true
        }
    }

    test("the context frame goes along, what the block enters stays there") {
        val user = AsyncLocalStorage<String>("user")
        onTwoLoops { group ->
            user.enterWith("ann")
            withLoop(group) {
                user.store shouldBe "ann"
                user.enterWith("bob")
                delay(1)
                user.store shouldBe "bob"
            }
            user.store shouldBe "ann"
        }
    }

    test("the context frame goes along with withContext and the other loop's dispatcher too, at once") {
        val user = AsyncLocalStorage<String>("user")
        onTwoLoops { group ->
            repeat(1_000) { i ->
                user.enterWith("a$i")
                withContext(group.dispatchers[0]) {
                    check(user.store == "a$i")
                    user.enterWith("b$i")
                    withLoop(group.loops()[1]) { check(user.store == "b$i") }
                }
                // Whether or not the block was over before this coroutine could suspend.
                check(user.store == "a$i")
                user.enterWith("c$i")
                // Nested on the same loop it is in its frame already.
                withContext(kotlinx.coroutines.CoroutineName("nested")) {
                    check(user.store == "c$i")
                    user.enterWith("d$i")
                    if (i % 2 == 0) yield()
                    check(user.store == "d$i")
                }
                yield()
                check(user.store == "d$i")
            }
        }
    }

    test("a group spreads coroutines over its loops, and each stays on its own") {
        EventLoopGroup.start(3).use { group ->
            val hops = AtomicInteger()
            runLoop {
                val started = List(30) {
                    group.async {
                        val mine = EventLoop.current()
                        repeat(5) {
                            delay(1)
                            if (EventLoop.current() !== mine) hops.incrementAndGet()
                            withContext(Dispatchers.Default) { }
                            if (EventLoop.current() !== mine) hops.incrementAndGet()
                        }
                        mine
                    }
                }
                started
                    .awaitAll()
                    .groupingBy { it }
                    .eachCount()
                    .values
                    .toSet() shouldBe setOf(10)
                List(6) { async(group.nextDispatcher()) { EventLoop.current() } }.awaitAll().toSet().size shouldBe 3
            }
            hops.get() shouldBe 0
            group.dispatchers.map { it.loop } shouldBe group.loops()
            group.dispatchers[0] shouldBeSameInstanceAs group.loops()[0].asCoroutineDispatcher()
        }
    }

    test("many coroutines hop between loops without losing one") {
        EventLoopGroup.start(2).use { group ->
            val done = AtomicInteger()
            runLoop {
                repeat(200) {
                    launch {
                        repeat(20) { withLoop(group) { yield() } }
                        check(EventLoop.current() === loop)
                        done.incrementAndGet()
                    }
                }
            }
            done.get() shouldBe 200
        }
    }
})
