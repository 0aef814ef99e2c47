package io.gyre.samples.webflux

import io.gyre.coroutines.asCoroutineDispatcher
import io.gyre.loop.EventLoop
import io.gyre.reactor.LoopSchedulers
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.reactor.mono
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.http.codec.ServerSentEvent
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.reactive.HandlerMapping
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping
import org.springframework.web.reactive.socket.WebSocketHandler
import org.springframework.web.reactive.socket.WebSocketMessage
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono
import reactor.core.scheduler.Scheduler
import reactor.core.scheduler.Schedulers
import java.time.Duration

private val PERIOD = Duration.ofMillis(50)

/** Server-sent events on the loop's timers. */
@RestController
class Ticks {
    @GetMapping("/ticks")
    fun ticks(): Flux<ServerSentEvent<Long>> =
        Flux.interval(PERIOD, timers()).map { tick -> ServerSentEvent.builder(tick).id("$tick").build() }

    private fun timers(): Scheduler =
        EventLoop.currentOrNull()?.let { LoopSchedulers.from(it) } ?: Schedulers.parallel()
}

/** WebSockets that answer each message: at once, and from a coroutine. */
@Configuration(proxyBeanMethods = false)
class Echo {
    @Bean
    fun echoMapping(): HandlerMapping = SimpleUrlHandlerMapping(mapOf("/echo" to echo, "/echo/later" to later), -1)

    private val echo =
        WebSocketHandler { session ->
            session.send(session.receive().map { message -> session.textMessage("echo ${message.payloadAsText}") })
        }

    // docs: begin websocket
    private val later =
        WebSocketHandler { session ->
            // A message is released as soon as it was told, so its text is taken before a coroutine has to wait.
            val texts = session.receive().map(WebSocketMessage::getPayloadAsText).asFlow()
            mono(dispatcher()) {
                texts.collect { text ->
                    delay(1)
                    session.send(Mono.just(session.textMessage("later $text"))).awaitSingleOrNull()
                }
            }.then()
        }

    private fun dispatcher(): CoroutineDispatcher =
        EventLoop.currentOrNull()?.asCoroutineDispatcher() ?: Dispatchers.Unconfined
    // docs: end websocket
}
