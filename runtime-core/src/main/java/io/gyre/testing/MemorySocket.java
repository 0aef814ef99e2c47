package io.gyre.testing;

import io.gyre.buffer.Buffer;
import io.gyre.loop.Handle;
import io.gyre.stream.AbstractDuplex;
import io.gyre.stream.Callback;
import io.gyre.stream.DuplexOptions;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a connection in memory, as a stream of bytes both ways.
 *
 * <p>Thread, order, errors and close are those of {@link io.gyre.stream.Duplex}; as a socket of Node does, it ends its
 * writable side when the server has ended. While it is open it keeps the loop alive. A connection that is lost breaks the stream with an {@link IOException}.
 */
public final class MemorySocket extends AbstractDuplex<Buffer, Buffer> {

    private final MemoryConnection connection;
    private final Open open;
    private final End end = new End();
    private boolean wantsMore;
    private @Nullable ByteBuf unsent;
    private @Nullable Callback onSent;

    MemorySocket(MemoryNetwork network, MemoryConnection connection) {
        super(network.loop(), DuplexOptions.bytes().allowHalfOpen(false));
        this.connection = connection;
        this.open = new Open(connection);
    }

    MemoryEnd networkEnd() {
        return end;
    }

    /**
     * Returns the connection, to stall or to cut it.
     *
     * @return what this stream is an end of
     */
    public MemoryConnection connection() {
        return connection;
    }

    @Override
    protected void doRead(int n) {
        wantsMore = true;
        readOn();
    }

    private void readOn() {
        MemoryPipe in = connection.toClient();
        while (wantsMore) {
            Buffer piece = in.read(Integer.MAX_VALUE);
            if (piece == null) {
                if (in.isAtEnd()) {
                    wantsMore = false;
                    pushEnd();
                }
                return;
            }
            wantsMore = push(piece);
        }
    }

    @Override
    protected void doWrite(Buffer chunk, Callback callback) {
        unsent = chunk.asByteBuf();
        onSent = callback;
        sendOn();
    }

    private void sendOn() {
        ByteBuf bytes = unsent;
        Callback callback = onSent;
        if (bytes == null || callback == null) {
            return;
        }
        connection.toServer().write(bytes);
        if (!bytes.isReadable()) {
            unsent = null;
            onSent = null;
            callback.done();
        }
    }

    @Override
    protected void doFinal(Callback callback) {
        connection.toServer().end();
        callback.done();
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        unsent = null;
        onSent = null;
        wantsMore = false;
        open.close();
        connection.close(connection.toClient(), connection.toServer());
        callback.call(error);
    }

    @Override
    public String toString() {
        return "MemorySocket(" + connection + ")";
    }

    private final class End implements MemoryEnd {

        @Override
        public void readable() {
            loop().makeCallback(MemorySocket.this::readOn);
        }

        @Override
        public void writable() {
            loop().makeCallback(MemorySocket.this::sendOn);
        }

        @Override
        public void failed(IOException error) {
            loop().makeCallback(() -> {
                if (!isDestroyed()) {
                    destroy(error);
                }
            });
        }
    }

    /** What keeps the loop alive while the socket is open, and closes it with the loop. */
    private final class Open extends Handle {

        private final MemoryConnection shown;

        Open(MemoryConnection shown) {
            super(MemorySocket.this.loop(), "MemorySocket");
            this.shown = shown;
            activate();
        }

        @Override
        protected void onClose() {
            if (!isDestroyed()) {
                destroy();
            }
        }

        @Override
        protected String describe() {
            return shown.toString();
        }
    }
}
