package io.gyre.samples.pipelines

import io.gyre.buffer.Buffer

/** The bytes of one program: which they are, how many exist between source and sink, and how many did at most. */
internal class Traffic {
    var made = 0L
        private set
    var taken = 0L
        private set
    var peak = 0L
        private set

    /** Says how much each stream holds, for the moment of the peak. */
    var where: () -> String = { "" }
    var whereAtPeak = ""
        private set

    /** The next bytes of the source: each follows from its position. */
    fun make(size: Int): Buffer {
        val bytes = ByteArray(size) { at(made + it) }
        made += size
        if (made - taken > peak) {
            peak = made - taken
            whereAtPeak = where()
        }
        return Buffer.wrap(bytes)
    }

    /** Says what is wrong with the bytes that follow those taken so far; null if nothing is. */
    fun problem(chunk: Buffer): String? {
        for (i in 0 until chunk.length()) {
            if (chunk[i] != at(taken + i)) {
                return "byte ${taken + i} is ${chunk[i]}, not ${at(taken + i)}"
            }
        }
        return null
    }

    fun take(size: Int) {
        taken += size
    }

    private fun at(position: Long): Byte = (position * 31 + (position shr 8)).toByte()
}
