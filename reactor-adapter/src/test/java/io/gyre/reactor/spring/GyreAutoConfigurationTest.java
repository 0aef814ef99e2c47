package io.gyre.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import io.gyre.reactor.netty.GyreLoopResources;
import io.gyre.work.WorkerPool;
import io.lettuce.core.resource.ClientResources;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;
import org.springframework.http.codec.multipart.MultipartHttpMessageReader;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

@Timeout(300)
class GyreAutoConfigurationTest {

    /** How long a context that closes waits for its loops: for as long as it takes. */
    private static final String PATIENCE = "gyre.shutdown-timeout=2m";

    private final ApplicationContextRunner plain = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    GyreAutoConfiguration.class,
                    ReactiveHttpClientAutoConfiguration.class,
                    WebClientAutoConfiguration.class))
            .withPropertyValues("gyre.loops=1", PATIENCE);

    private final ReactiveWebApplicationContextRunner web = new ReactiveWebApplicationContextRunner(
                    AnnotationConfigReactiveWebServerApplicationContext::new)
            .withConfiguration(AutoConfigurations.of(
                    GyreAutoConfiguration.class,
                    NettyReactiveWebServerAutoConfiguration.class,
                    ReactiveHttpClientAutoConfiguration.class,
                    WebClientAutoConfiguration.class))
            .withPropertyValues("gyre.loops=1", "server.port=0", PATIENCE);

    @Test
    void a_server_and_a_client_run_on_the_loops_thread() {
        Echo echo = new Echo();
        web.withBean(HttpHandler.class, () -> echo.handler).run(context -> {
            EventLoop loop = context.getBean(EventLoopGroup.class).loops().get(0);
            int port = context.getSourceApplicationContext(AnnotationConfigReactiveWebServerApplicationContext.class)
                    .getWebServer()
                    .getPort();
            CompletableFuture<Boolean> client = new CompletableFuture<>();
            context.getBean(WebClient.Builder.class)
                    .build()
                    .get()
                    .uri("http://127.0.0.1:" + port + "/")
                    .exchangeToMono(response -> response.releaseBody().then(response.toBodilessEntity()))
                    .subscribe(answer -> client.complete(loop.inEventLoop()), client::completeExceptionally);

            assertThat(client.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(echo.loop.get()).isSameAs(loop);
        });
    }

    @Test
    void the_loops_run_while_the_context_does_and_end_with_it() {
        AtomicReference<EventLoop> kept = new AtomicReference<>();
        plain.run(context -> {
            EventLoop loop = context.getBean(EventLoopGroup.class).loops().get(0);
            kept.set(loop);
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            loop.execute(() -> ran.complete(loop.inEventLoop()));
            assertThat(ran.get(30, TimeUnit.SECONDS)).isTrue();
        });

        assertThat(kept.get().termination()).isCompletedWithValue(0);
    }

    @Test
    void there_are_as_many_loops_as_the_property_says_and_else_as_processors() {
        plain.withPropertyValues("gyre.loops=3")
                .run(context -> assertThat(context.getBean(EventLoopGroup.class).loops())
                        .hasSize(3));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GyreAutoConfiguration.class))
                .run(context -> assertThat(context.getBean(EventLoopGroup.class).loops())
                        .hasSize(Runtime.getRuntime().availableProcessors()));
    }

    @Test
    void the_transport_is_the_one_asked_for() {
        plain.withPropertyValues("gyre.transport=nio").run(context -> assertThat(context.getBean(EventLoopGroup.class)
                        .loops()
                        .get(0)
                        .netty()
                        .isCompatible(io.netty.channel.nio.NioIoHandle.class))
                .isTrue());
    }

    @Test
    void answers_wait_a_millisecond_for_others_unless_a_ring_sends_them_or_a_time_is_given() {
        assertThat(bound(Map.of()).batchedFlushes()).isEqualTo(Duration.ofMillis(1));
        assertThat(bound(Map.of("gyre.transport", "epoll")).batchedFlushes()).isEqualTo(Duration.ofMillis(1));
        assertThat(bound(Map.of("gyre.transport", "io_uring")).batchedFlushes()).isZero();
        assertThat(bound(Map.of("gyre.transport", "io_uring", "gyre.flush-delay", "3ms"))
                        .batchedFlushes())
                .isEqualTo(Duration.ofMillis(3));
        assertThat(bound(Map.of("gyre.flush-delay", "0")).batchedFlushes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1ms", "0"})
    void the_connections_of_the_loops_wait_as_the_property_says(String delay) {
        plain.withPropertyValues("gyre.flush-delay=" + delay).run(context -> {
            CompletableFuture<List<String>> handlers = new CompletableFuture<>();
            DisposableServer server = TcpServer.create()
                    .runOn(context.getBean(LoopResources.class))
                    .host("localhost")
                    .port(0)
                    .doOnConnection(connection ->
                            handlers.complete(connection.channel().pipeline().names()))
                    .bindNow();
            try (Socket client = new Socket("localhost", server.port())) {
                assertThat(client.isConnected()).isTrue();
                assertThat(handlers.get(30, TimeUnit.SECONDS).contains("gyre#flush"))
                        .isEqualTo(!delay.equals("0"));
            } finally {
                server.disposeNow();
            }
        });
    }

    private static GyreProperties bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("gyre", GyreProperties.class);
    }

    @Test
    void the_worker_pool_is_the_shared_one_unless_a_size_is_given() {
        plain.run(context -> assertThat(context.getBean(WorkerPool.class)).isSameAs(WorkerPool.shared()));
        AtomicReference<WorkerPool> own = new AtomicReference<>();
        plain.withPropertyValues("gyre.pool-size=3").run(context -> {
            own.set(context.getBean(WorkerPool.class));
            assertThat(own.get()).isNotSameAs(WorkerPool.shared());
            assertThat(own.get().size()).isEqualTo(3);
        });
        EventLoop loop = EventLoop.create();
        assertThatThrownBy(() -> own.get().submit(loop, WorkerPool.Kind.CPU, "job", () -> 1, (value, error) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        loop.stop();
    }

    @Test
    void a_property_that_cannot_be_meant_ends_the_start() {
        for (String wrong : List.of(
                "gyre.loops=0", "gyre.pool-size=-1", "gyre.blocked-loop-threshold=-1s", "gyre.flush-delay=-1ms")) {
            plain.withPropertyValues(wrong).run(context -> assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining(wrong.substring(0, wrong.indexOf('='))));
        }
    }

    @Test
    void nothing_is_made_when_it_is_switched_off() {
        plain.withPropertyValues("gyre.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(EventLoopGroup.class).doesNotHaveBean(LoopResources.class);
            assertThat(context.getBean(ReactorResourceFactory.class).isUseGlobalResources())
                    .isTrue();
        });
    }

    @Test
    void a_loop_of_the_users_is_taken_and_left_running() throws Exception {
        EventLoop mine = EventLoop.builder().name("mine").build().start();
        plain.withBean("mine", EventLoop.class, () -> mine).run(context -> {
            assertThat(context).doesNotHaveBean(EventLoopGroup.class);
            assertThat(context.getBean(LoopResources.class)).isEqualTo(GyreLoopResources.from(mine));
        });
        assertThat(mine.termination()).isNotDone();
        mine.shutdown(Duration.ofSeconds(1)).get(30, TimeUnit.SECONDS);
    }

    @Test
    void a_group_of_the_users_is_taken() {
        plain.withUserConfiguration(OwnGroup.class).run(context -> {
            assertThat(context).hasSingleBean(EventLoopGroup.class);
            assertThat(context.getBean(ReactorResourceFactory.class).getLoopResources())
                    .isEqualTo(GyreLoopResources.from(context.getBean(EventLoopGroup.class)));
        });
    }

    @Test
    void resources_of_the_users_are_left_alone() {
        ReactorResourceFactory mine = new ReactorResourceFactory();
        plain.withBean("mine", ReactorResourceFactory.class, () -> mine)
                .run(context -> assertThat(context.getBean(ReactorResourceFactory.class))
                        .isSameAs(mine));
    }

    @Test
    void several_contexts_have_loops_of_their_own() {
        plain.run(first -> {
            EventLoop ofFirst = first.getBean(EventLoopGroup.class).loops().get(0);
            AtomicReference<EventLoop> ofSecond = new AtomicReference<>();
            plain.run(second ->
                    ofSecond.set(second.getBean(EventLoopGroup.class).loops().get(0)));
            assertThat(ofSecond.get()).isNotSameAs(ofFirst);
            assertThat(ofSecond.get().termination()).isDone();
            assertThat(ofFirst.termination()).isNotDone();
        });
    }

    @Test
    void a_context_uses_the_loops_of_its_parent_and_leaves_them_running() {
        plain.run(parent -> {
            EventLoopGroup group = parent.getBean(EventLoopGroup.class);
            plain.withParent(parent).run(child -> {
                assertThat(child.getBean(EventLoopGroup.class)).isSameAs(group);
                assertThat(child.getBean(LoopWatch.class)).isSameAs(parent.getBean(LoopWatch.class));
                assertThat(child.getBean(ReactorResourceFactory.class).getLoopResources())
                        .isEqualTo(GyreLoopResources.from(group));
            });
            assertThat(group.loops()).noneMatch(loop -> loop.termination().isDone());
        });
    }

    @Test
    void a_start_that_fails_leaves_no_loop_and_no_watch() throws Exception {
        AtomicReference<EventLoopGroup> group = new AtomicReference<>();
        AtomicReference<LoopWatch> watch = new AtomicReference<>();
        web.withInitializer(context -> context.addBeanFactoryPostProcessor(beans ->
                        beans.addBeanPostProcessor(new org.springframework.beans.factory.config.BeanPostProcessor() {

                            @Override
                            public Object postProcessAfterInitialization(Object bean, String name) {
                                if (bean instanceof EventLoopGroup made) {
                                    group.set(made);
                                }
                                if (bean instanceof LoopWatch made) {
                                    watch.set(made);
                                }
                                return bean;
                            }
                        })))
                .withBean(HttpHandler.class, () -> new Echo().handler)
                .withBean(SmartInitializingSingleton.class, () -> () -> {
                    throw new IllegalStateException("after everything else");
                })
                .run(context -> assertThat(context.getStartupFailure()).hasMessageContaining("after everything else"));
        assertThat(group.get().loops()).isNotEmpty().allMatch(loop -> loop.termination()
                .isDone());
        watch.get().thread.join(30_000);
        assertThat(watch.get().thread.isAlive()).isFalse();
    }

    @Test
    void the_watch_watches_from_the_start_also_where_beans_are_lazy() {
        plain.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(context.getSourceApplicationContext()
                                .getBeanFactory()
                                .containsSingleton("gyreLoopWatch"))
                        .isTrue());
    }

    @Test
    void a_context_that_is_closed_on_a_loop_of_its_own_does_not_wait_for_itself() {
        AtomicReference<EventLoop> loop = new AtomicReference<>();
        plain.run(context -> {
            loop.set(context.getBean(EventLoopGroup.class).loops().get(0));
            CompletableFuture<Void> closed = new CompletableFuture<>();
            loop.get().execute(() -> {
                context.getSourceApplicationContext().close();
                closed.complete(null);
            });
            closed.get(30, TimeUnit.SECONDS);
            assertThat(loop.get().termination().get(30, TimeUnit.SECONDS)).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"postgresql", "postgres", "postgresql:failover", "pool:postgresql", "pool:proxy:postgresql"})
    void postgresqls_driver_is_given_the_loops_by_whatever_name(String driver) {
        plain.withConfiguration(AutoConfigurations.of(GyreR2dbcAutoConfiguration.class))
                .run(context -> assertThat(loopResourcesOf(context, "r2dbc:" + driver + "://localhost/database"))
                        .isEqualTo(context.getBean(LoopResources.class)));
    }

    @Test
    void another_driver_and_loops_of_the_users_are_left_alone() {
        plain.withConfiguration(AutoConfigurations.of(GyreR2dbcAutoConfiguration.class))
                .run(context -> {
                    assertThat(loopResourcesOf(context, "r2dbc:pool:mysql://localhost/postgresql"))
                            .isNull();
                    assertThat(loopResourcesOf(context, "r2dbc:postgresql://localhost/database?loopResources=mine"))
                            .isEqualTo("mine");
                });
    }

    @Test
    void uploads_are_on_the_loop_unless_the_user_reads_them() {
        ReactiveWebApplicationContextRunner webflux = web.withConfiguration(AutoConfigurations.of(
                GyreWebFluxAutoConfiguration.class,
                HttpHandlerAutoConfiguration.class,
                WebFluxAutoConfiguration.class));
        webflux.run(context -> assertThat(readersOf(context)).hasAtLeastOneElementOfType(LoopMultipartReader.class));
        HttpMessageReader<?> mine = new MultipartHttpMessageReader(new DefaultPartHttpMessageReader());
        webflux.withBean(WebFluxConfigurer.class, () -> new WebFluxConfigurer() {
                    @Override
                    public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
                        configurer.defaultCodecs().multipartReader(mine);
                    }
                })
                .run(context -> assertThat(readersOf(context))
                        .contains(mine)
                        .doesNotHaveAnyElementsOfTypes(LoopMultipartReader.class));
    }

    @Test
    void webflux_finds_its_adapters_in_the_cache() {
        web.withConfiguration(AutoConfigurations.of(
                        GyreWebFluxAutoConfiguration.class,
                        HttpHandlerAutoConfiguration.class,
                        WebFluxAutoConfiguration.class))
                .run(context -> assertThat(context.getBean(RequestMappingHandlerAdapter.class)
                                .getReactiveAdapterRegistry())
                        .isInstanceOf(CachingAdapterRegistry.class)
                        .isSameAs(context.getBean("webFluxAdapterRegistry")));
    }

    private static List<HttpMessageReader<?>> readersOf(ApplicationContext context) {
        return context.getBean(ServerCodecConfigurer.class).getReaders();
    }

    private static Object loopResourcesOf(ApplicationContext context, String url) {
        ConnectionFactoryOptions.Builder options =
                ConnectionFactoryOptions.parse(url).mutate();
        context.getBean(ConnectionFactoryOptionsBuilderCustomizer.class).customize(options);
        return options.build().getValue(Option.valueOf("loopResources"));
    }

    @Test
    void what_of_redis_and_r2dbc_the_user_defines_is_left_alone() {
        ClientResources mine = ClientResources.create();
        try {
            plain.withConfiguration(
                            AutoConfigurations.of(GyreLettuceAutoConfiguration.class, DataRedisAutoConfiguration.class))
                    .withBean("mine", ClientResources.class, () -> mine)
                    .run(context -> {
                        assertThat(context).hasSingleBean(ClientResources.class);
                        assertThat(context.getBean(LettuceConnectionFactory.class)
                                        .getClientResources())
                                .isSameAs(mine);
                    });
        } finally {
            mine.shutdown().awaitUninterruptibly();
        }
        ConnectionFactory database = ConnectionFactories.get("r2dbc:h2:mem:///mine");
        plain.withConfiguration(AutoConfigurations.of(GyreR2dbcAutoConfiguration.class, R2dbcAutoConfiguration.class))
                .withBean("mine", ConnectionFactory.class, () -> database)
                .run(context ->
                        assertThat(context.getBean(ConnectionFactory.class)).isSameAs(database));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnGroup {

        @Bean(destroyMethod = "close")
        EventLoopGroup own() {
            return EventLoopGroup.start(2, "own", EventLoop.builder().daemon(true));
        }
    }

    /** Answers, and remembers the loop that it was called on. */
    private static final class Echo {

        private final AtomicReference<EventLoop> loop = new AtomicReference<>();

        private final HttpHandler handler = (request, response) -> {
            loop.set(EventLoop.currentOrNull());
            return response.setComplete();
        };
    }
}
