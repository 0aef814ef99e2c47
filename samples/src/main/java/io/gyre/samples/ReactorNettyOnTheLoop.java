package io.gyre.samples;

import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopSchedulers;
import io.gyre.reactor.netty.GyreLoopResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** A server and a client of Reactor Netty, with its connection pool, on one loop. */
public final class ReactorNettyOnTheLoop {

    private final EventLoop loop;

    private ReactorNettyOnTheLoop(EventLoop loop) {
        this.loop = loop;
    }

    public static void main(String[] args) {
        EventLoop loop = EventLoop.create();
        int code = loop.run(new ReactorNettyOnTheLoop(loop)::serve);
        System.out.println("exit code " + code);
    }

    private void say(String what) {
        System.out.println(what + (loop.inEventLoop() ? ", on the loop" : ", elsewhere"));
    }

    // docs: begin server
    private void serve() {
        LoopResources resources = GyreLoopResources.from(loop);
        Scheduler scheduler = LoopSchedulers.from(loop);
        HttpServer.create()
                .runOn(resources)
                .host("localhost")
                .port(0)
                .route(routes -> routes.get("/count", (request, response) -> {
                    say("the server counts");
                    return response.sse()
                            .sendString(Flux.interval(Duration.ofMillis(5), scheduler)
                                    .map(n -> "data:" + n + "\n\n")
                                    .take(3));
                }))
                .bind()
                .subscribe(server -> ask(resources, scheduler, server));
    }
    // docs: end server

    // docs: begin client
    private void ask(LoopResources resources, Scheduler scheduler, DisposableServer server) {
        ConnectionProvider pool = ConnectionProvider.builder("pool")
                .maxConnections(2)
                .pendingAcquireTimer((task, delay) -> scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS))
                .build();
        HttpClient.create(pool)
                .runOn(resources)
                .remoteAddress(server::address)
                .get()
                .uri("/count")
                .responseContent()
                .asString()
                .flatMapIterable(piece -> List.of(piece.strip().split("\n\n"))) // events may come together
                .doFinally(signal -> {
                    pool.dispose();
                    server.dispose();
                })
                .subscribe(event -> say("the client got " + event));
    }
    // docs: end client
}
