package io.gyre.samples

import io.gyre.coroutines.asCoroutineDispatcher
import io.gyre.coroutines.runLoop
import io.gyre.loop.AsyncLocalStorage
import io.gyre.promise.Promise
import io.gyre.reactor.LoopMono
import io.gyre.reactor.LoopSchedulers
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.reactor.ReactorContext
import kotlinx.coroutines.reactor.asCoroutineContext
import kotlinx.coroutines.reactor.asCoroutineDispatcher
import kotlinx.coroutines.reactor.asFlux
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.flux
import kotlinx.coroutines.reactor.mono
import kotlinx.coroutines.withContext
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono
import reactor.core.scheduler.Schedulers
import reactor.util.context.Context
import java.io.IOException

/** Coroutines and Reactor on one loop, through kotlinx-coroutines-reactor. */
internal class ReactorInteropTest : FunSpec({
    test("whatever thread a mono completes on, its coroutine goes on on the loop") {
        runLoop {
            Mono
                .just(1)
                .publishOn(Schedulers.parallel())
                .map { loop.inEventLoop() }
                .awaitSingle() shouldBe false
            loop.inEventLoop() shouldBe true
            LoopMono.defer(loop) { Promise.resolve(loop, 2) }.map { loop.inEventLoop() }.awaitSingle() shouldBe true
            loop.inEventLoop() shouldBe true
            shouldThrow<IOException> {
                Mono.error<Int>(IOException("broken")).publishOn(Schedulers.parallel()).awaitSingle()
            }.message shouldBe "broken"
            loop.inEventLoop() shouldBe true
        }
    }

    test("a flux of coroutines and a flow of fluxes signal on the loop") {
        runLoop {
            val seen = mutableListOf<String>()
            val dispatcher = loop.asCoroutineDispatcher()
            flux(dispatcher) {
                send(1)
                delay(1)
                withContext(Dispatchers.IO) { }
                send(2)
            }.doOnNext { seen += "$it ${loop.inEventLoop()}" }
                .asFlow()
                .collect { seen += "collected $it ${loop.inEventLoop()}" }
            flow {
                emit(3)
                delay(1)
                emit(4)
            }.asFlux(dispatcher).doOnNext { seen += "$it ${loop.inEventLoop()}" }.then(Mono.just(0)).awaitSingle()
            seen shouldContainExactly
                listOf("1 true", "collected 1 true", "2 true", "collected 2 true", "3 true", "4 true")
        }
    }

    test("the context of Reactor goes through a coroutine and through a flow, both ways") {
        runLoop {
            val dispatcher = loop.asCoroutineDispatcher()

            suspend fun user() = currentCoroutineContext()[ReactorContext]?.context?.get<String>("user")

            mono(dispatcher) { user() }.contextWrite(Context.of("user", "ann")).awaitSingle() shouldBe "ann"
            val users = flow { emit(checkNotNull(user())) }.asFlux(dispatcher)
            users.contextWrite(Context.of("user", "bob")).next().awaitSingle() shouldBe "bob"
            withContext(Context.of("user", "eve").asCoroutineContext()) {
                Mono.deferContextual { Mono.just(it.get<String>("user")) }.awaitSingle() shouldBe "eve"
                Flux.deferContextual { Flux.just(it.get<String>("user")) }.asFlow().toList() shouldContainExactly
                    listOf("eve")
                mono(dispatcher) { Mono.deferContextual { Mono.just(it.get<String>("user")) }.awaitSingle() }
                    .awaitSingle() shouldBe "eve"
            }
        }
    }

    test("a storage's value goes from a coroutine into an operation and is there when it goes on") {
        val user = AsyncLocalStorage<String>("user")
        runLoop {
            user.run("ann") {
                launch {
                    LoopMono.defer(loop) { Promise.resolve(loop, user.store.orEmpty()) }.awaitSingle() shouldBe "ann"
                    user.store shouldBe "ann"
                    Mono.just(1).publishOn(Schedulers.parallel()).awaitSingle()
                    user.store shouldBe "ann"
                    val nested = mono(currentCoroutineContext().minusKey(Job)) {
                        delay(1)
                        user.store.orEmpty()
                    }
                    nested.awaitSingle() shouldBe "ann"
                }
            }
            user.store shouldBe null
        }
    }

    test("cancelling a coroutine aborts the operation that it awaits as a mono") {
        runLoop {
            val begun = CompletableDeferred<Unit>()
            val aborted = CompletableDeferred<Boolean>()
            val waiting = launch {
                LoopMono
                    .abortable<Int>(loop) { signal ->
                        signal.onAbort { aborted.complete(loop.inEventLoop()) }
                        begun.complete(Unit)
                        Promise.withResolvers<Int>(loop).promise()
                    }.awaitSingle()
            }
            begun.await()
            waiting.cancel()
            aborted.await() shouldBe true
        }
    }

    test("disposing of a mono cancels its coroutine, which ends on the loop") {
        runLoop {
            val begun = CompletableDeferred<Unit>()
            val ended = CompletableDeferred<Boolean>()
            val subscription = mono(loop.asCoroutineDispatcher()) {
                try {
                    begun.complete(Unit)
                    awaitCancellation()
                } finally {
                    ended.complete(loop.inEventLoop())
                }
            }.subscribe()
            begun.await()
            Schedulers.parallel().schedule(subscription::dispose)
            ended.await() shouldBe true
        }
    }

    test("a scheduler of the loop is a dispatcher too") {
        runLoop {
            withContext(LoopSchedulers.from(loop).asCoroutineDispatcher()) {
                delay(1)
                loop.inEventLoop() shouldBe true
            }
        }
    }
})
