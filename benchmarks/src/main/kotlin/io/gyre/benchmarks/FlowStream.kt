package io.gyre.benchmarks

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.runBlocking

/** A Flow that is mapped and collected, with a buffer of 16 elements between its two coroutines. */
internal class FlowStream<T : Any>(
    private val dispatcher: CoroutineDispatcher,
    private val chunk: T,
) {
    /** Passes so many chunks on and returns how many arrived. */
    fun run(chunks: Int): Int =
        runBlocking(dispatcher) {
            var taken = 0
            flow { repeat(chunks) { emit(chunk) } }
                .map { it }
                .buffer(HIGH_WATER_MARK)
                .collect { taken++ }
            taken
        }

    private companion object {
        const val HIGH_WATER_MARK = 16
    }
}
