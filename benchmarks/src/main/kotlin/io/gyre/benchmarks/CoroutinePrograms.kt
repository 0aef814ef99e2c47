package io.gyre.benchmarks

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.util.concurrent.CompletableFuture

/** What coroutines do all day, on one dispatcher. Each program returns when it is through. */
internal class CoroutinePrograms(
    dispatcher: CoroutineDispatcher,
) {
    private val scope = CoroutineScope(dispatcher + SupervisorJob())

    /** Two coroutines that give way to each other. */
    fun yields(count: Int): Unit =
        run {
            repeat(2) {
                launch { repeat(count / 2) { yield() } }
            }
        }

    /** Two coroutines, one of which sends back what the other sent: two elements and four switches a round trip. */
    fun roundTrips(count: Int): Unit =
        run {
            val forth = Channel<Unit>()
            val back = Channel<Unit>()
            launch {
                repeat(count) {
                    forth.receive()
                    back.send(Unit)
                }
            }
            repeat(count) {
                forth.send(Unit)
                back.receive()
            }
        }

    /** A coroutine that launches others and waits for each. */
    fun launches(count: Int): Unit =
        run {
            repeat(count) { launch { }.join() }
        }

    /** A coroutine that goes to another thread and comes back. */
    fun hops(
        count: Int,
        other: CoroutineDispatcher,
    ): Unit =
        run {
            repeat(count) { withContext(other) { } }
        }

    /** As many coroutines, each of which sleeps for 1 to 10 ms. */
    fun delays(count: Int): Unit =
        run {
            repeat(count) { number ->
                launch { delay(1L + number % 10) }
            }
        }

    /** Waits without `runBlocking`, whose loop would be a second dispatcher in the code of every contestant but itself. */
    private fun run(program: suspend CoroutineScope.() -> Unit) {
        val end = CompletableFuture<Unit>()
        scope.launch(block = program).invokeOnCompletion { failure ->
            if (failure == null) end.complete(Unit) else end.completeExceptionally(failure)
        }
        end.join()
    }
}
