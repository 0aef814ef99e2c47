package io.gyre.samples.webflux

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.fs.FileSystem
import io.gyre.loop.EventLoop
import io.gyre.reactor.LoopFlux
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.reactive.asFlow
import org.springframework.beans.factory.annotation.Value
import org.springframework.core.io.buffer.DataBuffer
import org.springframework.core.io.buffer.DataBufferUtils
import org.springframework.core.io.buffer.DefaultDataBufferFactory
import org.springframework.http.MediaType
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.RestController
import reactor.core.publisher.Flux
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicLong

private const val CHUNK = 64 * 1024

/** A folder whose files are streamed: a chunk is read when the client has taken those before it. */
@RestController
class Downloads(
    @param:Value("\${sample.folder}") private val folder: Path,
) {
    private val factory = DefaultDataBufferFactory.sharedInstance

    /** How many bytes were read so far, of all requests. */
    val bytes = AtomicLong()

    @GetMapping("/files/{name}/flux", produces = [MediaType.APPLICATION_OCTET_STREAM_VALUE])
    fun asFlux(
        @PathVariable name: String,
    ): Flux<DataBuffer> =
        (EventLoop.currentOrNull()?.let { fluxOn(it, file(name)) } ?: elsewhere(file(name))).doOnNext(::count)

    @GetMapping("/files/{name}/flow", produces = [MediaType.APPLICATION_OCTET_STREAM_VALUE])
    fun asFlow(
        @PathVariable name: String,
    ): Flow<DataBuffer> =
        EventLoop.currentOrNull()?.let { flowOn(it, file(name)) } ?: elsewhere(file(name)).doOnNext(::count).asFlow()

    // docs: begin streams
    private fun fluxOn(loop: EventLoop, file: Path): Flux<DataBuffer> =
        LoopFlux.defer(loop) { FileSystem.of(loop).createReadStream(file) }.map(::dataBuffer)

    private fun flowOn(loop: EventLoop, file: Path): Flow<DataBuffer> = flow {
        FileSystem
            .of(loop)
            .createReadStream(file)
            .asFlow()
            .collect { chunk -> emit(dataBuffer(chunk).also(::count)) }
    }
    // docs: end streams

    /** Where there is no loop: the same service on the defaults of Spring Boot. */
    private fun elsewhere(file: Path): Flux<DataBuffer> = DataBufferUtils.read(file, factory, CHUNK)

    private fun dataBuffer(chunk: Buffer): DataBuffer = factory.wrap(chunk.asByteBuffer())

    private fun count(buffer: DataBuffer) {
        bytes.addAndGet(buffer.readableByteCount().toLong())
    }

    private fun file(name: String): Path = folder.resolve(Path.of(name).fileName)
}
