package io.gyre.benchmarks.http;

import io.gyre.buffer.Buffer;
import io.gyre.http.HttpServer;
import io.gyre.loop.EventLoop;

/** Gyre, answering from a reaction of a promise that is fulfilled in the next tick: what a suspended handler waits for. */
public final class GyreDeferredServer {

    private GyreDeferredServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port
     */
    public static void main(String[] args) {
        Buffer body = Buffer.wrap(Plaintext.body());
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> HttpServer.create(loop, (request, response) -> Later.nextTick(loop)
                        .await(
                                fulfilled -> {
                                    response.setHeader("Content-Type", Plaintext.CONTENT_TYPE);
                                    response.end(body);
                                },
                                loop::raise))
                .listen(Plaintext.port(args)));
        System.exit(code);
    }
}
