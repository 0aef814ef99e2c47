package io.gyre.samples.webflux

import io.gyre.loop.EventLoop
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.web.reactive.function.server.ServerResponse
import org.springframework.web.reactive.function.server.bodyValueAndAwait
import org.springframework.web.reactive.function.server.coRouter

/** Functional routes: where their coroutines are. */
@Configuration(proxyBeanMethods = false)
class Routes(private val visits: Visits) {
    // docs: begin routes
    @Bean
    fun functions() = coRouter {
        GET("/hello/{name}") { request ->
            val name = request.pathVariable("name")
            ServerResponse.ok().bodyValueAndAwait("Hello, $name: visit ${visits.count(name)}")
        }
        GET("/threads") {
            val before = here()
            val blocking = withContext(Dispatchers.IO) { here() }
            val after = here()
            delay(1)
            ServerResponse.ok().bodyValueAndAwait("$before, $blocking, $after, ${here()}")
        }
    }
    // docs: end routes

    private fun here(): String = EventLoop.currentOrNull()?.let { "loop ${it.name()}" } ?: "elsewhere"
}
