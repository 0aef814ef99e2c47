package io.gyre.http;

import io.gyre.buffer.Buffer;
import io.gyre.stream.FileRange;
import io.gyre.stream.LentBytes;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/** How the end of a response body is told, and whether the body keeps to it. */
final class Framing {

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = HeadEncoder.ascii("0\r\n");

    private enum Kind {
        /** Not sent: the answer to HEAD, or a status that has none. */
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private Kind kind = Kind.NONE;
    private long length;
    private long taken;

    /** Whether a chunk was sent whose end goes out with what follows it. */
    private boolean chunkOpen;

    void none() {
        kind = Kind.NONE;
    }

    void length(long declared) {
        kind = Kind.LENGTH;
        length = declared;
    }

    void chunked() {
        kind = Kind.CHUNKED;
    }

    void untilClose() {
        kind = Kind.UNTIL_CLOSE;
    }

    boolean hasBody() {
        return kind != Kind.NONE;
    }

    /** Whether the connection can go on after the body. */
    boolean isDelimited() {
        return kind != Kind.UNTIL_CLOSE;
    }

    /** Puts a piece of the body into the output, after the head if that is still in the encoder. */
    void add(Buffer piece, boolean headFirst, Output output) {
        boolean chunk = begin(piece.length(), headFirst, output.encoder());
        if (hasBody()) {
            output.add(piece);
        } else {
            output.add();
        }
        if (chunk) {
            output.encoder().clear();
            output.encoder().append(LINE_END);
            output.add();
        }
    }

    /** Puts lent bytes into the output, as a piece of the body; they are released at once if no body is sent. */
    void add(LentBytes bytes, boolean headFirst, Output output) {
        boolean chunk = begin(bytes.length(), headFirst, output.encoder());
        if (hasBody()) {
            output.add(bytes);
            chunkOpen = chunk;
        } else {
            output.add();
            bytes.release();
        }
    }

    /** Sends a piece of the body that is a range of a file; null if no body is sent. */
    @Nullable
    ChannelFuture send(FileRange range, boolean headFirst, Output output) {
        boolean chunk = begin(range.length(), headFirst, output.encoder());
        if (!hasBody()) {
            output.add();
            return null;
        }
        chunkOpen = chunk;
        return output.send(range);
    }

    /** Puts what comes before a piece into the encoder; returns whether the piece is a chunk. */
    private boolean begin(int size, boolean headFirst, HeadEncoder encoder) {
        if (kind == Kind.LENGTH && size > length - taken) {
            throw new IllegalStateException(
                    "Content-Length is " + length + ", but the body has at least " + (taken + size) + " bytes");
        }
        taken += size;
        if (!headFirst) {
            encoder.clear();
        }
        closeChunk(encoder);
        boolean chunk = kind == Kind.CHUNKED && size > 0;
        if (chunk) {
            encoder.chunkSize(size);
        }
        return chunk;
    }

    private void closeChunk(HeadEncoder encoder) {
        if (chunkOpen) {
            chunkOpen = false;
            encoder.append(LINE_END);
        }
    }

    /** Puts the end of the body into the output; the trailers with it, if there is a place for them. */
    void end(Output output, @Nullable ResponseHeaders trailers) {
        if (kind == Kind.LENGTH && taken != length) {
            throw new IllegalStateException("Content-Length is " + length + ", but the body has " + taken + " bytes");
        }
        if (kind == Kind.CHUNKED) {
            HeadEncoder encoder = output.encoder();
            encoder.clear();
            closeChunk(encoder);
            encoder.append(LAST_CHUNK);
            if (trailers != null) {
                trailers.encode(encoder);
            }
            encoder.end();
            output.add();
        }
    }
}
