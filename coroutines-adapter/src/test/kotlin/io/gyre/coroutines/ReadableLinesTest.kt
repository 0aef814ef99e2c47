package io.gyre.coroutines

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.nio.charset.Charset

/** Text out of byte streams: where lines end, how long they may be, and that the stream is closed. */
internal class ReadableLinesTest : FunSpec({
    test("lines end in a line feed, with or without a return before it") {
        linesOf("one\ntwo\r\nthree") shouldContainExactly listOf("one", "two", "three")
        linesOf("one\n") shouldContainExactly listOf("one")
        linesOf("\n\r\n\n") shouldContainExactly listOf("", "", "")
        linesOf("") shouldContainExactly emptyList()
    }

    test("a return alone belongs to its line") {
        linesOf("a\rb\r\r\nc\r") shouldContainExactly listOf("a\rb\r", "c\r")
    }

    test("the borders of the chunks make no difference, in any charset") {
        val text = "Zeile\r\nöäü €\n\r\n𝄞 clef\nlast"
        for (charset in listOf("UTF-8", "UTF-16", "UTF-16LE", "UTF-32", "ISO-8859-15").map { Charset.forName(it) }) {
            val whole = String(text.toByteArray(charset), charset)
            for (size in listOf(1, 2, 3, 5, 1000)) {
                linesOf(text.toByteArray(charset), size, charset) shouldContainExactly whole.lines()
            }
        }
    }

    test("random text in random chunks gives its lines") {
        val pieces = Arb.element("a", "ß", "€", "𝄞", "\r", "\n", "\r\n", "a longer piece of a line", "\u0000")
        checkAll(200, Arb.list(pieces, 0..60), Arb.int(1..9)) { parts, size ->
            val text = parts.joinToString("")
            val expected = text.split("\n").toMutableList()
            if (expected.last().isEmpty()) expected.removeLast()
            val last = if (text.endsWith("\n")) expected.size else expected.size - 1
            for (i in 0 until last) expected[i] = expected[i].removeSuffix("\r")
            linesOf(text.toByteArray(), size) shouldContainExactly expected
        }
    }

    test("malformed input is replaced, also where the stream ends within a character") {
        linesOf(
            byteArrayOf('a'.code.toByte(), 0xC3.toByte(), '\n'.code.toByte(), 0xE2.toByte()),
            1,
        ) shouldContainExactly
            listOf("a\uFFFD", "\uFFFD")
    }

    test("a line as long as allowed passes, whatever its end") {
        linesOf("12345\r\n12345\n12345".toByteArray(), 2, maxLength = 5) shouldContainExactly
            listOf("12345", "12345", "12345")
    }

    test("a longer line is an error that says which, and closes the stream") {
        runLoop {
            val seen = mutableListOf<String>()
            val source = Chunks(loop, List(100) { "ok\n123456".toByteArray() })
            val error = shouldThrow<LineTooLongException> {
                source.useLines(maxLength = 5) { lines -> lines.collect { seen += it } }
            }
            error.message shouldBe "line 2 is longer than 5 characters"
            error.lineNumber shouldBe 2
            seen shouldContainExactly listOf("ok")
            source.errored() shouldBeSameInstanceAs error
            shouldThrow<IllegalArgumentException> { Chunks(loop, emptyList()).lines(maxLength = 0) }
        }
    }

    test("the stream is closed when useLines returns: at the end, before it, and where nothing was read") {
        runLoop {
            val blocks = listOf<suspend (Flow<String>) -> Any?>({ it.toList() }, { it.first() }, { "nothing" })
            for (block in blocks) {
                val source = Chunks(loop, List(10) { "line\n".toByteArray() })
                source.useLines(block = block)
                source.freed shouldBe true
                source.errored() shouldBe null
            }
        }
    }

    test("the stream is closed when the block fails, with its failure") {
        inVirtualTime {
            val failure = IllegalStateException("block")
            val source = Chunks(loop, List(10) { "line\n".toByteArray() })
            shouldThrow<IllegalStateException> {
                source.useLines { throw failure }
            } shouldBeSameInstanceAs failure
            source.isDestroyed shouldBe true
            source.onError { it shouldBeSameInstanceAs failure }
            delay(1)
            source.freed shouldBe true
        }
    }

    test("the stream is closed when the coroutine is cancelled") {
        inVirtualTime {
            val source = Chunks(loop, List(10) { "line\n".toByteArray() })
            val reader = launch(start = CoroutineStart.UNDISPATCHED) {
                source.useLines { lines ->
                    lines.collect { delay(1_000_000) }
                }
            }
            delay(5)
            reader.cancel(CancellationException("enough"))
            reader.join()
            source.isDestroyed shouldBe true
            delay(1)
            source.freed shouldBe true
        }
    }

    test("a stream that breaks fails the block, after the whole lines before") {
        runLoop {
            val seen = mutableListOf<String>()
            val source = Chunks(loop, listOf("one\ntwo\nthr".toByteArray()), failure = IllegalStateException("broken"))
            shouldThrow<IllegalStateException> { source.useLines { lines -> lines.collect { seen += it } } }
                .message shouldBe "broken"
            seen shouldContainExactly listOf("one", "two")
        }
    }

    test("a stream that cannot be closed says so") {
        runLoop {
            val source = Chunks(loop, listOf("one\n".toByteArray()), closeFailure = IllegalStateException("EIO"))
            shouldThrow<IllegalStateException> { source.useLines { lines -> lines.first() } }.message shouldBe "EIO"
        }
    }

    test("lines are read at the pace of the collector") {
        inVirtualTime {
            val source = Chunks(loop, List(1000) { "line\n".toByteArray() })
            var lines = 0
            source.lines().collect {
                lines++
                if (lines == 3) {
                    delay(20)
                    // One chunk beyond the high-water mark of a byte, besides what was read.
                    source.readableLength() shouldBe "line\n".length
                }
            }
            lines shouldBe 1000
        }
    }

    test("only on the loop's thread") {
        runLoop {
            val source = Chunks(loop, emptyList())
            withContext(Dispatchers.Default) {
                shouldThrow<IllegalStateException> { source.useLines { } }.message!! shouldContain "loop.execute"
            }
        }
    }
})

private fun linesOf(text: String): List<String> = linesOf(text.toByteArray(), 1)

private fun linesOf(
    bytes: ByteArray,
    chunkSize: Int,
    charset: Charset = Charsets.UTF_8,
    maxLength: Int = 1000,
): List<String> =
    runLoop {
        val chunks = bytes.asList().chunked(chunkSize) { it.toByteArray() }
        Chunks(loop, chunks).useLines(charset, maxLength) { it.toList() }
    }
