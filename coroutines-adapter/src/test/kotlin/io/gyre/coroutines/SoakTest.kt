package io.gyre.coroutines

import io.gyre.buffer.Buffer
import io.gyre.loop.UnsettledMain
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import java.net.InetAddress
import java.net.Socket
import java.nio.file.Files
import java.nio.file.Path
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes
import kotlin.time.TimeSource

/** The first round fills caches and pools; the heap after each of the others must be the same. */
private val ROUNDS = listOf(20_000, 100_000, 100_000)
private const val CHANNELS = 200

/** How far the heap may grow from one round to the next: a byte or two a coroutine that is left would be more. */
private const val HEAP_TOLERANCE = 8L * 1024 * 1024

/** Very many coroutines on one loop that do everything at once: nothing is lost, and nothing is left. */
internal class SoakTest : FunSpec({
    test("100,000 coroutines that sleep, yield, talk, read, hop and are cancelled") {
        val seed = System.getProperty("gyre.soak.seed")?.toLong() ?: Random.nextLong()
        println("SoakTest: -Dgyre.soak.seed=$seed")
        val folder = tempdir().toPath()
        withClue("seed $seed") {
            val heap = runLoop(whenUnsettled = UnsettledMain.EXIT) {
                ROUNDS.mapIndexed { round, coroutines ->
                    soak(coroutines, Random(seed + round), folder)
                    usedHeap()
                }
            }
            (heap.last() - heap[1]) shouldBeLessThan HEAP_TOLERANCE
        }
    }
})

private suspend fun LoopScope.soak(coroutines: Int, random: Random, folder: Path) {
    val server = createServer { request, response -> response.end("you asked for ${request.url()}") }
    val descriptors = descriptors()
    server.listen("127.0.0.1", 0) { }
    while (server.address() == null) {
        yield()
    }
    val soak = Soak(coroutines, random, folder, this, server.address()!!.port)
    coroutineScope { soak.run(this) }
    server.close()
    server.closeAllConnections()
    while (server.connectionCount() > 0) {
        yield()
    }
    soak.check()

    // The server's end leaves something to the closing phase, and a worker may be at what nobody waits for any more.
    fun left() = loop.activeResources().filter { it.ref }

    val patience = TimeSource.Monotonic.markNow() + 1.minutes
    while (patience.hasNotPassedNow() && (left().isNotEmpty() || descriptors() != descriptors)) {
        yield()
    }
    left().shouldBeEmpty()
    descriptors() shouldBe descriptors
}

/** One round. Confined to the loop's thread, except for what a hop says it is. */
private class Soak(
    private val coroutines: Int,
    private val random: Random,
    private val folder: Path,
    private val scope: LoopScope,
    private val port: Int,
) {
    private var began = 0
    private var completed = 0
    private var cancelled = 0
    private var made = 0
    private var received = 0
    private var undelivered = 0
    private val failures = mutableListOf<Throwable>()
    private val channels = List(CHANNELS) {
        Channel<Int>(listOf(Channel.RENDEZVOUS, 1, 16, Channel.UNLIMITED).random(random)) { undelivered++ }
    }
    private val text = Buffer.utf8("soaked ".repeat(200))
    private val file = folder.resolve("to-read").also { Files.write(it, text.toByteArray()) }

    suspend fun run(all: CoroutineScope) {
        val senders = ArrayList<Job>()
        repeat(coroutines) { number ->
            val channel = channels.random(random)
            val job = when (random.nextInt(1000)) {
                in 0 until 380 -> start(all) { delay(random.nextLong(300)) }
                in 380 until 450 -> start(all) { repeat(random.nextInt(20)) { yield() } }
                in 450 until 500 -> start(all) { withTimeoutOrNull(random.nextLong(1, 200)) { delay(100) } }
                in 500 until 750 -> start(all) { send(channel) }.also(senders::add)
                in 750 until 930 -> start(all) { receive(channel) }
                in 930 until 970 -> start(all) { withContext(Dispatchers.Default) { number } shouldBe number }
                in 970 until 985 -> start(all) { scope.loop.readFile(file) shouldBe text }
                in 985 until 990 -> start(all) { scope.loop.blocking { number } shouldBe number }
                in 990 until 995 -> start(all) { writeAndRead(number) }
                else -> start(all) { if (number % 10 == 0) request(number) else delay(1) }
            }
            if (random.nextInt(5) == 0) {
                all.launch {
                    delay(random.nextLong(150))
                    job.cancel()
                }
            }
        }
        all.launch {
            senders.forEach { it.join() }
            channels.forEach { it.close() }
        }
    }

    /** Each coroutine that begins ends one way or the other, and is counted. */
    private fun start(all: CoroutineScope, work: suspend () -> Unit): Job {
        began++
        val job = all.launch {
            try {
                work()
            } catch (e: AssertionError) {
                failures += e
            }
        }
        job.invokeOnCompletion { failure ->
            // A coroutine of this scope ends on the loop's thread.
            if (!scope.loop.inEventLoop()) {
                failures += AssertionError("ended on ${Thread.currentThread()}")
            }
            if (failure == null) completed++ else cancelled++
        }
        return job
    }

    private suspend fun send(channel: Channel<Int>) {
        repeat(random.nextInt(1, 8)) {
            made++
            channel.send(made)
            if (random.nextInt(4) == 0) delay(random.nextLong(10))
        }
    }

    private suspend fun receive(channel: Channel<Int>) {
        for (element in channel) {
            received++
            if (element % 64 == 0) yield()
        }
    }

    private suspend fun writeAndRead(number: Int) {
        val own = folder.resolve("file-$number")
        scope.loop.writeFile(own, Buffer.utf8("$number"))
        scope.loop.readFile(own).toString() shouldBe "$number"
    }

    private suspend fun request(number: Int) {
        val answer = scope.loop.blocking {
            Socket(InetAddress.getLoopbackAddress(), port).use { socket ->
                val request = "GET /$number HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                socket.getOutputStream().write(request.toByteArray())
                socket.getInputStream().readAllBytes().decodeToString()
            }
        }
        answer.endsWith("you asked for /$number") shouldBe true
    }

    fun check() {
        failures.shouldBeEmpty()
        channels.forEach { it.cancel() }
        began shouldBe coroutines
        completed + cancelled shouldBe began
        received + undelivered shouldBe made
        // The random choices did what they are for.
        (completed > coroutines / 2 && cancelled > coroutines / 50 && received > coroutines / 10) shouldBe true
    }
}

/** Open descriptors of this process, or -1 where the system does not list them. */
private fun descriptors(): Int {
    val listed = Path.of("/proc/self/fd")
    return if (Files.isDirectory(listed)) Files.list(listed).use { it.count().toInt() } else -1
}

/** After a collection, which is asked for until the figure stands still. */
private fun usedHeap(): Long {
    val runtime = Runtime.getRuntime()
    var last = Long.MAX_VALUE
    repeat(10) {
        System.gc()
        val used = runtime.totalMemory() - runtime.freeMemory()
        if (used >= last - 64 * 1024) return minOf(used, last)
        last = used
    }
    return last
}
