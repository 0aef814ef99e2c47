package io.gyre.samples.webflux

import io.gyre.loop.EventLoop
import io.gyre.reactor.LoopSchedulers
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.http.codec.ServerSentEvent
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.reactive.HandlerMapping
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping
import org.springframework.web.reactive.socket.WebSocketHandler
import reactor.core.publisher.Flux
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

/** A WebSocket that answers each message. */
@Configuration(proxyBeanMethods = false)
class Echo {
    @Bean
    fun echoMapping(): HandlerMapping = SimpleUrlHandlerMapping(mapOf("/echo" to echo), -1)

    private val echo =
        WebSocketHandler { session ->
            session.send(session.receive().map { message -> session.textMessage("echo ${message.payloadAsText}") })
        }
}
