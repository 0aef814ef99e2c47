package io.gyre.coroutines.io

import io.gyre.buffer.Buffer
import io.gyre.coroutines.runLoop
import io.gyre.stream.DuplexOptions
import io.gyre.stream.PassThrough
import io.gyre.stream.Readable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlinx.coroutines.async
import kotlinx.io.EOFException
import kotlinx.io.bytestring.ByteString
import kotlinx.io.bytestring.encodeToByteString
import kotlinx.io.readByteArray
import kotlinx.io.readString
import kotlinx.io.writeString
import kotlin.random.Random
import kotlinx.io.Buffer as IoBuffer

/** Bytes on their way between buffers and streams of the loop and those of kotlinx-io. */
internal class KotlinxIoTest : FunSpec({
    test("byte strings and buffers hold the same bytes, and a copy of them") {
        checkAll(Arb.byteArray(Arb.int(0..300), Arb.byte())) { bytes ->
            val string = ByteString(bytes)
            val buffer = string.toBuffer()
            buffer.toByteArray() shouldBe bytes
            buffer.toByteString() shouldBe string
            if (bytes.isNotEmpty()) {
                buffer.set(0, bytes[0] + 1)
                string[0] shouldBe bytes[0]
            }
        }
        Buffer.utf8("a slice of it").slice(2, 7).toByteString() shouldBe "slice".encodeToByteString()
    }

    test("a chunk is written to a sink, and read from a source") {
        val bytes = Random(1).nextBytes(50_000)
        val io = IoBuffer()
        io.write(Buffer.wrap(bytes).slice(0, 20_000))
        io.write(Buffer.empty())
        io.write(Buffer.wrap(bytes).slice(20_000))
        io.size shouldBe bytes.size.toLong()
        io.readBuffer(0).length() shouldBe 0
        val read = listOf(1, 9_999, 40_000).map { io.readBuffer(it) }
        Buffer.concat(read).toByteArray() shouldBe bytes
        io.exhausted() shouldBe true
    }

    test("a source that has too little keeps it") {
        val io = IoBuffer().apply { writeString("four") }
        shouldThrow<EOFException> { io.readBuffer(5) }
        shouldThrow<IllegalArgumentException> { io.readBuffer(-1) }
        io.readString() shouldBe "four"
    }

    test("a stream is read to its end, up to a bound") {
        runLoop {
            val chunks = listOf("one ", "two ", "three")
            val io = IoBuffer().apply { writeString("zero ") }
            Readable.from(loop, chunks.map(Buffer::utf8)).readAllTo(io, maxLength = 13) shouldBe 13
            io.readString() shouldBe "zero one two three"
            val tooLong = Readable.from(loop, chunks.map(Buffer::utf8))
            shouldThrow<IllegalStateException> { tooLong.readAllTo(io, maxLength = 12) }.message!! shouldContain
                "more than 12 bytes"
            tooLong.isDestroyed shouldBe true
            io.readString() shouldBe "one two "
        }
    }

    test("a buffer is written at the pace of the stream, and is empty then") {
        runLoop {
            val bytes = Random(2).nextBytes(300_000)
            val io = IoBuffer().apply { write(bytes) }
            val stream = PassThrough<Buffer>(loop, DuplexOptions.bytes())
            val writing = async {
                stream.awaitWrite(io)
                io.exhausted() shouldBe true
                stream.end()
            }
            kotlinx.coroutines.yield()
            (io.size > 200_000) shouldBe true
            val back = IoBuffer()
            stream.readAllTo(back, maxLength = 1_000_000) shouldBe 300_000
            back.readByteArray() shouldBe bytes
            writing.await()
        }
    }
})
