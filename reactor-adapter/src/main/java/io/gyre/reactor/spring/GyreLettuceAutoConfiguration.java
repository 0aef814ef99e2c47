package io.gyre.reactor.spring;

import io.lettuce.core.resource.ClientResources;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.context.annotation.Bean;

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
    ClientResourcesBuilderCustomizer gyreLettuceCustomizer(ApplicationLoops loops) {
        return builder -> {
            LettuceLoops provided = new LettuceLoops(loops);
            builder.eventLoopGroupProvider(provided)
                    .eventExecutorGroup(provided.netty())
                    .timer(new LoopTimer(loops));
        };
    }
}
