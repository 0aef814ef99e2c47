package io.gyre.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;

/** Okio: a source that lends its segments, a source around it, and the sink that drops everything. On any thread. */
final class OkioStream {

    private final Buffer chunk;

    OkioStream(byte[] chunk) {
        this.chunk = new Buffer().write(chunk);
    }

    /** Passes so many chunks on and returns how many arrived. */
    int run(int chunks) {
        try (BufferedSource source = Okio.buffer(new ForwardingSource(new Chunks(chunks)) {})) {
            return (int) (source.readAll(Okio.blackhole()) / chunk.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Chunks implements Source {

        private int left;

        Chunks(int chunks) {
            left = chunks;
        }

        @Override
        public long read(Buffer sink, long byteCount) {
            if (left-- <= 0) {
                return -1;
            }
            // Shares the memory.
            chunk.copyTo(sink, 0, chunk.size());
            return chunk.size();
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {}
    }
}
