package io.gyre.samples.quickstart

import io.gyre.coroutines.blocking
import io.gyre.loop.EventLoop
import io.gyre.work.WorkerPool
import java.nio.file.Files
import java.nio.file.InvalidPathException
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlin.io.path.isDirectory
import kotlin.io.path.isRegularFile
import kotlin.io.path.name

/** What a name in a folder stands for. */
internal sealed interface Found {
    data object Nothing : Found

    data object Forbidden : Found

    /** @property names in order, those of directories with a slash at the end */
    class Directory(val names: List<String>) : Found

    /** @property modified in whole seconds, as HTTP tells it */
    class File(val path: Path, val size: Long, val modified: Instant) : Found
}

/** A folder whose files may be seen from outside, and nothing else. */
internal class Folder(private val loop: EventLoop, private val root: Path) {
    /** Looks up a name that came from a client. On a worker, since file systems block. */
    suspend fun find(name: String): Found =
        loop.blocking(kind = WorkerPool.Kind.FAST_IO, description = "find '$name'") { findNow(name) }

    private fun findNow(name: String): Found {
        val asked = try {
            root.resolve(name).normalize()
        } catch (_: InvalidPathException) {
            return Found.Nothing
        }
        if (!asked.startsWith(root)) {
            return Found.Forbidden
        }
        val real = try {
            // A link may lead out of the folder.
            asked.toRealPath().also { if (!it.startsWith(root.toRealPath())) return Found.Forbidden }
        } catch (_: NoSuchFileException) {
            return Found.Nothing
        } catch (_: java.nio.file.FileSystemException) {
            // Such as a file where a directory should be.
            return Found.Nothing
        }
        return when {
            real.isDirectory() -> Found.Directory(namesIn(real))
            !real.isRegularFile() -> Found.Forbidden
            name.endsWith("/") -> Found.Nothing
            else ->
                Found.File(
                    real,
                    Files.size(real),
                    Files.getLastModifiedTime(real).toInstant().truncatedTo(ChronoUnit.SECONDS),
                )
        }
    }

    private fun namesIn(directory: Path): List<String> =
        Files.list(directory).use { entries ->
            entries.map { if (it.isDirectory()) it.name + "/" else it.name }.sorted().toList()
        }
}
