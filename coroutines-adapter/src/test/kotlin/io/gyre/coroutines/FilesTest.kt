package io.gyre.coroutines

import io.gyre.buffer.Buffer
import io.gyre.fs.FileSystem
import io.gyre.fs.FsException
import io.gyre.loop.EventLoop
import io.gyre.work.WorkerPool
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.fold
import kotlinx.coroutines.job
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.Callable
import java.util.concurrent.CountDownLatch
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes

private val OPEN_FILES: Path = Path.of("/proc/self/fd")

private fun isOpen(path: Path): Boolean =
    Files.list(OPEN_FILES).use { open ->
        open.anyMatch { runCatching { Files.readSymbolicLink(it) }.getOrNull() == path }
    }

/** Files and blocking jobs in coroutines. */
internal class FilesTest : FunSpec({
    val folder = tempdir().toPath()

    test("a file is written, looked up, read whole and read as a flow") {
        val path = folder.resolve("a.txt")
        val content = Buffer.wrap(ByteArray(300_000) { it.toByte() })
        runLoop {
            loop.writeFile(path, content) shouldBe 300_000L
            loop.stat(path).size() shouldBe 300_000L
            loop.readFile(path) shouldBe content
            FileSystem
                .of(loop)
                .createReadStream(path)
                .asFlow()
                .fold(0) { sum, chunk -> sum + chunk.length() } shouldBe
                300_000
            loop.useFile(path) { it.read(4, 2).await() } shouldBe Buffer.wrap(byteArrayOf(2, 3, 4, 5))
        }
    }

    test("a flow is piped into a file") {
        val from = folder.resolve("from")
        val to = folder.resolve("to")
        runLoop {
            loop.writeFile(from, Buffer.wrap(ByteArray(200_000) { (it * 7).toByte() }))
            val fs = FileSystem.of(loop)
            fs.createReadStream(from).asFlow().pipeTo(fs.createWriteStream(to))
            loop.readFile(to) shouldBe loop.readFile(from)
        }
    }

    test("a file that was opened for a coroutine which is cancelled before it goes on is closed")
        .config(enabled = Files.isDirectory(OPEN_FILES)) {
            val path = Files.writeString(folder.resolve("opened"), "content").toRealPath()
            var isUsed = false
            runLoop {
                val here = currentCoroutineContext()[ContinuationInterceptor] as CoroutineDispatcher
                // The first dispatch is with the open file.
                val dispatcher = object : CoroutineDispatcher() {
                    override fun dispatch(context: CoroutineContext, block: Runnable) {
                        isOpen(path) shouldBe true
                        context.cancel()
                        here.dispatch(context, block)
                    }
                }
                CoroutineScope(dispatcher)
                    .launch(start = CoroutineStart.UNDISPATCHED) { loop.useFile(path) { isUsed = true } }
                    .join()
            }
            isUsed shouldBe false
            isOpen(path) shouldBe false
        }

    test("a file is closed whenever another thread cancels") {
        val path = folder.resolve("whenever").apply { toFile().createNewFile() }
        val random = Random(1)
        val loop = EventLoop.create().start()
        val dispatcher = loop.asCoroutineDispatcher()
        val scope = CoroutineScope(dispatcher)
        repeat(2_000) {
            val job = scope.launch { loop.useFile(path) { file -> file.awaitSize() } }
            // Before a worker opens the file, as the loop hears of it, when it is used or closed.
            val until = System.nanoTime() + random.nextInt(300_000)
            while (System.nanoTime() < until) {
                Thread.onSpinWait()
            }
            job.cancel()
        }
        scope.coroutineContext.job.children
            .toList()
            .joinAll()
        // Nobody waits for the closing of a file that came too late.
        withContext(dispatcher) {
            eventually(1.minutes) { loop.activeResources().none { "$path" in "$it" } shouldBe true }
        }
        isOpen(path) shouldBe false
        loop.shutdown(Duration.ofSeconds(30)).join() shouldBe 0
    }

    test("a file that no worker has begun to read is not read when the coroutine is cancelled") {
        val pool = WorkerPool.shared()
        val started = CountDownLatch(pool.size())
        val busy = CountDownLatch(1)
        val keepBusy = Callable {
            started.countDown()
            busy.await()
        }
        runLoop {
            repeat(pool.size()) { pool.submit(loop, WorkerPool.Kind.CPU, "busy", keepBusy) { _, _ -> } }
            started.await()
            val reading = launch(start = CoroutineStart.UNDISPATCHED) { loop.readFile(folder.resolve("unread")) }
            val waiting = pool.queued()
            reading.cancel()
            reading.join()
            val left = pool.queued()
            busy.countDown()
            waiting shouldBe 1
            left shouldBe 0
        }
    }

    test("a missing file is an exception with a code") {
        runLoop {
            val missing = folder.resolve("missing")
            shouldThrow<FsException> { loop.readFile(missing) }.code() shouldBe "ENOENT"
            shouldThrow<FsException> {
                FileSystem
                    .of(loop)
                    .createReadStream(missing)
                    .asFlow()
                    .collect {}
            }.code() shouldBe "ENOENT"
        }
    }

    test("a blocking job runs on a worker, and its exception comes back") {
        runLoop {
            val loopThread = Thread.currentThread()
            (loop.blocking { Thread.currentThread() } === loopThread) shouldBe false
            Thread.currentThread() shouldBe loopThread
            loop.blocking<String?> { null } shouldBe null
            shouldThrow<IllegalStateException> { loop.blocking { error("no") } }.message shouldBe "no"
        }
    }

    test("what a blocking job opens is closed if the loop ends before it is told") {
        val begun = CountDownLatch(1)
        val release = CountDownLatch(1)
        val closed = CompletableDeferred<String>()
        val loop = EventLoop.create().start()
        val job = loop.coroutineScope().launch {
            loop.blocking<AutoCloseable> {
                begun.countDown()
                release.await()
                AutoCloseable { closed.complete("closed") }
            }
        }
        begun.await()
        loop.shutdown(Duration.ZERO).join()
        job.join()
        release.countDown()
        withTimeout(1.minutes) { closed.await() } shouldBe "closed"
    }

    test("cancelling takes back a job that no worker has begun") {
        val pool = WorkerPool.create(1)
        val release = CountDownLatch(1)
        var ran = false
        runLoop {
            val first = launch(start = CoroutineStart.UNDISPATCHED) { loop.blocking(pool) { release.await() } }
            val second = launch(start = CoroutineStart.UNDISPATCHED) { loop.blocking(pool) { ran = true } }
            second.cancel(CancellationException("not needed"))
            second.join()
            release.countDown()
            first.join()
        }
        pool.close()
        ran shouldBe false
    }
})
