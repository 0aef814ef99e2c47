package io.gyre.samples.webflux

import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import io.gyre.loop.Transport
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.minutes

/** The service on more than one loop, and on each transport, with real servers behind it. */
internal class LoopsTest : FunSpec({
    val folder = tempdir().toPath()
    folder.resolve("file.bin").toFile().writeBytes(ByteArray(1_000_000))

    test("on several loops").config(enabled = Servers.properties != null) {
        Service(Loops.OURS, Servers.properties!! + "gyre.loops=3", folder, CoroutineCheck::class.java).use { service ->
            Strays.watch { useAll(service) }.filterNot(::asksForAConnection).shouldBeEmpty()
            val loops = service.bean<EventLoopGroup>().loops()
            loops.map(EventLoop::name) shouldContainExactly listOf("gyre-1", "gyre-2", "gyre-3")
            eventually(1.minutes) { threadsThatWaitForIo() shouldContainExactly loops.map(EventLoop::name) }
        }
    }

    test("a handler on one of several loops stays there").config(enabled = Servers.properties != null) {
        Service(Loops.OURS, Servers.properties!! + "gyre.loops=2", folder).use { service ->
            val seen =
                (1..20)
                    .map { service.onAConnectionOfItsOwn("/threads") }
                    .onEach { answer ->
                        val (loop, elsewhere, later, last) = answer.split(", ")
                        elsewhere shouldBe "elsewhere"
                        listOf(later, last) shouldContainExactly listOf(loop, loop)
                    }.map { it.substringBefore(",") }
            seen.toSet() shouldBe setOf("loop gyre-1", "loop gyre-2")
        }
    }

    // Lettuce chooses its transport once for a JVM.
    for (transport in listOf(Transport.EPOLL, Transport.IO_URING, Transport.NIO)) {
        test(
            "on $transport, in a JVM of its own",
        ).config(enabled = Servers.properties != null && transport.isAvailable) {
            runProgram(transport, folder) shouldContain "done on ${transport.name.lowercase()}"
        }
    }
})

private fun useAll(service: Service) {
    use(service)
    repeat(6) { n ->
        service.onAConnectionOfItsOwn("/hello/guest-$n")
        service.onAConnectionOfItsOwn("/notes")
    }
}

private fun runProgram(transport: Transport, folder: Path): List<String> {
    val output = folder.resolve("$transport.txt").toFile()
    val program =
        ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-classpath",
            System.getProperty("java.class.path"),
            "io.gyre.samples.webflux.TransportProgramKt",
            transport.name.lowercase(),
            "$folder",
            *Servers.properties!!.toTypedArray(),
        ).redirectErrorStream(true).redirectOutput(output).start()
    val ended = program.waitFor(5, TimeUnit.MINUTES)
    program.destroyForcibly().waitFor()
    val lines = output.readLines()
    check(ended && program.exitValue() == 0) { lines.joinToString("\n") }
    return lines
}
