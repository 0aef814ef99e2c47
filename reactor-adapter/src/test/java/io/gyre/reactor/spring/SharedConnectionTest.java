package io.gyre.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoop;
import io.gyre.reactor.RunningLoop;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

class SharedConnectionTest {

    private final RunningLoop rig = RunningLoop.start();
    private final EventLoop loop = rig.loop;
    private final ApplicationLoops applicationLoops = new ApplicationLoops(loop);

    /** Made first: Lettuce reads its switches once. */
    private final LettuceLoops lettuceLoops = new LettuceLoops(applicationLoops);

    @AfterEach
    void end() {
        rig.close();
    }

    @Test
    void anErrorWhileOpeningFailsWhatWaitsAndTheNextAttemptIsFree() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        LettuceConnectionFactory broken = new LettuceConnectionFactory() {
            @Override
            public boolean getShareNativeConnection() { // asked when it opens
                attempts.incrementAndGet();
                throw new NoClassDefFoundError("missing");
            }
        };
        broken.start();
        SharedConnection connection = new SharedConnection(broken, loops());
        try {
            for (int n = 1; n <= 2; n++) {
                assertThatThrownBy(() -> connection.openElsewhere().get(30, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(NoClassDefFoundError.class);
                assertThat(attempts).hasValue(n);
            }
        } finally {
            broken.destroy();
        }
    }

    @Test
    void whatBlocksIsRefusedOnTheLoopThatDoesTheIo() {
        for (boolean shared : new boolean[] {true, false}) {
            ClientResources resources = DefaultClientResources.builder()
                    .eventLoopGroupProvider(lettuceLoops)
                    .eventExecutorGroup(lettuceLoops.netty())
                    .timer(new LoopTimer(applicationLoops))
                    .build();
            withFactory(resources, shared, factory -> {
                assertThat(rig.call(() -> thrownBy(factory::getConnection)))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("on the event loop 'the-loop'");
                // Elsewhere it waits, and here nothing answers.
                assertThat(thrownBy(() -> factory.getConnection().ping()))
                        .isInstanceOf(RedisConnectionFailureException.class);
            });
        }
    }

    @Test
    void whereLettuceHasThreadsOfItsOwnALoopMayWaitForThem() {
        withFactory(DefaultClientResources.create(), true, factory -> assertThat(
                        rig.call(() -> thrownBy(factory::getConnection)))
                .isInstanceOf(RedisConnectionFailureException.class));
    }

    private interface Use {
        void of(LettuceConnectionFactory factory);
    }

    /** With a factory as an application has it, of connections to nowhere. */
    private void withFactory(ClientResources resources, boolean shared, Use use) {
        LettuceConnectionFactory factory = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", portOfNobody()),
                LettuceClientConfiguration.builder()
                        .clientResources(resources)
                        .shutdownQuietPeriod(Duration.ZERO)
                        .build());
        factory.setShareNativeConnection(shared);
        factory.afterPropertiesSet();
        try {
            use.of((LettuceConnectionFactory)
                    new RedisConnections(loops()).postProcessAfterInitialization(factory, "redisConnectionFactory"));
        } finally {
            factory.destroy();
            resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static Throwable thrownBy(Runnable call) {
        try {
            call.run();
        } catch (Throwable t) {
            return t;
        }
        throw new AssertionError("it came to pass");
    }

    private ObjectProvider<ApplicationLoops> loops() {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("loops", applicationLoops);
        return beans.getBeanProvider(ApplicationLoops.class);
    }

    private static int portOfNobody() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
