package io.gyre.benchmarks.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;

/** Vert.x: one event loop, native transport. */
public final class VertxServer {

    private static CharSequence date = HttpHeaders.createOptimized(Plaintext.date());

    private VertxServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port
     */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        if (!vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException("Vert.x found no native transport");
        }
        Buffer body = Buffer.buffer(Plaintext.body());
        CharSequence length = HttpHeaders.createOptimized(Integer.toString(body.length()));
        CharSequence type = HttpHeaders.createOptimized(Plaintext.CONTENT_TYPE);
        vertx.setPeriodic(1000, id -> date = HttpHeaders.createOptimized(Plaintext.date()));
        vertx.createHttpServer(new HttpServerOptions().setPort(Plaintext.port(args)))
                .requestHandler(request -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, type)
                        .putHeader(HttpHeaders.CONTENT_LENGTH, length)
                        .putHeader(HttpHeaders.DATE, date)
                        .end(body))
                .listen()
                .await();
    }
}
