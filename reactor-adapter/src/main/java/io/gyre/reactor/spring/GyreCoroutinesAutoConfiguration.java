package io.gyre.reactor.spring;

import io.gyre.coroutines.LoopDispatcher;
import kotlinx.coroutines.reactor.MonoKt;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.CoWebFilter;

/**
 * Coroutines of WebFlux on the loops: {@code suspend} functions and flows of controllers, {@code coRouter} and
 * {@code CoWebFilter}. With Gyre's coroutines adapter and kotlinx-coroutines-reactor on the class path.
 */
@AutoConfiguration(after = GyreAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({LoopDispatcher.class, MonoKt.class, CoWebFilter.class})
@ConditionalOnBean(ApplicationLoops.class)
final class GyreCoroutinesAutoConfiguration {

    @Bean
    static LoopContextInExchanges gyreLoopContextInExchanges(ObjectProvider<ApplicationLoops> loops) {
        return new LoopContextInExchanges(loops);
    }

    @Bean
    static FlowOnLoop gyreFlowOnLoop(ObjectProvider<ApplicationLoops> loops) {
        return new FlowOnLoop(loops);
    }

    /** Kotlin handlers without Kotlin's reflection. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RequestMappingHandlerAdapter.class)
    @ConditionalOnBooleanProperty(name = "gyre.direct-kotlin-handlers", matchIfMissing = true)
    static class DirectHandlersConfiguration {

        @Bean
        @Lazy(false)
        DirectHandlerAdapter gyreDirectHandlerAdapter(ConfigurableListableBeanFactory beans) {
            return new DirectHandlerAdapter(beans);
        }

        @Bean
        CoroutineContextArgument gyreCoroutineContextArgument() {
            return new CoroutineContextArgument();
        }
    }
}
