package io.gyre.loop

import io.gyre.coroutines.LoopCoroutines
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Runnable
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.StressOptions
import org.jetbrains.lincheck.datastructures.Validate
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Resumes from other threads race with the turns of a loop and with its end: none is lost, none runs twice. The loop is
 * the real one, on a poller that never waits. In the loop's package, to hand the loop to the threads of the checker.
 */
internal class OffLoopResumeLincheckTest : FunSpec({
    test("model checking") {
        ModelCheckingOptions()
            .sequentialSpecification(Anything::class.java)
            .iterations(6)
            .invocationsPerIteration(150)
            .threads(2)
            .actorsPerThread(2)
            .actorsBefore(0)
            .actorsAfter(0)
            .check(OffLoopResume::class.java)
    }

    test("stress") {
        StressOptions()
            .sequentialSpecification(Anything::class.java)
            .iterations(4)
            .invocationsPerIteration(500)
            .threads(3)
            .actorsPerThread(3)
            .actorsBefore(0)
            .actorsAfter(0)
            .check(OffLoopResume::class.java)
    }
})

/** The subject. */
class OffLoopResume {
    private val loop: EventLoop = EventLoop
        .builder()
        .name("lincheck")
        .poller { NeverWaits }
        .build()
    private val elsewhere = CountingDispatcher()
    private val coroutines = LoopCoroutines(loop, elsewhere)
    private val dispatched = AtomicInteger()
    private val ran = AtomicInteger()
    private val ranTwice = AtomicInteger()
    private val driver = loop.drive()
    private var ended = false

    init {
        loop.setOwner(null)
    }

    /** One continuation that is to run once. */
    private inner class Resumed : Runnable {
        private val count = AtomicInteger()

        override fun run() {
            if (count.incrementAndGet() == 1) ran.incrementAndGet() else ranTwice.incrementAndGet()
        }
    }

    @Operation
    fun resume() {
        coroutines.dispatcher.dispatch(EmptyCoroutineContext, Resumed())
        dispatched.incrementAndGet()
    }

    @Operation(nonParallelGroup = "loop")
    fun turn() {
        if (!ended) {
            onTheLoop { driver.turn() }
        }
    }

    @Operation(nonParallelGroup = "loop")
    fun end() {
        if (!ended) {
            ended = true
            onTheLoop { driver.end() }
        }
    }

    /** Between its turns nobody is on the loop's thread: a resume always comes from elsewhere. */
    private fun onTheLoop(action: () -> Unit) {
        loop.setOwner(Thread.currentThread())
        try {
            action()
        } finally {
            loop.setOwner(null)
        }
    }

    @Validate
    fun nothingIsLostOrDoneTwice() {
        check(ranTwice.get() == 0) { "a continuation ran twice" }
        val known = ran.get() + elsewhere.count.get()
        if (ended) {
            check(known == dispatched.get()) { "$known of ${dispatched.get()} continuations ran or went elsewhere" }
        } else {
            val waiting = loop.inbound.size()
            check(known + waiting == dispatched.get()) { "$known ran, $waiting wait, of ${dispatched.get()}" }
        }
    }

    private class CountingDispatcher : CoroutineDispatcher() {
        val count = AtomicInteger()

        override fun dispatch(context: CoroutineContext, block: Runnable) {
            count.incrementAndGet()
        }
    }

    private object NeverWaits : Poller {
        override fun poll(timeoutNanos: Long): Int = 0

        override fun wakeup(): Unit = Unit

        override fun close(): Unit = Unit
    }
}

/** Nothing is returned, so there is no order to compare: the validation is the test. */
class Anything {
    fun resume(): Unit = Unit

    fun turn(): Unit = Unit

    fun end(): Unit = Unit
}
