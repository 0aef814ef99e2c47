package io.gyre.samples;

import io.gyre.fs.FileSystem;
import io.gyre.http.HttpServer;
import io.gyre.http.ServerResponse;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.stream.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A server that pipes files into its responses, asked by the JDK's client on threads of its own. */
public final class FilesOverHttp {

    private static final int SIZE = 3 * 1024 * 1024;

    private FilesOverHttp() {}

    public static void main(String[] args) {
        try {
            Path folder = Files.createTempDirectory("gyre-sample");
            Path file = Files.write(folder.resolve("film.bin"), new byte[SIZE]);
            try {
                serve(folder);
            } finally {
                Files.delete(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(Path folder) {
        EventLoop loop = EventLoop.create();
        FileSystem files = FileSystem.of(loop);
        loop.run(() -> {
            HttpServer server = HttpServer.create(
                    loop,
                    (request, response) ->
                            answer(files, folder.resolve(request.path().substring(1)), response));
            server.listen("localhost", 0, () -> ask(loop, server));
        });
    }

    // docs: begin handler
    private static void answer(FileSystem files, Path path, ServerResponse response) {
        files.stat(path)
                .thenCompose(stats -> {
                    response.setHeader("Content-Length", stats.size());
                    return Pipeline.run(files.createReadStream(path), response).then(done -> true);
                })
                .catchError(error -> {
                    if (!response.headersSent()) {
                        response.statusCode(404).end("no such file");
                    }
                    return false;
                });
    }
    // docs: end handler

    private static void ask(EventLoop loop, HttpServer server) {
        InetSocketAddress address = Objects.requireNonNull(server.address());
        URI origin = URI.create("http://localhost:" + address.getPort());
        HttpClient client = HttpClient.newHttpClient();
        get(loop, client, origin.resolve("/film.bin"))
                .thenCompose(done -> get(loop, client, origin.resolve("/no-such-file")))
                .thenAccept(done -> server.close());
    }

    private static Promise<Integer> get(EventLoop loop, HttpClient client, URI uri) {
        HttpRequest request =
                HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).build();
        return Promise.fromCompletionStage(loop, client.sendAsync(request, BodyHandlers.ofByteArray()))
                .then(response -> {
                    int length = response.body().length;
                    System.out.println(response.statusCode() + ", " + length + " bytes");
                    return length;
                });
    }
}
