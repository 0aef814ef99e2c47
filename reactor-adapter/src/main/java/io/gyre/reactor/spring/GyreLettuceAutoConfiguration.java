package io.gyre.reactor.spring;

import io.lettuce.core.resource.ClientResources;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Redis through Lettuce on the loops: its connections, its callbacks and its timers. A {@link ClientResources} bean of
 * the user's is left alone.
 */
@AutoConfiguration(
        after = GyreAutoConfiguration.class,
        beforeName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass({ClientResources.class, ClientResourcesBuilderCustomizer.class})
@ConditionalOnBean(ApplicationLoops.class)
final class GyreLettuceAutoConfiguration {

    @Bean
    LettuceLoops gyreLettuceLoops(ApplicationLoops loops) {
        return new LettuceLoops(loops);
    }

    @Bean
    ClientResourcesBuilderCustomizer gyreLettuceCustomizer(LettuceLoops provided, ApplicationLoops loops) {
        return builder -> builder.eventLoopGroupProvider(provided)
                .eventExecutorGroup(provided.netty())
                .timer(new LoopTimer(loops));
    }

    /** Lettuce's switches are set before any of its classes reads them. */
    @Bean
    static BeanFactoryPostProcessor gyreLettuceOrder() {
        return new LettuceAfterLoops();
    }

    private static final class LettuceAfterLoops extends AbstractDependsOnBeanFactoryPostProcessor {

        LettuceAfterLoops() {
            super(ClientResources.class, LettuceLoops.class);
        }
    }

    /** Spring Data's connections. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(LettuceConnectionFactory.class)
    static class ConnectionsConfiguration {

        @Bean
        static RedisConnections gyreRedisConnections(ObjectProvider<ApplicationLoops> loops) {
            return new RedisConnections(loops);
        }
    }
}
