package io.gyre.samples.webflux

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.netty.channel.ChannelOption
import kotlinx.coroutines.delay
import org.springframework.boot.reactor.netty.NettyServerCustomizer
import org.springframework.context.annotation.Bean
import java.io.RandomAccessFile
import java.util.concurrent.atomic.AtomicLong

private const val MIB = 1024L * 1024
private const val BIG = 256 * MIB
private const val ROWS = 1_000_000
private const val LINE = 256L

/** What the service may have read, and the client has not: socket buffers, what Netty queues, what operators hold. */
private const val BOUND = 16 * MIB

/** A client that stops to read stops the file and the query, in both styles. */
internal class BackpressureTest : FunSpec({
    val folder = tempdir().toPath()
    RandomAccessFile(folder.resolve("big.bin").toFile(), "rw").use { it.setLength(BIG) }

    for (servers in listOf("embedded", "PostgreSQL and Redis")) {
        for (style in listOf("flux", "flow")) {
            val properties = if (servers == "embedded") listOf() else Servers.properties
            if (servers == "embedded") {
                test("a file, as a $style") {
                    Service(Loops.OURS, properties!!, folder, SmallSockets::class.java).use { service ->
                        val held = service.heldBy("/files/big.bin/$style", service.bean<Downloads>().bytes, 1, BIG)
                        println(
                            "a file of 256 MiB as a $style: at most ${held / 1024} KiB ahead of a client that stopped",
                        )
                    }
                }
            }
            test("a query of $ROWS rows, as a $style, $servers").config(enabled = properties != null) {
                Service(Loops.OURS, properties!!, folder, SmallSockets::class.java).use { service ->
                    val held =
                        service.heldBy("/numbers/$ROWS/$style", service.bean<Numbers>().rows, LINE, null)
                    // The client has gone, and with it the query.
                    settled(service.bean<Numbers>().rows) shouldBeLessThan ROWS.toLong()
                    println(
                        "a query of $ROWS rows as a $style, $servers: at most ${held / LINE} rows " +
                            "(${held / 1024} KiB) ahead of a client that stopped",
                    )
                }
            }
        }
    }
})

/**
 * Lets a client read a little and stop, twice; returns the most that was read ahead of it. Then it reads to the end, where
 * a size is given, or goes away.
 */
private suspend fun Service.heldBy(path: String, read: AtomicLong, unit: Long, size: Long?): Long =
    slowGet(path).use { client ->
        var taken = 0L
        var held = 0L
        repeat(2) {
            taken += client.read(MIB)
            held = maxOf(held, settled(read) * unit - taken)
        }
        held shouldBeLessThan BOUND
        if (size != null) {
            taken += client.read(Long.MAX_VALUE)
            taken shouldBeGreaterThanOrEqual size
        }
        held
    }

/** The count, once it has stood still for a while. */
private suspend fun settled(count: AtomicLong): Long {
    var last = -1L
    var still = 0
    while (still < 10) {
        val now = count.get()
        still = if (now == last) still + 1 else 0
        last = now
        delay(20)
    }
    return last
}

/** Sockets of the server that hold little, so that what is held is the service's. */
internal open class SmallSockets {
    @Bean
    open fun sendBuffers() =
        NettyServerCustomizer { server -> server.childOption(ChannelOption.SO_SNDBUF, Service.SMALL) }
}
