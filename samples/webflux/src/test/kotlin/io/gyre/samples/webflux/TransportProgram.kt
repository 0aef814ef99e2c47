package io.gyre.samples.webflux

import io.netty.channel.IoHandle
import io.netty.channel.epoll.EpollIoHandle
import io.netty.channel.nio.NioIoHandle
import io.netty.channel.uring.IoUringIoHandle
import java.nio.file.Path

/** Uses the whole service, with PostgreSQL and Redis, on one transport. */
fun main(args: Array<String>) {
    val (transport, folder) = args
    val servers = args.drop(2) + "gyre.transport=$transport"
    Service(Loops.OURS, servers, Path.of(folder), CoroutineCheck::class.java).use { service ->
        check(service.loop.netty().isCompatible(handleOf(transport))) { "${service.loop} is not on $transport" }
        val strays = Strays.watch { use(service) }.filterNot(::asksForAConnection)
        check(strays.isEmpty()) { strays.joinToString("\n") }
        val visit = service.get("/hello/guest-on-$transport").body()
        check(visit == "Hello, guest-on-$transport: visit 1") { visit }
    }
    println("done on $transport")
}

private fun handleOf(transport: String): Class<out IoHandle> =
    when (transport) {
        "epoll" -> EpollIoHandle::class.java
        "io_uring" -> IoUringIoHandle::class.java
        else -> NioIoHandle::class.java
    }
