package io.gyre.samples.handlers

import io.gyre.loop.EventLoop
import io.r2dbc.spi.Connection
import io.r2dbc.spi.ConnectionFactory
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withContext
import org.springframework.core.io.buffer.DataBufferUtils
import org.springframework.http.MediaType
import org.springframework.http.codec.multipart.FilePart
import org.springframework.http.codec.multipart.Part
import org.springframework.transaction.annotation.EnableTransactionManagement
import org.springframework.transaction.annotation.Transactional
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestBody
import org.springframework.web.bind.annotation.RequestPart
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.server.WebSession
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteExisting
import kotlin.io.path.fileSize

/** Handlers that say where they are, after Spring or a driver may have taken them to a thread of its own. */
@RestController
internal class Places(private val connections: ConnectionFactory, private val transactions: Transactions) {
    @GetMapping("/places/session")
    fun session(session: WebSession): Mono<String> = Mono.fromCallable {
        session.start()
        here()
    }

    @GetMapping("/places/session/id")
    fun newId(session: WebSession): Mono<String> {
        session.start()
        val before = session.id
        session.attributes["kept"] = "kept"
        return session
            .save()
            .then(Mono.fromCallable { here() })
            .flatMap { saved ->
                session.changeSessionId().then(Mono.fromCallable { "$saved, ${session.id != before}, ${here()}" })
            }
    }

    @GetMapping("/places/session/end")
    fun end(session: WebSession): Mono<String> =
        Mono.just(session.getAttributeOrDefault("kept", "lost")).flatMap { kept ->
            session.invalidate().then(Mono.fromCallable { "$kept, ${session.isExpired}, ${here()}" })
        }

    @PostMapping("/places/file")
    fun file(
        @RequestPart file: FilePart,
    ): Mono<String> {
        val path = createTempFile()
        val before = here()
        return file
            .transferTo(path)
            .then(Mono.fromCallable { "$before, ${path.fileSize()}, ${here()}" })
            .doFinally { path.deleteExisting() }
    }

    @PostMapping("/places/content")
    fun content(
        @RequestPart file: Mono<FilePart>,
    ): Mono<String> = file.flatMapMany(::sizes).reduce(Int::plus).map { "$it, ${here()}" }

    @PostMapping("/places/parts")
    fun parts(
        @RequestBody parts: Flux<Part>,
    ): Mono<String> =
        parts
            .concatMap { part -> sizes(part).reduce(Int::plus).map { "${part.name()} $it, ${here()}" } }
            .collectList()
            .map { it.joinToString() }

    private fun sizes(part: Part): Flux<Int> =
        part.content().map { piece ->
            check(EventLoop.currentOrNull() != null)
            piece.readableByteCount().also { DataBufferUtils.release(piece) }
        }

    @GetMapping("/places/transaction", produces = [MediaType.TEXT_PLAIN_VALUE])
    fun transaction(): Flow<String> = transactions.flow()

    /** Asks for a second connection where there is one. */
    @GetMapping("/places/pool")
    fun pool(): Mono<String> =
        Mono.usingWhen(
            connections.create(),
            { _: Connection -> Mono.from(connections.create()).map { "a second" }.onErrorResume { Mono.just(here()) } },
            Connection::close,
        )
}

@EnableTransactionManagement
internal open class Transactions {
    @Transactional
    open fun flow(): Flow<String> = flow {
        emit(here())
        withContext(Dispatchers.IO) { }
        emit(", " + here())
    }
}

private fun here(): String = EventLoop.currentOrNull()?.name() ?: "elsewhere"
