package io.gyre.http;

import io.gyre.buffer.Buffer;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.FileRange;
import io.gyre.stream.LentBytes;
import io.gyre.stream.StreamOptions;
import io.netty.channel.ChannelFuture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stream of a response, made when the response is not simply ended. It says when the client has no room. */
final class ResponseBody extends AbstractWritable<Buffer> {

    private final ServerResponse response;
    private final Connection connection;

    /** Of the chunk that the client has no room for yet. */
    private @Nullable Callback waiting;

    ResponseBody(ServerResponse response, Connection connection) {
        super(connection.server.loop(), StreamOptions.bytes().highWaterMark(connection.server.options.highWaterMark));
        this.response = response;
        this.connection = connection;
    }

    @Override
    protected void doWrite(Buffer chunk, Callback callback) {
        try {
            response.add(chunk);
        } catch (IllegalStateException e) {
            callback.call(e);
            return;
        }
        awaitRoom(callback);
    }

    @Override
    protected void doWritev(List<Buffer> chunks, Callback callback) {
        try {
            chunks.forEach(response::add);
        } catch (IllegalStateException e) {
            callback.call(e);
            return;
        }
        awaitRoom(callback);
    }

    private void awaitRoom(Callback callback) {
        Output output = connection.output();
        if (output.isFull()) {
            output.flush();
        }
        if (output.isFull()) {
            waiting = callback;
        } else {
            callback.done();
        }
    }

    /** The client has read on. */
    void drained() {
        Callback held = waiting;
        if (held != null && !connection.output().isFull()) {
            waiting = null;
            held.done();
        }
    }

    @Override
    protected boolean takesRanges() {
        return connection.sendsRanges();
    }

    @Override
    protected void doWriteRange(FileRange range, Callback callback) {
        ChannelFuture sending;
        try {
            sending = response.send(range);
        } catch (IllegalStateException e) {
            range.release();
            callback.call(e);
            return;
        }
        if (sending == null) {
            range.release();
            callback.done();
        } else {
            sending.addListener(sent -> rangeSent(range, sent.cause(), callback));
        }
    }

    @Override
    protected boolean takesLent() {
        return true;
    }

    @Override
    protected void doWriteLent(LentBytes bytes, Callback callback) {
        try {
            response.add(bytes);
        } catch (IllegalStateException e) {
            bytes.release();
            callback.call(e);
            return;
        }
        awaitRoom(callback);
    }

    private void rangeSent(FileRange range, @Nullable Throwable cause, Callback callback) {
        Throwable failure = cause == null ? null : range.failure(cause);
        range.release();
        if (failure == null || (failure != cause && !isDestroyed())) {
            // Netty only logs what leaves a listener.
            connection.server.call(() -> callback.call(failure));
        } else if (!isDestroyed()) {
            connection.failed(failure);
        }
    }

    @Override
    protected void doFinal(Callback callback) {
        try {
            response.complete();
        } catch (IllegalStateException e) {
            callback.call(e);
            return;
        }
        callback.done();
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        waiting = null;
        response.abandoned();
        callback.call(error);
    }
}
