package io.gyre.benchmarks.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** Reactor Netty: one event loop. */
public final class ReactorNettyServer {

    private static volatile String date = Plaintext.date();

    private ReactorNettyServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port
     */
    public static void main(String[] args) {
        byte[] body = Plaintext.body();
        Flux.interval(Duration.ofSeconds(1)).subscribe(tick -> date = Plaintext.date());
        HttpServer.create()
                .runOn(LoopResources.create("http", 1, true))
                .port(Plaintext.port(args))
                .handle((request, response) -> response.header(HttpHeaderNames.CONTENT_TYPE, Plaintext.CONTENT_TYPE)
                        .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
                        .header(HttpHeaderNames.DATE, date)
                        .sendObject(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body))))
                .bindNow()
                .onDispose()
                .block();
    }
}
