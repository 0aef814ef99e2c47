package io.gyre.coroutines

import io.gyre.abort.AbortController
import io.gyre.stream.Duplex
import io.gyre.stream.Pipeline
import io.gyre.stream.PipelineBuilder
import io.gyre.stream.Readable
import io.gyre.stream.Writable
import kotlinx.coroutines.CancellationException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Feeds a sink from a source until the end, ends it there and waits until both are through. On the loop's thread.
 *
 * An error of one stream destroys the other. If the coroutine is cancelled, both are destroyed with an
 * [io.gyre.abort.AbortException] whose cause is the cancellation.
 *
 * @param source where from
 * @param sink where to; if it can be read as well, its readable side is left to somebody else
 * @throws Throwable the first error
 */
public suspend fun <T : Any> pipeline(source: Readable<T>, sink: Writable<in T>) {
    Pipeline.from(source).run(sink)
}

/**
 * Feeds a sink from a source through a stage, such as a decompression. Otherwise as the form without a stage.
 *
 * @param source where from
 * @param stage what is between
 * @param sink where to
 * @throws Throwable the first error
 */
public suspend fun <T : Any, R : Any> pipeline(source: Readable<T>, stage: Duplex<in T, R>, sink: Writable<in R>) {
    Pipeline.from(source).through(stage).run(sink)
}

/**
 * Feeds a sink from a source through any number of stages. Otherwise as the form without a stage.
 *
 * ```
 * pipeline(file, { through(decompression).through(parser) }, table)
 * ```
 *
 * @param source where from
 * @param stages adds what is between
 * @param sink where to
 * @throws Throwable the first error
 */
public suspend fun <T : Any, R : Any> pipeline(
    source: Readable<T>,
    stages: PipelineBuilder<T>.() -> PipelineBuilder<R>,
    sink: Writable<in R>,
) {
    Pipeline.from(source).stages().run(sink)
}

private suspend fun <T : Any> PipelineBuilder<T>.run(sink: Writable<in T>) {
    val givenUp = AbortController(sink.loop())
    try {
        sink.loop().suspendForLoop<Unit> { continuation ->
            signal(givenUp.signal()).into(sink) { error ->
                if (error == null) continuation.resume(Unit) else continuation.resumeWithException(error)
            }
        }
    } catch (e: CancellationException) {
        if (sink.loop().inEventLoop()) {
            givenUp.abort(e)
        }
        throw e
    }
}
