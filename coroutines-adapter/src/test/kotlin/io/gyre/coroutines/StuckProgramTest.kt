package io.gyre.coroutines

import io.gyre.loop.UnsettledMain
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.debug.DebugProbes
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import kotlin.concurrent.thread

/** What a program is told when nothing on its loop can resume its main coroutine. */
@OptIn(ExperimentalCoroutinesApi::class)
internal class StuckProgramTest : FunSpec({
    /** What is logged, which slf4j-simple writes to standard error. */
    fun logOf(program: () -> Unit): String {
        val log = ByteArrayOutputStream()
        val former = System.err
        System.setErr(PrintStream(log, true))
        try {
            program()
        } finally {
            System.setErr(former)
        }
        return log.toString()
    }

    suspend fun waitsForAnAnswer(answers: Channel<Unit>) {
        answers.receive()
        println("never printed")
    }

    suspend fun LoopScope.getsStuck() {
        val answers = Channel<Unit>()
        coroutineScope {
            launch(CoroutineName("asker")) { waitsForAnAnswer(answers) }
            launch(CoroutineName("sleeper")) { awaitCancellation() }
        }
    }

    test("without debug probes: the tree of jobs with their names, and how to learn more") {
        val log = logOf {
            runLoopForExitCode(whenUnsettled = UnsettledMain.EXIT) { getsStuck() } shouldBe 13
        }
        log shouldContain "the main task is unsettled and nothing keeps the loop alive; exit code 13"
        log shouldContain
            Regex("its main coroutine:\n  \"main\" .*Deferred.*\n    .*\n      \"asker\" .*\n      \"sleeper\" .*\n")
        log shouldContain "DebugProbes.install()"
        log shouldNotContain "waitsForAnAnswer"
    }

    test("with debug probes: where each coroutine is suspended") {
        DebugProbes.install()
        try {
            val log = logOf {
                runLoopForExitCode(whenUnsettled = UnsettledMain.EXIT) { getsStuck() } shouldBe 13
            }
            log shouldContain
                Regex("\"asker\" .*\n +at io.gyre.coroutines.StuckProgramTest.*waitsForAnAnswer.*StuckProgramTest.kt")
            log shouldContain
                Regex("\"sleeper\" .*\n +at .*awaitCancellation.*\n +at io.gyre.coroutines.StuckProgramTest")
            log shouldContain Regex("\"main\" .*\n +at io.gyre.coroutines.StuckProgramTest.*getsStuck")
            log shouldNotContain "DebugProbes.install()"
        } finally {
            DebugProbes.uninstall()
        }
    }

    test("what runs elsewhere is named with its dispatcher, and coroutines of the loop are listed, up to 200") {
        DebugProbes.install()
        try {
            val log = logOf {
                runLoopForExitCode(whenUnsettled = UnsettledMain.EXIT) {
                    val stuck = loop.launch(CoroutineName("of the loop")) { Channel<Unit>().receive() }
                    repeat(1_000) { loop.launch { awaitCancellation() } }
                    launch(Dispatchers.Default + CoroutineName("elsewhere")) { awaitCancellation() }
                    stuck.join()
                } shouldBe 13
            }
            log shouldContain Regex("\n    \"elsewhere\" .* on Dispatchers.Default\n")
            log shouldContain Regex("\nOther coroutines of the loop:\n  \"of the loop\" .*\n +at .*StuckProgramTest")
            log shouldContain "\n  ... and more"
            log.lines().count { "awaitCancellation" in it } shouldBeInRange 190..200
            log shouldNotContain "DebugProbes.install()"
        } finally {
            DebugProbes.uninstall()
        }
    }

    test("under WAIT nothing is said while a coroutine of the program is at work elsewhere") {
        logOf {
            runLoop {
                val dry = CompletableDeferred<Unit>()
                loop.onBeforeExit { dry.complete(Unit) }
                withContext(Dispatchers.Default) {
                    dry.await()
                    // At work until the loop waits: what would be said has been said by then.
                    while (loop.phase().name != "POLL") Thread.onSpinWait()
                }
            }
        } shouldNotContain "waiting for another thread"
        runLoop {
            val main = coroutineContext.job
            main.runsElsewhere(loop) shouldBe false
            // Dispatchers.Main itself is wrapped where kotlinx-coroutines-test is on the class path.
            withContext(MainLoopDispatcher(immediately = false)) { main.runsElsewhere(loop) shouldBe false }
            withContext(Dispatchers.Default) { main.runsElsewhere(loop) shouldBe true }
            coroutineScope {
                launch(loop.asCoroutineDispatcher().immediate) { main.runsElsewhere(loop) shouldBe false }
                launch { launch(Dispatchers.IO) { main.runsElsewhere(loop) shouldBe true } }
            }
        }
    }

    test("under WAIT it is said once, and another thread may still help") {
        val log = logOf {
            runLoop {
                repeat(3) {
                    val answer = CompletableDeferred<Unit>()
                    // The loop is dry by the time that this thread answers, or soon after: both must work.
                    thread { answer.complete(Unit) }
                    answer.await()
                }
                val last = CompletableDeferred<Unit>()
                val helper = thread {
                    while (loop.phase().name != "POLL") Thread.onSpinWait()
                    last.complete(Unit)
                }
                last.await()
                helper.join()
            }
        }
        (log.split("waiting for another thread to").size <= 2) shouldBe true
    }
})
