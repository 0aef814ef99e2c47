package io.gyre.benchmarks.spring

import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import org.springframework.http.MediaType
import org.springframework.http.server.reactive.ServerHttpResponse
import org.springframework.r2dbc.core.DatabaseClient
import org.springframework.r2dbc.core.awaitOne
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.reactive.function.server.ServerResponse
import org.springframework.web.reactive.function.server.bodyValueAndAwait
import org.springframework.web.reactive.function.server.coRouter
import reactor.core.publisher.Mono

/** The answers of `suspend` functions, and of one in Kotlin that returns a mono. */
@RestController
class SuspendLines(private val database: DatabaseClient) {
    private val body = Plaintext.body()
    private val message = MonoLines.Message("Hello, World!")

    @GetMapping("/plaintext/suspend", produces = [MediaType.TEXT_PLAIN_VALUE])
    suspend fun plaintext(response: ServerHttpResponse): ByteArray {
        Plaintext.setDate(response)
        return body
    }

    @GetMapping("/plaintext/kotlin-mono", produces = [MediaType.TEXT_PLAIN_VALUE])
    fun mono(response: ServerHttpResponse): Mono<ByteArray> {
        Plaintext.setDate(response)
        return Mono.just(body)
    }

    @GetMapping("/json/suspend", produces = [MediaType.APPLICATION_JSON_VALUE])
    suspend fun json(response: ServerHttpResponse): MonoLines.Message {
        Plaintext.setDate(response)
        return message
    }

    @GetMapping("/row/suspend", produces = [MediaType.TEXT_PLAIN_VALUE])
    suspend fun row(response: ServerHttpResponse): String {
        Plaintext.setDate(response)
        return database.sql(QUERY).mapValue(String::class.java).awaitOne()
    }

    companion object {
        const val QUERY = "select text from greeting where id = 1"
    }
}

/** All lines of the benchmark of Spring, on Gyre's loop or, with `gyre.enabled=false`, on the defaults. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(MonoLines::class, SuspendLines::class)
class LinesServer {
    @Bean
    fun routes() =
        coRouter {
            val body = Plaintext.body()
            GET("/plaintext/co-router") {
                ServerResponse
                    .ok()
                    .contentType(MediaType.TEXT_PLAIN)
                    .headers { it.set("Date", Plaintext.date()) }
                    .bodyValueAndAwait(body)
            }
        }

    companion object {
        @JvmStatic
        fun main(args: Array<String>) {
            Plaintext.serve(LinesServer::class.java, args)
        }
    }
}
