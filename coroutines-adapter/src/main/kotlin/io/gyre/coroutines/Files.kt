package io.gyre.coroutines

import io.gyre.abort.AbortController
import io.gyre.abort.AbortSignal
import io.gyre.buffer.Buffer
import io.gyre.fs.FileHandle
import io.gyre.fs.FileStats
import io.gyre.fs.FileSystem
import io.gyre.fs.FsException
import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import java.nio.file.OpenOption
import java.nio.file.Path

/*
 * The operations of FileSystem in suspending form, on the shared worker pool. On the loop's thread; the coroutine goes
 * on in the poll phase. Where it is cancelled, a job that no worker has begun is taken back. What takes options or a pool of its own is reached through FileSystem and await().
 */

/**
 * Reads a whole file.
 *
 * @throws FsException if that fails
 */
public suspend fun EventLoop.readFile(path: Path): Buffer = abortable { FileSystem.of(this).readFile(path, it) }

/**
 * Writes a whole file, which is made or overwritten, and returns how many bytes were written.
 *
 * @throws FsException if that fails
 */
public suspend fun EventLoop.writeFile(path: Path, content: Buffer): Long =
    abortable { FileSystem.of(this).writeFile(path, content, it) }

/**
 * Looks a file up, following symbolic links.
 *
 * @throws FsException if that fails
 */
public suspend fun EventLoop.stat(path: Path): FileStats = abortable { FileSystem.of(this).stat(path, it) }

/**
 * Opens a file, lends it to [block] and closes it, also if the coroutine is cancelled.
 *
 * @param path which
 * @param options how; for reading if there are none
 * @throws FsException if that fails
 */
public suspend fun <R> EventLoop.useFile(
    path: Path,
    vararg options: OpenOption,
    block: suspend (FileHandle) -> R,
): R {
    val file = openFile(path, options)
    try {
        return block(file)
    } finally {
        if (inEventLoop()) {
            val closing = file.close()
            // A loop that ends no longer tells when it is closed.
            if (!loopCoroutines().isEnding) {
                withContext(NonCancellable) { closing.await() }
            }
        }
    }
}

/**
 * Reads from the file at a position.
 *
 * @param length how many bytes at most
 * @param position where
 * @return what is there; empty at the end of the file
 * @throws FsException if that fails
 */
public suspend fun FileHandle.awaitRead(length: Int, position: Long): Buffer = read(length, position).await()

/**
 * Writes to the file at a position, and returns how many bytes were written.
 *
 * @throws FsException if that fails
 */
public suspend fun FileHandle.awaitWrite(bytes: Buffer, position: Long): Long = write(bytes, position).await()

/**
 * Returns how long the file is.
 *
 * @throws FsException if that fails
 */
public suspend fun FileHandle.awaitSize(): Long = size().await()

/**
 * Waits until what was written is on the device.
 *
 * @throws FsException if that fails
 */
public suspend fun FileHandle.awaitSync() {
    sync().await()
}

/** A file that was opened for a coroutine which is cancelled before it goes on is closed again. */
private suspend fun EventLoop.openFile(path: Path, options: Array<out OpenOption>): FileHandle {
    val controller = AbortController(this)
    val opening = FileSystem.of(this).open(path, controller.signal(), *options)
    try {
        return opening.await()
    } catch (e: CancellationException) {
        onItsThread {
            controller.abort(e)
            opening.await({ it.close() }, { })
        }
        throw e
    }
}

private suspend fun <T : Any> EventLoop.abortable(start: (AbortSignal) -> Promise<T>): T {
    val controller = AbortController(this)
    try {
        return start(controller.signal()).await()
    } catch (e: CancellationException) {
        if (inEventLoop()) {
            controller.abort(e)
        }
        throw e
    }
}
