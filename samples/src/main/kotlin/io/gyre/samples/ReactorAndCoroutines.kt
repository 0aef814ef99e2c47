package io.gyre.samples

import io.gyre.coroutines.asCoroutineDispatcher
import io.gyre.coroutines.runLoop
import io.gyre.loop.EventLoop
import io.gyre.reactor.LoopSchedulers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.reactor.ReactorContext
import kotlinx.coroutines.reactor.asCoroutineContext
import kotlinx.coroutines.reactor.asFlux
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.reactor.mono
import kotlinx.coroutines.withContext
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import reactor.util.context.Context
import java.time.Duration

/** Coroutines and Reactor on one loop: each calls the other, on the same thread and with the same context. */
fun main() {
    thread()
    context()
}

private fun where(): String = if (EventLoop.currentOrNull() == null) "elsewhere" else "on the loop"

private fun thread() {
    // docs: begin thread
    runLoop {
        val scheduler = LoopSchedulers.from(loop)
        Flux
            .interval(Duration.ofMillis(5), scheduler)
            .take(2)
            .asFlow()
            .map { "flow $it, ${where()}" }
            .asFlux()
            .doOnNext { println("$it, and back in a flux, ${where()}") }
            .then()
            .awaitSingleOrNull()

        Mono
            .fromCallable { println("computed ${where()}") }
            .subscribeOn(Schedulers.parallel())
            .thenReturn(Unit)
            .awaitSingle()
        println("awaited ${where()}")
    }
    // docs: end thread
}

private fun context() {
    // docs: begin context
    runLoop {
        val user = Mono.deferContextual { Mono.just("Reactor sees ${it.get<String>("user")}") }
        withContext(Context.of("user", "ann").asCoroutineContext()) {
            println(user.awaitSingle())
        }

        val greeting = mono(loop.asCoroutineDispatcher()) {
            val context = checkNotNull(currentCoroutineContext()[ReactorContext]).context
            "a coroutine sees ${context.get<String>("user")}, ${where()}"
        }
        println(greeting.contextWrite { it.put("user", "bob") }.awaitSingle())
    }
    // docs: end context
}
