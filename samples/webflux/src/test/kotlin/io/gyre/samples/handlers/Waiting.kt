package io.gyre.samples.handlers

import kotlinx.coroutines.CompletableDeferred
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import reactor.core.publisher.Mono
import java.util.concurrent.atomic.AtomicInteger

/** Handlers that answer when the test says so. */
@RestController
internal class Waiting {
    val go = CompletableDeferred<Unit>()
    val count = AtomicInteger()

    @GetMapping("/waits")
    fun waits(): Mono<String> {
        count.incrementAndGet()
        return Mono.create { sink -> go.invokeOnCompletion { sink.success("done") } }
    }

    @GetMapping("/waits/suspend")
    suspend fun waitsSuspended(): String {
        count.incrementAndGet()
        go.await()
        return "done"
    }
}
