package io.gyre.samples;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.fs.ReadStream;
import io.gyre.fs.WriteStream;
import io.gyre.loop.EventLoop;
import io.gyre.stream.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files on the loop: at once, as streams that wait for each other, and when there are none. */
public final class FileStreams {

    private static final int SIZE = 1024 * 1024;

    private FileStreams() {}

    public static void main(String[] args) {
        Path original = temporaryFile();
        Path copy = temporaryFile();
        try {
            atOnce(original);
            copy(original, copy);
            byHand(original, copy);
            missing();
        } finally {
            delete(original);
            delete(copy);
        }
    }

    private static void atOnce(Path path) {
        EventLoop loop = EventLoop.create();
        // docs: begin at-once
        FileSystem files = FileSystem.of(loop);
        loop.run(() -> files.writeFile(path, Buffer.wrap(new byte[SIZE]))
                .thenCompose(written -> files.stat(path))
                .thenAccept(stats -> say("the file has " + stats.size() + " bytes")));
        // docs: end at-once
    }

    private static void copy(Path original, Path copy) {
        EventLoop loop = EventLoop.create();
        FileSystem files = FileSystem.of(loop);
        // docs: begin copy
        loop.run(() -> {
            ReadStream source = files.createReadStream(original);
            WriteStream sink = files.createWriteStream(copy);
            Pipeline.run(source, sink).thenAccept(done -> say("copied " + sink.bytesWritten() + " bytes"));
        });
        // docs: end copy
    }

    private static void byHand(Path original, Path copy) {
        EventLoop loop = EventLoop.create();
        FileSystem files = FileSystem.of(loop);
        // docs: begin by-hand
        loop.run(() -> {
            ReadStream source = files.createReadStream(original);
            WriteStream sink = files.createWriteStream(copy);
            int[] waits = new int[1];
            source.onData(chunk -> {
                if (!sink.write(chunk)) {
                    waits[0]++;
                    source.pause();
                }
            });
            sink.onDrain(source::resume);
            source.onEnd(sink::end);
            sink.onFinish(() -> say("copied " + sink.bytesWritten() + " bytes, waited " + waits[0] + " times"));
        });
        // docs: end by-hand
    }

    private static void missing() {
        EventLoop loop = EventLoop.create();
        FileSystem files = FileSystem.of(loop);
        // docs: begin missing
        loop.run(() -> files.readFile(Path.of("no-such-file"))
                .then(content -> "read " + content.length() + " bytes")
                .catchError(error -> "failed: " + error.getMessage())
                .thenAccept(FileStreams::say));
        // docs: end missing
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("gyre-sample", ".bin");
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

    private static void say(String what) {
        System.out.println(what);
    }
}
