package io.gyre.samples;

import io.gyre.http.HttpServer;
import io.gyre.http.IncomingMessage;
import io.gyre.http.ServerResponse;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;

/** An HTTP server that greets and echoes, asked by the JDK's client on threads of its own. */
public final class HttpGreeting {

    private HttpGreeting() {}

    public static void main(String[] args) {
        EventLoop loop = EventLoop.create();
        // docs: begin server
        int code = loop.run(() -> {
            HttpServer server = HttpServer.create(loop, HttpGreeting::answer);
            server.listen("localhost", 0, () -> ask(loop, server));
        });
        say("exit code " + code);
        // docs: end server
    }

    // docs: begin handler
    private static void answer(IncomingMessage request, ServerResponse response) {
        switch (request.path()) {
            case "/greeting" -> response.setHeader("Content-Type", "text/plain").end("hello");
            case "/later" -> response.loop().setTimeout(() -> response.end("hello after a while"), 10);
            case "/echo" -> request.pipe(response);
            default -> response.statusCode(404).end("nothing at " + request.path());
        }
    }
    // docs: end handler

    // docs: begin client
    private static void ask(EventLoop loop, HttpServer server) {
        InetSocketAddress address = Objects.requireNonNull(server.address());
        Client client = new Client(loop, "http://localhost:" + address.getPort());
        client.get("/greeting")
                .thenCompose(done -> client.get("/later"))
                .thenCompose(done -> client.post("/echo", "is anybody there?"))
                .thenCompose(done -> client.get("/else"))
                .thenAccept(done -> server.close(() -> say("closed")));
    }

    /** The JDK's client, whose answers come back to the loop. */
    private record Client(EventLoop loop, String origin, HttpClient http) {

        Client(EventLoop loop, String origin) {
            this(loop, origin, HttpClient.newHttpClient());
        }

        Promise<Integer> get(String path) {
            return send(HttpRequest.newBuilder(URI.create(origin + path)));
        }

        Promise<Integer> post(String path, String body) {
            return send(HttpRequest.newBuilder(URI.create(origin + path)).POST(BodyPublishers.ofString(body)));
        }

        private Promise<Integer> send(HttpRequest.Builder request) {
            HttpRequest built = request.version(HttpClient.Version.HTTP_1_1).build();
            return Promise.fromCompletionStage(loop, http.sendAsync(built, BodyHandlers.ofString()))
                    .then(this::show);
        }

        private int show(HttpResponse<String> response) {
            say(response.statusCode() + " " + response.body() + (loop.inEventLoop() ? ", on the loop" : ""));
            return response.statusCode();
        }
    }
    // docs: end client

    private static void say(String what) {
        System.out.println(what);
    }
}
