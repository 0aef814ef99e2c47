package io.gyre.samples;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Thenable;
import io.gyre.stream.web.CountQueuingStrategy;
import io.gyre.stream.web.ReadableStream;
import io.gyre.stream.web.ReadableStreamDefaultController;
import io.gyre.stream.web.ReadableStreamDefaultReader;
import io.gyre.stream.web.TransformStream;
import io.gyre.stream.web.UnderlyingSource;
import io.gyre.stream.web.WebStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Web's streams: pulled, transformed, and joined with those of Node. */
public final class WebStreamsOnTheLoop {

    private WebStreamsOnTheLoop() {}

    public static void main(String[] args) {
        pulled();
        Path from = temporaryFile();
        Path to = temporaryFile();
        try {
            Files.writeString(from, "shout");
            piped(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(from);
            delete(to);
        }
    }

    // docs: begin source
    /** Counts, when asked. */
    private static final class Counter implements UnderlyingSource<Integer> {

        private int count;

        @Override
        public @Nullable Thenable<?> pull(ReadableStreamDefaultController<Integer> controller) {
            say("makes " + ++count);
            controller.enqueue(count);
            return null;
        }

        @Override
        public @Nullable Thenable<?> cancel(@Nullable Throwable reason) {
            say("stops after " + count);
            return null;
        }
    }
    // docs: end source

    private static void pulled() {
        EventLoop loop = EventLoop.create();
        // docs: begin pulled
        loop.run(() -> {
            ReadableStream<Integer> numbers = new ReadableStream<>(loop, new Counter(), new CountQueuingStrategy(2));
            ReadableStreamDefaultReader<Integer> reader = numbers.getReader();
            loop.setImmediate(() -> reader.read()
                    .thenAccept(result -> say("reads " + result.value()))
                    .thenCompose(read -> reader.cancel(null)));
        });
        // docs: end pulled
    }

    private static void piped(Path from, Path to) {
        EventLoop loop = EventLoop.create();
        FileSystem files = FileSystem.of(loop);
        // docs: begin piped
        loop.run(() -> {
            TransformStream<Buffer, Buffer> louder = new TransformStream<>(loop, (chunk, controller) -> {
                controller.enqueue(Buffer.utf8(chunk.toString().toUpperCase(Locale.ROOT)));
                return null;
            });
            WebStreams.toWeb(files.createReadStream(from))
                    .pipeThrough(louder)
                    .pipeTo(WebStreams.toWeb(files.createWriteStream(to)))
                    .thenCompose(done -> files.readFile(to))
                    .thenAccept(WebStreamsOnTheLoop::say);
        });
        // docs: end piped
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("gyre-sample", ".txt");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(Object what) {
        System.out.println(what);
    }
}
