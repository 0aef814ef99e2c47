package io.gyre.benchmarks.spring

import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.context.annotation.Configuration
import org.springframework.http.MediaType
import org.springframework.http.server.reactive.ServerHttpResponse
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController

/** Spring WebFlux on Reactor Netty: a controller with a `suspend` function, which is never suspended. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
class WebFluxSuspendServer {
    private val body = Plaintext.body()

    @GetMapping("/plaintext", produces = [MediaType.TEXT_PLAIN_VALUE])
    suspend fun plaintext(response: ServerHttpResponse): ByteArray {
        Plaintext.setDate(response)
        return body
    }

    companion object {
        @JvmStatic
        fun main(args: Array<String>) {
            Plaintext.serve(WebFluxSuspendServer::class.java, args)
        }
    }
}
