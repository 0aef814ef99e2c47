package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.Registration
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlin.coroutines.resume

/*
 * Listeners of the core in suspending form: Node's `events.once` and `events.on`, for everything that has an `on...`.
 */

/**
 * Waits for the next event of a listener, which is removed then, and when the coroutine is cancelled. On the loop's
 * thread.
 *
 * ```
 * val error = awaitEvent { server.onClientError(it) }
 * awaitEvent { emit -> stream.onClose { emit(Unit) } }
 * ```
 *
 * @param register adds the listener that it is given
 * @sample io.gyre.coroutines.samples.eventSample
 */
public suspend fun <T> awaitEvent(register: ((T) -> Unit) -> Registration): T {
    val once = OneEvent<T>()
    val registration = register(once::happened)
    try {
        return once.await()
    } finally {
        registration.remove()
    }
}

/** An event that may come before it is waited for, from within the registration. */
private class OneEvent<T> {
    private var outcome: Result<T>? = null
    private var waiting: CancellableContinuation<T>? = null

    fun happened(event: T) {
        if (outcome == null) {
            outcome = Result.success(event)
            waiting?.takeIf { it.isActive }?.resume(event)
        }
    }

    suspend fun await(): T {
        outcome?.let { return it.getOrThrow() }
        return EventLoop.current().suspendForLoop { continuation -> waiting = continuation }
    }
}

/**
 * A flow of the events of a listener, which is there from the moment of collection until the collector ends. To be
 * collected on the loop's thread.
 *
 * Events do not wait for their collector: those that come while it is busy are kept, without a bound. `conflate()`
 * beside it keeps the latest only.
 *
 * @param register adds the listener that it is given
 */
public fun <T> events(register: ((T) -> Unit) -> Registration): Flow<T> =
    flow {
        val events = Channel<T>(Channel.UNLIMITED)
        val registration = register { events.trySend(it) }
        try {
            for (event in events) {
                emit(event)
            }
        } finally {
            registration.remove()
        }
    }
