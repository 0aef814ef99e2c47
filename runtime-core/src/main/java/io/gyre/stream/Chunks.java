package io.gyre.stream;

import io.gyre.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** What a stream must know about its chunks: how much they count, and whether they can be joined and split. */
abstract class Chunks<T> {

    static final Chunks<Buffer> BYTES = new Bytes();

    static final Chunks<Object> OBJECTS = new Chunks<>(false, true) {
        @Override
        int weigh(Object chunk) {
            return 1;
        }
    };

    /** Whether chunks are runs of one sequence; if not, they are taken one by one. */
    final boolean areSequence;

    /** Whether each counts 1, so that nobody needs to ask. */
    private final boolean areUnits;

    private Chunks(boolean areSequence, boolean areUnits) {
        this.areSequence = areSequence;
        this.areUnits = areUnits;
    }

    static <T> Chunks<T> sized(ToIntFunction<? super T> size) {
        return new Chunks<>(false, false) {
            @Override
            int weigh(T chunk) {
                return Math.max(1, size.applyAsInt(chunk));
            }
        };
    }

    final int size(T chunk) {
        return areUnits ? 1 : weigh(chunk);
    }

    abstract int weigh(T chunk);

    /** Takes all of a sequence, or so much of it. Only for sequences; there is at least that much. */
    T take(ArrayDeque<T> buffer, int n) {
        throw new UnsupportedOperationException("chunks of this stream are not split");
    }

    private static final class Bytes extends Chunks<Buffer> {

        Bytes() {
            super(true, false);
        }

        @Override
        int weigh(Buffer chunk) {
            return chunk.length();
        }

        @Override
        Buffer take(ArrayDeque<Buffer> buffer, int n) {
            Buffer first = buffer.remove();
            if (n <= first.length()) {
                return split(buffer, first, n);
            }
            List<Buffer> parts = new ArrayList<>();
            int missing = n;
            for (Buffer part = first; ; part = buffer.remove()) {
                if (missing <= part.length()) {
                    parts.add(split(buffer, part, missing));
                    return Buffer.concat(parts);
                }
                parts.add(part);
                missing -= part.length();
            }
        }

        private static Buffer split(ArrayDeque<Buffer> buffer, Buffer chunk, int n) {
            if (n == chunk.length()) {
                return chunk;
            }
            buffer.addFirst(chunk.slice(n));
            return chunk.slice(0, n);
        }
    }
}
