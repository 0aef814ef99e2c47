package io.gyre.samples;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.fs.ReadStream;
import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopFlux;
import io.gyre.reactor.LoopSubscribers;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.DuplexOptions;
import io.gyre.stream.PassThrough;
import io.gyre.stream.Pipeline;
import io.gyre.stream.StreamOptions;
import io.gyre.stream.flow.FlowStreams;
import io.gyre.stream.web.WebStreams;
import io.gyre.testing.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * A file on its way to a slow sink, in each style: how much of it is in memory at any time. In virtual time: a sink that
 * is slow is slower than the disk, whatever the machine does.
 */
public final class LifeOfAChunk {

    private static final int SIZE = 2 * 1024 * 1024;

    private LifeOfAChunk() {}

    public static void main(String[] args) {
        try {
            Path file = Files.createTempFile("gyre-sample", ".bin");
            try {
                Files.write(file, new byte[SIZE]);
                every(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void every(Path file) {
        run("pipe", file, (source, sink) -> {
            // docs: begin pipe
            source.pipe(sink);
            // docs: end pipe
        });
        run("stage", file, (source, sink) -> {
            // docs: begin stage
            source.pipe(new PassThrough<Buffer>(sink.loop(), DuplexOptions.bytes()))
                    .pipe(sink);
            // docs: end stage
        });
        run("flow", file, (source, sink) -> {
            // docs: begin flow
            FlowStreams.publisher(source).subscribe(FlowStreams.subscriber(sink));
            // docs: end flow
        });
        run("flux", file, (source, sink) -> {
            // docs: begin flux
            LoopFlux.from(source).subscribe(LoopSubscribers.into(sink));
            // docs: end flux
        });
        run("web stream", file, (source, sink) -> {
            // docs: begin web
            WebStreams.toWeb(source).pipeTo(WebStreams.toWeb(sink));
            // docs: end web
        });
        broken(file);
    }

    // docs: begin sink
    /** Needs some time for each chunk, and looks how much of the file is in memory then. */
    static final class SlowSink extends AbstractWritable<Buffer> {

        private final ReadStream source;
        private long taken;
        private long most;

        SlowSink(ReadStream source) {
            super(source.loop(), StreamOptions.bytes());
            this.source = source;
        }

        @Override
        protected void doWrite(Buffer chunk, Callback callback) {
            loop().setTimeout(
                            () -> {
                                most = Math.max(most, source.bytesRead() - taken);
                                taken += chunk.length();
                                callback.done();
                            },
                            5);
        }
    }
    // docs: end sink

    private static void run(String style, Path file, BiConsumer<ReadStream, SlowSink> join) {
        EventLoop loop = new VirtualTime().builder().build();
        loop.run(() -> {
            ReadStream source = FileSystem.of(loop).createReadStream(file);
            SlowSink sink = new SlowSink(source);
            join.accept(source, sink);
            sink.onFinish(() -> say(style + ": " + sink.taken / 1024 + " KiB arrived, never more than "
                    + sink.most / 1024 + " KiB in memory"));
        });
    }

    private static void broken(Path file) {
        EventLoop loop = new VirtualTime().builder().build();
        // docs: begin broken
        loop.run(() -> {
            ReadStream source = FileSystem.of(loop).createReadStream(file);
            SlowSink sink = new SlowSink(source);
            Pipeline.run(source, sink)
                    .await(
                            done -> say("through"),
                            error -> say(error.getMessage() + "; source destroyed: " + source.isDestroyed()));
            source.onClose(() -> say("the file is closed"));
            loop.setTimeout(() -> sink.destroy(new IOException("the client went away")), 12);
        });
        // docs: end broken
    }

    private static void say(Object what) {
        System.out.println(what);
    }
}
