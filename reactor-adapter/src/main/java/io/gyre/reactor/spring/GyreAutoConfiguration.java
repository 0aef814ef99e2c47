package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import io.gyre.reactor.netty.GyreLoopResources;
import io.gyre.work.WorkerPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureBefore;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/**
 * The loops of an application, and Reactor Netty on them: its servers and its clients.
 *
 * <p>An {@link EventLoop} or {@link EventLoopGroup} that the user defines is taken in place of the one that would be
 * made here, and stays the user's to end. A {@link LoopResources} or {@link ReactorResourceFactory} of the user's is
 * left alone.
 */
@AutoConfiguration
@ConditionalOnClass(ReactorResourceFactory.class)
@ConditionalOnBooleanProperty(name = "gyre.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GyreProperties.class)
@AutoConfigureBefore(
        name = {
            "org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration",
            "org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration"
        })
final class GyreAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean({EventLoop.class, EventLoopGroup.class})
    EventLoopGroupFactoryBean gyreEventLoopGroup(GyreProperties properties) {
        return new EventLoopGroupFactoryBean(properties);
    }

    @Bean
    @ConditionalOnMissingBean
    ApplicationLoops gyreApplicationLoops(ObjectProvider<EventLoopGroup> groups, ObjectProvider<EventLoop> single) {
        EventLoopGroup group = groups.getIfAvailable();
        return group != null ? new ApplicationLoops(group) : new ApplicationLoops(single.getObject());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("gyre.pool-size")
    WorkerPool gyreWorkerPool(GyreProperties properties) {
        Integer size = properties.poolSize();
        return size == null ? WorkerPool.shared() : WorkerPool.create(size);
    }

    /** The pool of the process, which is never closed. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    WorkerPool gyreSharedWorkerPool() {
        return WorkerPool.shared();
    }

    /** Watches from the start, also where other beans are made when they are first needed. */
    @Bean(destroyMethod = "close")
    @Lazy(false)
    @ConditionalOnMissingBean
    LoopWatch gyreLoopWatch(ApplicationLoops loops, GyreProperties properties) {
        return new LoopWatch(loops, properties.blockedLoopThreshold()).start();
    }

    /** Reactor Netty's servers and clients. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HttpResources.class, LoopResources.class})
    static class ReactorNettyConfiguration {

        @Bean
        @ConditionalOnMissingBean
        LoopResources gyreLoopResources(ApplicationLoops loops) {
            EventLoopGroup group = loops.group;
            return group == null ? GyreLoopResources.from(loops.all().get(0)) : GyreLoopResources.from(group);
        }

        @Bean
        @ConditionalOnMissingBean
        ReactorResourceFactory gyreReactorResourceFactory(LoopResources loops) {
            ReactorResourceFactory factory = new ReactorResourceFactory();
            factory.setUseGlobalResources(false);
            factory.setLoopResources(loops);
            return factory;
        }
    }
}
