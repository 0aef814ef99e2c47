package io.gyre.benchmarks.file;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.fs.ReadStream;
import io.gyre.http.HttpServer;
import io.gyre.http.ServerResponse;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Transport;
import io.gyre.stream.DuplexOptions;
import io.gyre.stream.PassThrough;
import io.gyre.stream.Transform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * Gyre: {@code pipe} alone, which sends by reference; through a stage that nobody looks into; through one that looks at the
 * bytes, through one that writes into them, and through one that is given them as chunks which it might keep.
 */
public final class GyreFileServer {

    /** What the stages have seen. */
    private static final LongAdder SEEN = new LongAdder();

    private GyreFileServer() {}

    /**
     * Serves until it is killed. Takes io_uring where the system property {@code io_uring} is true.
     *
     * @param args port, file, and {@code pipe}, {@code passthrough}, {@code peek}, {@code inplace} or {@code transform}
     */
    public static void main(String[] args) throws IOException {
        ServedFile file = ServedFile.of(args);
        EventLoop loop = EventLoop.builder()
                .transport(Boolean.getBoolean("io_uring") ? Transport.IO_URING : Transport.EPOLL)
                .build();
        FileSystem files = FileSystem.of(loop);
        int code = loop.run(() -> HttpServer.create(loop, (request, response) -> {
                    response.setHeader("Content-Type", ServedFile.CONTENT_TYPE);
                    response.setHeader("Content-Length", file.length());
                    send(file, files.createReadStream(file.path()), response);
                })
                .listen(file.port()));
        System.exit(code);
    }

    private static void send(ServedFile file, ReadStream source, ServerResponse response) {
        switch (file.way()) {
            case "pipe" -> source.pipe(response);
            case "passthrough" ->
                source.pipe(new PassThrough<Buffer>(response.loop(), DuplexOptions.bytes()))
                        .pipe(response);
            case "peek" ->
                source.pipe(Transform.peek(response.loop(), DuplexOptions.bytes(), bytes -> look(bytes.get(0))))
                        .pipe(response);
            case "inplace" ->
                source.pipe(Transform.inPlace(response.loop(), DuplexOptions.bytes(), lent -> write(lent.bytes())))
                        .pipe(response);
            case "transform" ->
                source.pipe(Transform.<Buffer, Buffer>of(response.loop(), DuplexOptions.bytes(), (chunk, output) -> {
                            look(chunk.get(0));
                            output.done(chunk);
                        }))
                        .pipe(response);
            default -> throw file.unknownWay();
        }
    }

    private static void look(byte first) {
        SEEN.add(first);
    }

    /** Writes what is there already, so that every contestant sends the same file. */
    private static void write(ByteBuffer bytes) {
        byte first = bytes.get(0);
        look(first);
        bytes.put(0, first);
    }
}
