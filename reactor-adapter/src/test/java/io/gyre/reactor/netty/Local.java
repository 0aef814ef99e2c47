package io.gyre.reactor.netty;

import java.time.Duration;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/** Servers of Reactor Netty on any free port of this machine, and clients of them. */
final class Local {

    /** How long closing may take. Reactor Netty's own three seconds are little on a busy machine. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private Local() {}

    static HttpServer httpServer(LoopResources resources) {
        return HttpServer.create().runOn(resources).host("localhost").port(0);
    }

    static TcpServer tcpServer(LoopResources resources) {
        return TcpServer.create().runOn(resources).host("localhost").port(0);
    }

    static HttpClient httpClient(LoopResources resources, DisposableServer server) {
        return at(server, HttpClient.newConnection(), resources);
    }

    static HttpClient httpClient(LoopResources resources, DisposableServer server, ConnectionProvider pool) {
        return at(server, HttpClient.create(pool), resources);
    }

    private static HttpClient at(DisposableServer server, HttpClient client, LoopResources resources) {
        return client.runOn(resources).host("localhost").port(server.port());
    }
}
