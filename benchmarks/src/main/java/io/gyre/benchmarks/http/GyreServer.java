package io.gyre.benchmarks.http;

import io.gyre.buffer.Buffer;
import io.gyre.http.HttpServer;
import io.gyre.loop.EventLoop;

/** Gyre: one loop, which adds the date by itself. */
public final class GyreServer {

    private GyreServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port
     */
    public static void main(String[] args) {
        Buffer body = Buffer.wrap(Plaintext.body());
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> HttpServer.create(loop, (request, response) -> {
                    response.setHeader("Content-Type", Plaintext.CONTENT_TYPE);
                    response.end(body);
                })
                .listen(Plaintext.port(args)));
        System.exit(code);
    }
}
