package io.gyre.benchmarks.file;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;

/** Vert.x: a file that is piped, or sent by the system. */
public final class VertxFileServer {

    private VertxFileServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args port, file, and {@code pipeTo} or {@code sendFile}
     */
    public static void main(String[] args) throws IOException {
        ServedFile file = ServedFile.of(args);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        if (!vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException("Vert.x found no native transport");
        }
        vertx.createHttpServer(new HttpServerOptions().setPort(file.port()))
                .requestHandler(request -> {
                    HttpServerResponse response = request.response();
                    response.putHeader(HttpHeaders.CONTENT_TYPE, ServedFile.CONTENT_TYPE)
                            .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(file.length()));
                    send(vertx, file, response);
                })
                .listen()
                .await();
    }

    private static void send(Vertx vertx, ServedFile file, HttpServerResponse response) {
        String path = file.path().toString();
        switch (file.way()) {
            case "pipeTo" ->
                vertx.fileSystem()
                        .open(path, new OpenOptions().setWrite(false).setCreate(false))
                        .compose(opened -> opened.pipeTo(response))
                        .onFailure(VertxFileServer::report);
            case "sendFile" -> response.sendFile(path).onFailure(VertxFileServer::report);
            default -> throw file.unknownWay();
        }
    }

    private static void report(Throwable error) {
        System.err.println("a file was not sent: " + error);
    }
}
