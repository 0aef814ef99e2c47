package io.gyre.reactor.spring;

import io.gyre.work.WorkerPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/**
 * What WebFlux itself takes to other threads, such as sessions and the files of uploads, comes back to the loop; what it
 * looks up for every request is remembered.
 */
@AutoConfiguration(after = GyreAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(WebFluxConfigurer.class)
@ConditionalOnBean(ApplicationLoops.class)
final class GyreWebFluxAutoConfiguration {

    @Bean
    static SessionsOnLoop gyreSessionsOnLoop(ObjectProvider<ApplicationLoops> loops) {
        return new SessionsOnLoop(loops);
    }

    @Bean
    static AdapterCache gyreAdapterCache() {
        return new AdapterCache();
    }

    @Bean
    UploadsOnLoop gyreUploadsOnLoop(ObjectProvider<ApplicationLoops> loops, ObjectProvider<WorkerPool> pool) {
        return new UploadsOnLoop(loops, pool);
    }
}
