package io.gyre.reactor.spring;

import io.gyre.work.WorkerPool;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What can be seen of the loops: meters, health, and the endpoint {@code eventloop}. */
@AutoConfiguration(after = GyreAutoConfiguration.class)
@ConditionalOnBean(ApplicationLoops.class)
final class GyreActuatorAutoConfiguration {

    /** Meters. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class MetersConfiguration {

        @Bean
        LoopMetrics gyreLoopMetrics(ApplicationLoops loops, WorkerPool pool, LoopWatch watch) {
            return new LoopMetrics(loops, pool, watch);
        }
    }

    /** Health. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ReactiveHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    static class HealthConfiguration {

        @Bean
        @ConditionalOnMissingBean(name = "eventloopHealthIndicator")
        @ConditionalOnEnabledHealthIndicator("eventloop")
        LoopHealthIndicator eventloopHealthIndicator(ApplicationLoops loops, LoopWatch watch) {
            return new LoopHealthIndicator(loops, watch);
        }
    }

    /** The endpoint. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class EndpointConfiguration {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAvailableEndpoint(EventLoopEndpoint.class)
        EventLoopEndpoint eventLoopEndpoint(ApplicationLoops loops, WorkerPool pool, LoopWatch watch) {
            return new EventLoopEndpoint(loops, pool, watch);
        }
    }
}
