package io.gyre.samples.webflux

import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication

/**
 * A WebFlux service on one event loop: the web server, the database's driver, Redis' driver, files and coroutines.
 *
 * It runs without anything installed: on the embedded database H2, and without Redis. For real servers see
 * its properties; `PORT` in the environment is another port.
 */
@SpringBootApplication(proxyBeanMethods = false)
class WebFluxService

fun main(args: Array<String>) {
    runApplication<WebFluxService>(*args)
}
