package io.gyre.stream;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A transform that looks at the bytes and changes nothing. */
final class PeekTransform extends LentTransform {

    private final Consumer<? super ByteBuffer> look;

    PeekTransform(EventLoop loop, DuplexOptions<Buffer, Buffer> options, Consumer<? super ByteBuffer> look) {
        super(loop, options);
        this.look = look;
    }

    @Override
    void pass(LentBytes lent) {
        look.accept(lent.bytes().asReadOnlyBuffer());
    }

    @Override
    protected void doTransform(Buffer chunk, TransformCallback<Buffer> callback) {
        look.accept(chunk.asByteBuffer());
        callback.done(chunk);
    }
}
