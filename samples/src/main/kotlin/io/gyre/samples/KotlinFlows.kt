package io.gyre.samples

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.coroutines.asReadable
import io.gyre.coroutines.io.readAllTo
import io.gyre.coroutines.pipeTo
import io.gyre.coroutines.pipeline
import io.gyre.coroutines.readFile
import io.gyre.coroutines.runLoop
import io.gyre.coroutines.useLines
import io.gyre.fs.FileSystem
import io.gyre.stream.DuplexOptions
import io.gyre.stream.PassThrough
import io.gyre.stream.Readable
import io.gyre.stream.StreamOptions
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.io.readLine
import java.nio.file.Files
import java.nio.file.Path

/** Streams as Kotlin flows and flows as streams: who waits for whom, lines of text, pipelines. */
fun main() {
    val file = Files.createTempFile("gyre-sample", ".log")
    try {
        pace()
        write(file)
        lines(file)
        stages(file)
        kotlinxIo()
    } finally {
        Files.delete(file)
    }
}

private fun pace() {
    // docs: begin pace
    runLoop {
        val numbers: Readable<Int> = Readable.from(loop, 1..1_000_000)
        numbers.asFlow().take(3).collect { number ->
            delay(10)
            println("$number taken, ${numbers.readableLength()} read ahead")
        }
        println("destroyed: ${numbers.isDestroyed}")
    }
    // docs: end pace
}

private fun write(file: Path) {
    // docs: begin write
    runLoop {
        val events = flow {
            for (level in listOf("info", "error", "info", "error")) {
                delay(5)
                emit("$level of the day\r\n")
            }
        }
        events.map { Buffer.utf8(it) }.pipeTo(FileSystem.of(loop).createWriteStream(file))
    }
    // docs: end write
}

private fun lines(file: Path) {
    // docs: begin lines
    runLoop {
        val source = FileSystem.of(loop).createReadStream(file)
        val errors = source.useLines { lines -> lines.filter { it.startsWith("error") }.toList() }
        println("$errors, closed: ${source.isClosed}")
    }
    // docs: end lines
}

private fun stages(file: Path) {
    // docs: begin stages
    runLoop {
        val words = flow {
            emit(Buffer.utf8("one "))
            delay(5)
            emit(Buffer.utf8("two"))
        }
        val stage = PassThrough(loop, DuplexOptions.bytes())
        pipeline(
            words.asReadable(loop, StreamOptions.bytes()),
            stage,
            FileSystem.of(loop).createWriteStream(file),
        )
        println(loop.readFile(file))
    }
    // docs: end stages
}

private fun kotlinxIo() {
    // docs: begin kotlinx-io
    runLoop {
        val upload = Readable.from(loop, listOf(Buffer.utf8("name=Anna\nci"), Buffer.utf8("ty=Oslo\n")))
        val bytes = kotlinx.io.Buffer()
        upload.readAllTo(bytes, maxLength = 1_000)
        println(generateSequence { bytes.readLine() }.toList())
    }
    // docs: end kotlinx-io
}
