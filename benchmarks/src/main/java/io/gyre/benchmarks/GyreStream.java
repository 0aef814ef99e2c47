package io.gyre.benchmarks;

import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.DuplexOptions;
import io.gyre.stream.Pipeline;
import io.gyre.stream.StreamOptions;
import io.gyre.stream.Transform;
import java.util.concurrent.CompletableFuture;

/** A readable, a transform that passes everything on and a writable, with the same chunk over and over. */
final class GyreStream<T> {

    private final EventLoop loop;
    private final StreamOptions<T> options;
    private final DuplexOptions<T, T> stageOptions;
    private final T chunk;

    GyreStream(EventLoop loop, StreamOptions<T> options, T chunk) {
        this.loop = loop;
        this.options = options;
        this.stageOptions = DuplexOptions.of(options, options);
        this.chunk = chunk;
    }

    /** Passes so many chunks on and returns how many arrived. On the thread that measures. */
    int run(int chunks) {
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        loop.execute(() -> {
            Sink sink = new Sink();
            Transform<T, T> stage = Transform.of(loop, stageOptions, (passing, output) -> output.call(null, passing));
            Pipeline.from(new Source(chunks)).through(stage).into(sink, error -> {
                if (error == null) {
                    taken.complete(sink.taken);
                } else {
                    taken.completeExceptionally(error);
                }
            });
        });
        return taken.join();
    }

    private final class Source extends AbstractReadable<T> {

        private int left;

        Source(int chunks) {
            super(GyreStream.this.loop, options);
            left = chunks;
        }

        @Override
        protected void doRead(int n) {
            if (left-- > 0) {
                push(chunk);
            } else {
                pushEnd();
            }
        }
    }

    private final class Sink extends AbstractWritable<T> {

        private int taken;

        Sink() {
            super(GyreStream.this.loop, options);
        }

        @Override
        protected void doWrite(T passing, Callback callback) {
            taken++;
            callback.done();
        }
    }
}
