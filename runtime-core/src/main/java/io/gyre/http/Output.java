package io.gyre.http;

import io.gyre.buffer.Buffer;
import io.gyre.stream.FileRange;
import io.gyre.stream.LentBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is about to send: small pieces gather in one pooled buffer until the flush, so that a batch of
 * answers is one write.
 */
final class Output {

    /** Pieces up to here go through the encoder, together with what is before them. */
    private static final int SMALL = 4 * 1024;

    /** Pieces from here on are written on their own, so that the gathered buffer never grows far. */
    private static final int LARGE = 64 * 1024;

    private final ChannelHandlerContext ctx;
    private final HeadEncoder encoder;
    private final ReusedBuffers buffers;
    private final int highWaterMark;
    private final long fileLimit;
    private @Nullable ByteBuf gathered;

    /** Passed on since the last flush, and retained, to be used again. */
    private @Nullable ByteBuf passedOn;

    Output(ChannelHandlerContext ctx, HttpServer server) {
        this.ctx = ctx;
        this.encoder = server.encoder;
        this.buffers = server.buffers;
        this.highWaterMark = server.options.highWaterMark;
        this.fileLimit = server.fileLimit;
    }

    /** Where pieces are put together before {@link #add()} takes them. */
    HeadEncoder encoder() {
        return encoder;
    }

    /** Takes what the encoder holds. */
    void add() {
        if (encoder.length() > 0) {
            encoder.writeTo(room(encoder.length()));
        }
    }

    /** Takes what the encoder holds and a piece of a body after it. */
    void add(Buffer piece) {
        int length = piece.length();
        if (length <= SMALL) {
            encoder.append(piece);
            add();
        } else if (length < LARGE) {
            add();
            room(length).writeBytes(piece.asByteBuf());
        } else {
            add();
            passOn();
            ctx.write(piece.asByteBuf(), ctx.voidPromise());
        }
    }

    /** Takes what the encoder holds and lent bytes after it, which are released on every path. */
    void add(LentBytes bytes) {
        add();
        if (bytes.length() < LARGE) {
            room(bytes.length()).writeBytes(bytes.bytes());
            bytes.release();
        } else {
            passOn();
            ctx.write(new LentBuf(ctx.alloc(), bytes), ctx.voidPromise());
        }
    }

    /** Sends what the encoder holds and a range of a file after it. */
    ChannelFuture send(FileRange range) {
        add();
        passOn();
        ChannelFuture sent = ctx.writeAndFlush(FilePart.of(range, fileLimit));
        handBack();
        return sent;
    }

    private ByteBuf room(int size) {
        ByteBuf buffer = gathered;
        if (buffer != null && buffer.readableBytes() + size > LARGE) {
            passOn();
            buffer = null;
        }
        if (buffer == null) {
            buffer = buffers.forWrite(ctx.alloc(), size);
            gathered = buffer;
        }
        return buffer;
    }

    private void passOn() {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            if (passedOn == null) {
                passedOn = buffer.retain();
            }
            ctx.write(buffer, ctx.voidPromise());
        }
    }

    /** Whether the client should be given time to read before more is added. */
    boolean isFull() {
        ByteBuf buffer = gathered;
        return !ctx.channel().isWritable() || (buffer != null && buffer.readableBytes() >= highWaterMark);
    }

    void flush() {
        passOn();
        ctx.flush();
        handBack();
    }

    private void handBack() {
        ByteBuf buffer = passedOn;
        if (buffer != null) {
            passedOn = null;
            buffers.handBack(buffer);
        }
    }

    /** Sends everything, then does something with the channel, whether or not that succeeded. */
    void flushAndThen(ChannelFutureListener last) {
        ByteBuf buffer = gathered;
        gathered = null;
        ctx.writeAndFlush(buffer == null ? ctx.alloc().directBuffer(0) : buffer).addListener(last);
        handBack();
    }

    /** Drops what was not passed on. */
    void release() {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            buffer.release();
        }
        handBack();
    }
}
