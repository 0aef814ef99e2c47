package io.gyre.reactor.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.ActiveResource;
import io.gyre.loop.Transport;
import io.gyre.reactor.RunningLoop;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.udp.UdpServer;

/** Names that clients of Reactor Netty look up: the questions and the answers are on the loop too. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NamesOnTheLoopTest {

    /** Knows 127.0.0.1 under every name that ends in .test., and nothing else. */
    private static final class OneName extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        private final OnTheLoop on;

        OneName(OnTheLoop on) {
            this.on = on;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            on.here("name server");
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            DatagramDnsResponse response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            response.addRecord(DnsSection.QUESTION, question);
            if (question.name().endsWith(".test.") && question.type().equals(DnsRecordType.A)) {
                response.addRecord(
                        DnsSection.ANSWER,
                        new DefaultDnsRawRecord(
                                question.name(), DnsRecordType.A, 60, Unpooled.wrappedBuffer(new byte[] {127, 0, 0, 1
                                })));
            } else {
                response.setCode(DnsResponseCode.NXDOMAIN);
            }
            context.writeAndFlush(response);
        }
    }

    private static Connection nameServer(LoopResources resources, OnTheLoop on) {
        return UdpServer.create()
                .runOn(resources)
                .host("127.0.0.1")
                .port(0)
                .doOnBound(bound -> bound.addHandlerLast(new DatagramDnsQueryDecoder())
                        .addHandlerLast(new DatagramDnsResponseEncoder())
                        .addHandlerLast(new OneName(on)))
                .handle((in, out) -> in.receiveObject().then())
                .bindNow();
    }

    private static DnsAddressResolverGroup resolver(LoopResources resources, Connection nameServer) {
        return new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelFactory(() -> resources.onChannel(DatagramChannel.class, resources.onClient(true)))
                .socketChannelFactory(() -> resources.onChannel(SocketChannel.class, resources.onClient(true)))
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_ONLY)
                .queryTimeoutMillis(Local.PATIENCE.toMillis())
                .nameServerProvider(new SingletonDnsServerAddressStreamProvider(
                        (InetSocketAddress) nameServer.channel().localAddress())));
    }

    @ParameterizedTest
    @MethodSource("io.gyre.reactor.netty.HttpOnTheLoopTest#transports")
    void aNameIsLookedUpOnTheLoop(Transport transport) {
        try (RunningLoop running = RunningLoop.on(transport)) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            Connection names = nameServer(resources, on);
            DisposableServer server = hello(resources);
            DnsAddressResolverGroup resolver = resolver(resources, names);
            HttpClient client = HttpClient.newConnection()
                    .runOn(resources)
                    .resolver(resolver)
                    .port(server.port())
                    .doOnResolve(connection -> on.here("asks"))
                    .doAfterResolve((connection, address) -> on.here("knows"))
                    .doOnResolveError((connection, error) -> on.here("does not know"));
            assertThat(client.host("service.test")
                            .get()
                            .responseContent()
                            .aggregate()
                            .asString()
                            .block())
                    .isEqualTo("hello");
            assertThatThrownBy(() ->
                            client.host("elsewhere.invalid").get().response().block())
                    .hasCauseInstanceOf(UnknownHostException.class);
            on.check("name server", "asks", "knows", "does not know");
            resolver.close();
            names.disposeNow(Local.PATIENCE);
            server.disposeNow(Local.PATIENCE);
        }
    }

    @Test
    void theDefaultResolverOfAClientIsOnTheLoopToo() {
        try (RunningLoop running = RunningLoop.start()) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = hello(resources);
            assertThat(Local.httpClient(resources, server)
                            .doAfterResolve((connection, address) -> on.here("knows"))
                            .get()
                            .responseContent()
                            .aggregate()
                            .asString()
                            .block())
                    .isEqualTo("hello");
            on.check("knows");
            server.disposeNow(Local.PATIENCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.gyre.reactor.netty.HttpOnTheLoopTest#transports")
    void aResolverDoesNotKeepItsLoopAlive(Transport transport) {
        try (RunningLoop running = RunningLoop.on(transport)) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            Connection names = nameServer(resources, on);
            DnsAddressResolverGroup resolver = resolver(resources, names);
            DisposableServer server = hello(resources);
            assertThat(HttpClient.newConnection()
                            .runOn(resources)
                            .resolver(resolver)
                            .host("127.0.0.1")
                            .port(server.port())
                            .get()
                            .responseContent()
                            .aggregate()
                            .asString()
                            .block())
                    .isEqualTo("hello");
            server.disposeNow(Local.PATIENCE);
            names.disposeNow(Local.PATIENCE);
            // The two ends of the connection may still be closing.
            running.until(() -> channels(running).size() == 1);
            assertThat(channels(running)).singleElement().matches(resource -> !resource.ref());
        }
    }

    private static List<ActiveResource> channels(RunningLoop running) {
        return running.call(() -> running.loop.activeResources().stream()
                .filter(resource -> resource.kind().equals("Channel"))
                .toList());
    }

    private static DisposableServer hello(LoopResources resources) {
        return HttpServer.create()
                .runOn(resources)
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> response.sendString(Mono.just("hello")))
                .bindNow();
    }
}
