package io.gyre.reactor.spring;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.util.Arrays;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import reactor.netty.resources.LoopResources;

/**
 * R2DBC on the loops: every connection is opened on one, and PostgreSQL's driver does its I/O there. A
 * {@link ConnectionFactory} of the user's is left alone, and so is an option {@code loopResources} that is set.
 */
@AutoConfiguration(
        after = GyreAutoConfiguration.class,
        beforeName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration")
@ConditionalOnClass({ConnectionFactory.class, ConnectionFactoryOptionsBuilderCustomizer.class, LoopResources.class})
@ConditionalOnBean({ApplicationLoops.class, LoopResources.class})
final class GyreR2dbcAutoConfiguration {

    private static final Option<Object> LOOP_RESOURCES = Option.valueOf("loopResources");
    private static final Set<String> POSTGRESQL = Set.of("postgresql", "postgres");

    @Bean
    ConnectionFactoryOptionsBuilderCustomizer gyreR2dbcCustomizer(LoopResources resources) {
        return builder -> {
            ConnectionFactoryOptions options = builder.build();
            if (isPostgresql(options) && !options.hasOption(LOOP_RESOURCES)) {
                builder.option(LOOP_RESOURCES, resources);
            }
        };
    }

    @Bean
    ConnectionFactoryDecorator gyreConnectionFactoryDecorator(ApplicationLoops loops) {
        return driver -> new LoopConnectionFactory(driver, loops);
    }

    @Bean
    static PoolErrorsOnLoop gyrePoolErrorsOnLoop(ObjectProvider<ApplicationLoops> loops) {
        return new PoolErrorsOnLoop(loops);
    }

    /** By its own name, or behind drivers that wrap it: {@code r2dbc:pool:postgresql://...}. */
    private static boolean isPostgresql(ConnectionFactoryOptions options) {
        String wrapped = options.hasOption(ConnectionFactoryOptions.PROTOCOL)
                ? ":" + options.getValue(ConnectionFactoryOptions.PROTOCOL)
                : "";
        return Arrays.stream((options.getValue(ConnectionFactoryOptions.DRIVER) + wrapped).split(":"))
                .anyMatch(POSTGRESQL::contains);
    }
}
