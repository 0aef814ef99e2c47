package io.gyre.benchmarks.upload;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Vert.x: one event loop, native transport, and a pipe into a write stream. */
public final class VertxUpload {

    private VertxUpload() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port and the rate in MB/s
     */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        vertx.createHttpServer()
                .requestHandler(request -> request.pipeTo(new SlowStream(vertx, Rate.of(args, request.path())))
                        .onSuccess(done -> request.response().end("done"))
                        .onFailure(Throwable::printStackTrace))
                .listen(Rate.port(args))
                .await();
    }

    /** A write stream that takes so many bytes a second. Confined to the event loop. */
    private static final class SlowStream implements WriteStream<Buffer> {

        private final Vertx vertx;
        private final Rate rate;
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private int mark = 16 * 1024;
        private long held;
        private boolean full;
        private boolean busy;
        private @Nullable Handler<Void> onDrain;
        private @Nullable Promise<Void> end;

        private record Waiting(int bytes, Promise<Void> written) {}

        SlowStream(Vertx vertx, Rate rate) {
            this.vertx = vertx;
            this.rate = rate;
        }

        @Override
        public Future<Void> write(Buffer data) {
            Promise<Void> written = Promise.promise();
            waiting.add(new Waiting(data.length(), written));
            held += data.length();
            full |= held >= mark;
            next();
            return written.future();
        }

        private void next() {
            while (!busy && !waiting.isEmpty()) {
                Waiting first = waiting.remove();
                int pauses = rate.take(first.bytes);
                if (pauses == 0) {
                    taken(first);
                } else {
                    busy = true;
                    vertx.setTimer((long) pauses * Rate.PAUSE_MILLIS, id -> {
                        busy = false;
                        taken(first);
                        next();
                    });
                }
            }
        }

        private void taken(Waiting chunk) {
            held -= chunk.bytes;
            chunk.written.complete();
            Handler<Void> drain = onDrain;
            if (full && held == 0) {
                full = false;
                if (drain != null) {
                    drain.handle(null);
                }
            }
            Promise<Void> ended = end;
            if (ended != null && held == 0) {
                ended.tryComplete();
            }
        }

        @Override
        public Future<Void> end() {
            Promise<Void> ended = Promise.promise();
            end = ended;
            if (held == 0) {
                ended.complete();
            }
            return ended.future();
        }

        @Override
        public boolean writeQueueFull() {
            return full;
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
            mark = maxSize;
            return this;
        }

        @Override
        public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
            onDrain = handler;
            return this;
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }
    }
}
