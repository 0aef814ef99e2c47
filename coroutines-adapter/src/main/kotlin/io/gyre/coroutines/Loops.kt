package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import kotlinx.coroutines.future.await
import java.util.concurrent.RejectedExecutionException
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Waits until the loop has ended, and returns its exit code. From any other thread; on its own a loop cannot be seen to
 * have ended.
 */
public suspend fun EventLoop.awaitTermination(): Int {
    check(!inEventLoop()) { "awaitTermination: a coroutine of ${name()} cannot wait for its own loop to end" }
    return termination().await()
}

/**
 * Shuts the loop down gracefully, and waits until it has ended. From any other thread.
 *
 * @param deadline how long what is open may take to close
 * @return the exit code
 */
public suspend fun EventLoop.awaitShutdown(deadline: Duration): Int {
    check(!inEventLoop()) { "awaitShutdown: a coroutine of ${name()} cannot wait for its own loop to end" }
    return shutdown(deadline.toJavaDuration()).await()
}

/**
 * Shuts all loops of the group down gracefully, and waits until they have ended. From a thread of none of them.
 *
 * @param deadline how long what is open may take to close
 */
public suspend fun EventLoopGroup.awaitShutdown(deadline: Duration) {
    check(loops().none { it.inEventLoop() }) { "awaitShutdown: a coroutine of a loop cannot wait for it to end" }
    shutdown(deadline.toJavaDuration()).await()
}

/** Runs an action at once on the loop's thread, or posts it there. A loop that has ended drops it. */
internal fun EventLoop.onItsThread(action: () -> Unit) {
    if (inEventLoop()) {
        action()
        return
    }
    try {
        execute(action)
    } catch (_: RejectedExecutionException) {
        // Whatever it was for has ended with the loop.
    }
}
