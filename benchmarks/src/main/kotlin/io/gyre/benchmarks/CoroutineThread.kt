package io.gyre.benchmarks

import io.gyre.coroutines.asCoroutineDispatcher
import io.gyre.loop.EventLoop
import io.netty.channel.MultiThreadIoEventLoopGroup
import io.netty.channel.epoll.Epoll
import io.netty.channel.epoll.EpollIoHandler
import io.netty.channel.nio.NioIoHandler
import io.vertx.core.Vertx
import io.vertx.core.VertxOptions
import io.vertx.kotlin.coroutines.dispatcher
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.newSingleThreadContext
import kotlinx.coroutines.runBlocking
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.coroutines.ContinuationInterceptor

/** A dispatcher that runs one coroutine at a time, as each project offers it. */
internal class CoroutineThread(
    val dispatcher: CoroutineDispatcher,
    private val onClose: () -> Unit,
) : AutoCloseable {
    override fun close() = onClose()

    companion object {
        /** Makes the contestant of that name. */
        @JvmStatic
        fun of(name: String): CoroutineThread =
            when (name) {
                "gyre" -> gyre { it.asCoroutineDispatcher() }
                "gyre-immediate" -> gyre { it.asCoroutineDispatcher().immediate }
                "single-thread" -> singleThread()
                "limited" -> CoroutineThread(Dispatchers.Default.limitedParallelism(1)) {}
                "run-blocking" -> runBlockings()
                "netty" -> netty()
                "vertx" -> vertx()
                "bare" -> bare()
                else -> throw IllegalArgumentException("no contestant is called $name")
            }

        private fun gyre(dispatcher: (EventLoop) -> CoroutineDispatcher): CoroutineThread {
            val loop = EventLoop
                .builder()
                .daemon(true)
                .build()
                .start()
            return CoroutineThread(dispatcher(loop)) {
                loop.stop()
                loop.termination().join()
            }
        }

        @OptIn(ExperimentalCoroutinesApi::class, DelicateCoroutinesApi::class)
        private fun singleThread(): CoroutineThread {
            val dispatcher = newSingleThreadContext("kotlinx")
            return CoroutineThread(dispatcher, dispatcher::close)
        }

        /** The loop of a `runBlocking` that has nothing else to do. */
        private fun runBlockings(): CoroutineThread {
            val end = CompletableDeferred<Unit>()
            val begun = CompletableDeferred<CoroutineDispatcher>()
            val blocked = thread(isDaemon = true, name = "runBlocking") {
                runBlocking {
                    begun.complete(coroutineContext[ContinuationInterceptor] as CoroutineDispatcher)
                    end.await()
                }
            }
            return CoroutineThread(runBlocking { begun.await() }) {
                end.complete(Unit)
                blocked.join()
            }
        }

        private fun netty(): CoroutineThread {
            val transport = if (Epoll.isAvailable()) EpollIoHandler.newFactory() else NioIoHandler.newFactory()
            val group = MultiThreadIoEventLoopGroup(1, transport)
            return CoroutineThread(group.next().asCoroutineDispatcher()) {
                group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly()
            }
        }

        private fun bare(): CoroutineThread {
            val thread = BareThread()
            thread.start()
            return CoroutineThread(thread.asCoroutineDispatcher(), thread::close)
        }

        private fun vertx(): CoroutineThread {
            val vertx = Vertx.vertx(VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true))
            return CoroutineThread(vertx.orCreateContext.dispatcher()) { vertx.close().await() }
        }
    }
}
