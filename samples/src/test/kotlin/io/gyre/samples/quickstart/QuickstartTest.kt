package io.gyre.samples.quickstart

import io.gyre.leaks.LeakWatch
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.netty.buffer.PooledByteBufAllocator
import java.io.File
import java.io.RandomAccessFile
import java.nio.file.Files
import java.nio.file.Path

private const val MIB = 1024L * 1024
private const val BIG = 256 * MIB

/** How much a chunk of a file is at most; the unit in which memory is counted here. */
private const val HIGH_WATER_MARK = 64L * 1024

/** The quickstart over real sockets, with clients that behave and clients that do not. */
internal class QuickstartTest : FunSpec({
    val folder = tempdir().toPath()
    lateinit var service: Service

    beforeSpec {
        folder.resolve("hello.txt").toFile().writeText("Hello, World!")
        folder.resolve("empty.bin").toFile().writeText("")
        Files
            .createDirectory(folder.resolve("sub"))
            .resolve("page.html")
            .toFile()
            .writeText("<p>page</p>")
        RandomAccessFile(folder.resolve("big.bin").toFile(), "rw").use { it.setLength(BIG) }
        Files.createSymbolicLink(folder.resolve("outside"), Path.of("/etc/hostname"))
        service = Service(folder)
    }
    afterSpec {
        service.close()
        LeakWatch.assertNoLeaks()
    }

    for (style in listOf("/files/", "/flux/")) {
        context("through $style") {
            test("a file comes with its type and length") {
                val answer = service.get("${style}hello.txt")
                answer.status shouldBe 200
                answer.body shouldBe "Hello, World!"
                answer.header("Content-Type") shouldBe "text/plain; charset=utf-8"
                answer.header("Content-Length") shouldBe "13"
                service.get("${style}empty.bin").run {
                    status shouldBe 200
                    body shouldBe ""
                }
            }

            test("HEAD gives the head alone") {
                val answer = service.request("HEAD", "${style}hello.txt")
                answer.status shouldBe 200
                answer.header("Content-Length") shouldBe "13"
                answer.body shouldBe ""
            }

            test("a single range is a part, one outside of the file is refused, others are left aside") {
                service.get("${style}hello.txt", "Range: bytes=7-11").run {
                    status shouldBe 206
                    body shouldBe "World"
                    header("Content-Range") shouldBe "bytes 7-11/13"
                }
                service.get("${style}hello.txt", "Range: bytes=7-").body shouldBe "World!"
                service.get("${style}hello.txt", "Range: bytes=-6").body shouldBe "World!"
                service.get("${style}hello.txt", "Range: bytes=0-999").body shouldBe "Hello, World!"
                service.get("${style}hello.txt", "Range: bytes=13-").run {
                    status shouldBe 416
                    header("Content-Range") shouldBe "bytes */13"
                }
                service.get("${style}hello.txt", "Range: bytes=-0").status shouldBe 416
                service.get("${style}hello.txt", "Range: bytes=0-1,3-4").status shouldBe 200
                service.get("${style}hello.txt", "Range: lines=1-2").status shouldBe 200
            }

            test("what has not changed is not sent again") {
                val modified = service.get("${style}hello.txt").header("Last-Modified")
                service.get("${style}hello.txt", "If-Modified-Since: $modified").run {
                    status shouldBe 304
                    body shouldBe ""
                }
                service.get("${style}hello.txt", "Range: bytes=0-4", "If-Range: $modified").status shouldBe 206
                service
                    .get("${style}hello.txt", "Range: bytes=0-4", "If-Range: Thu, 01 Jan 1970 00:00:00 GMT")
                    .status shouldBe 200
            }

            test("what is missing or outside of the folder is not given") {
                service.get("${style}missing.txt").status shouldBe 404
                service.get("${style}hello.txt/more").status shouldBe 404
                service.get("${style}hello.txt/").status shouldBe 404
                service.get("$style../../../../etc/hostname").status shouldBe 403
                service.get("$style%2e%2e/%2e%2e/etc/hostname").status shouldBe 403
                service.get("$style/etc/hostname").status shouldBe 403
                service.get("${style}outside").status shouldBe 403
                service.get("${style}a%00b").status shouldBe 404
                service.get("$style%zz").status shouldBe 400
            }

            test("a directory is listed, with a slash at its end") {
                service.get(style).body shouldContain "href=\"./hello.txt\""
                service.get("${style}sub/").body shouldContain "page.html"
                service.get("${style}sub").run {
                    status shouldBe 301
                    header("Location") shouldBe "${style}sub/"
                }
            }

            test("a slow reader holds up the file, not the memory, and gets all of it") {
                service.get("${style}hello.txt").status shouldBe 200
                val heapBefore = usedHeap()
                val directBefore = usedDirect()
                service.connect().use { client ->
                    client.send("GET", "${style}big.bin")
                    val input = client.getInputStream()
                    readHead(input).first() shouldContain "200"
                    var received = input.readNBytes(64 * 1024).size.toLong()
                    repeat(3) {
                        val held = service.whenStalled()
                        withClue("bytes in the streams of the service, while the client has $received") {
                            held.inStreams shouldBeLessThanOrEqual 4 * HIGH_WATER_MARK
                        }
                        withClue("bytes read from the file that the client does not have") {
                            held.read - received shouldBeLessThanOrEqual SOCKET_BUFFERS + 8 * HIGH_WATER_MARK
                        }
                        received += input.readNBytes((2 * MIB).toInt()).size
                    }
                    usedHeap() - heapBefore shouldBeLessThan 16 * MIB
                    usedDirect() - directBefore shouldBeLessThan 16 * MIB
                    received + countRest(input, BIG - received) shouldBe BIG
                }
            }

            test("clients that go away in the middle leave no descriptor behind, and the service goes on") {
                service.get("${style}hello.txt").status shouldBe 200
                eventually("files are closed") { service.openFiles() == 0 }
                val before = openDescriptors()
                repeat(20) {
                    service.connect().use { client ->
                        client.send("GET", "${style}big.bin")
                        client.getInputStream().readNBytes(100_000).size shouldBe 100_000
                        // Closes with a reset.
                        client.setSoLinger(true, 0)
                    }
                }
                eventually("descriptors return to $before") { openDescriptors() <= before }
                eventually("files are closed") { service.openFiles() == 0 }
                service.get("${style}hello.txt").status shouldBe 200
            }
        }
    }

    test("the index leads to everything") {
        service.get("/").run {
            status shouldBe 200
            body shouldContain "/order"
            body shouldContain "/files/"
            body shouldContain "/flux/"
        }
        service.get("/elsewhere").status shouldBe 404
        service.request("DELETE", "/files/hello.txt").run {
            status shouldBe 405
            header("Allow") shouldBe "GET, HEAD"
        }
    }

    test("the order page shows the order in which the loop ran things") {
        val page = service.get("/order").body
        Regex("<b>(.*?)</b>").findAll(page).map { it.groupValues[1] }.toList() shouldContainExactly
            listOf(
                "the handler itself",
                "nextTick",
                "launch",
                "promise.then",
                "queueMicrotask",
                "after await",
                "setImmediate",
                "after yield",
                "setTimeout 0",
            )
    }

    test("types by name") {
        contentType("a.HTML") shouldStartWith "text/html"
        contentType("a.tar.gz") shouldBe "application/octet-stream"
        contentType("README") shouldBe "application/octet-stream"
    }
})

/** What the kernel may hold between the two ends: its largest send buffer, and more than the client asked for. */
private val SOCKET_BUFFERS: Long =
    File("/proc/sys/net/ipv4/tcp_wmem")
        .readText()
        .trim()
        .split(Regex("\\s+"))[2]
        .toLong() + 2 * MIB

private fun usedHeap(): Long {
    repeat(3) { System.gc() }
    return Runtime.getRuntime().run { totalMemory() - freeMemory() }
}

private fun usedDirect(): Long = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()

private fun openDescriptors(): Int = File("/proc/self/fd").list()!!.size
