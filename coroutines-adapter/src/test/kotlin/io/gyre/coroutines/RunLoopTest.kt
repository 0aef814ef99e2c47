package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.UnsettledMain
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlin.concurrent.thread
import kotlin.coroutines.resume

/** A loop with a coroutine as its main program: its value, its failures, and how it ends. */
internal class RunLoopTest : FunSpec({
    test("returns the value of the main coroutine") {
        runLoop {
            delay(1)
            "done"
        } shouldBe "done"
    }

    test("throws the failure of the main coroutine, and ends the loop whatever is open") {
        val failure = IllegalArgumentException("no such thing")
        val codes = mutableListOf<Int>()
        shouldThrow<IllegalArgumentException> {
            runLoop {
                loop.setInterval({}, 1_000_000)
                loop.onExit { codes += it }
                delay(1)
                throw failure
            }
        } shouldBeSameInstanceAs failure
        codes shouldContainExactly listOf(1)
    }

    test("waits for children and fails with them") {
        val log = mutableListOf<String>()
        runLoop {
            launch {
                delay(5)
                log += "child"
            }
            log += "main"
        }
        log shouldContainExactly listOf("main", "child")
        shouldThrow<IllegalStateException> {
            runLoop<Unit> {
                launch { error("child failed") }
                awaitCancellation()
            }
        }.message shouldBe "child failed"
    }

    test("goes on after the main coroutine until nothing keeps the loop alive") {
        var fired = false
        runLoop { loop.setTimeout({ fired = true }, 5) }
        fired shouldBe true
    }

    test("waits for a callback from a foreign thread") {
        runLoop {
            suspendCancellableCoroutine { continuation -> thread { continuation.resume("foreign") } }
        } shouldBe "foreign"
    }

    test("a stuck program ends with 13 under EXIT, and its coroutines are cancelled") {
        var cause: Throwable? = null
        runLoopForExitCode(whenUnsettled = UnsettledMain.EXIT) {
            try {
                awaitCancellation()
            } catch (e: CancellationException) {
                cause = e
                throw e
            }
        } shouldBe 13
        cause?.message.orEmpty() shouldContain "has ended"
        shouldThrow<LoopExitException> {
            runLoop<Unit>(whenUnsettled = UnsettledMain.EXIT) { awaitCancellation() }
        }.exitCode shouldBe 13
    }

    test("the tree of a stuck program's coroutines names them") {
        var tree = ""
        runLoopForExitCode(whenUnsettled = UnsettledMain.EXIT) {
            val main = coroutineContext[Job]!!
            launch(CoroutineName("worker"), start = CoroutineStart.UNDISPATCHED) {
                launch(CoroutineName("inner"), start = CoroutineStart.UNDISPATCHED) { awaitCancellation() }
            }
            tree = main.describeTree(loop.loopCoroutines())
        } shouldBe 13
        tree shouldContain Regex("its main coroutine:\n  \"main\" .*\n    \"worker\" .*\n      \"inner\" .*")
    }

    test("exit ends the loop with its code, from wherever a coroutine asks") {
        runLoopForExitCode { loop.exit(3) } shouldBe 3
        runLoopForExitCode {
            launch {
                delay(1)
                loop.exit(4)
            }
            awaitCancellation()
        } shouldBe 4
        shouldThrow<LoopExitException> {
            runLoop<Unit> {
                delay(1)
                loop.exit(5)
            }
        }.exitCode shouldBe 5
    }

    test("an uncaught error of a callback ends the loop under the main coroutine") {
        shouldThrow<LoopExitException> {
            runLoop<Unit> {
                loop.setTimeout({ error("in a timer") }, 1)
                awaitCancellation()
            }
        }.exitCode shouldBe 1
    }

    test("a failed main coroutine is an uncaught error where the exit code is asked for") {
        runLoopForExitCode { error("fails") } shouldBe 1
        val errors = mutableListOf<String?>()
        runLoopForExitCode {
            loop.onUncaughtException { error, _ -> errors += error.message }
            loop.setTimeout({ errors += "goes on" }, 5)
            error("fails")
        } shouldBe 0
        errors shouldContainExactly listOf("fails", "goes on")
    }

    test("a main coroutine that cancels itself is not an error of the loop") {
        runLoopForExitCode {
            cancel()
            delay(1)
        } shouldBe 0
    }

    test("an exit code that was set is the program's") {
        runLoopForExitCode { loop.setExitCode(6) } shouldBe 6
    }

    test("a stopped loop cancels its main coroutine, which may still clean up") {
        val log = mutableListOf<String>()
        shouldThrow<LoopExitException> {
            runLoop {
                loop.stop()
                try {
                    delay(1_000_000)
                } finally {
                    log += "cleaned up"
                    EventLoop.currentOrNull() shouldBe loop
                }
            }
        }.exitCode shouldBe 13
        log shouldContainExactly listOf("cleaned up")
    }

    test("Dispatchers.Main is the loop that runLoop runs") {
        runLoop {
            val loopThread = Thread.currentThread()
            withContext(Dispatchers.Default) {
                withContext(Dispatchers.Main) {
                    Thread.currentThread() shouldBeSameInstanceAs loopThread
                    delay(1)
                    Thread.currentThread() shouldBeSameInstanceAs loopThread
                }
            }
            val log = mutableListOf<Int>()
            launch(Dispatchers.Main.immediate) { log += 1 }
            log += 2
            log shouldContainExactly listOf(1, 2)
        }
    }

    test("a coroutine that was resumed but had not run when the loop ended completes elsewhere") {
        val done = CompletableDeferred<Unit>()
        runLoopForExitCode {
            val gate = CompletableDeferred<Unit>()
            loop.asCoroutineDispatcher().let { dispatcher ->
                kotlinx.coroutines.CoroutineScope(dispatcher).launch(start = CoroutineStart.UNDISPATCHED) {
                    gate.await()
                    done.complete(Unit)
                }
            }
            gate.complete(Unit)
            loop.exit(0)
        } shouldBe 0
        done.await()
    }
})
