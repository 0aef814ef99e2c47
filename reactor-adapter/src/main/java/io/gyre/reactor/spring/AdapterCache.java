package io.gyre.reactor.spring;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.ReactiveAdapterRegistry;

/** Puts a {@link CachingAdapterRegistry} before WebFlux' own registry. A class of the user's is left alone. */
final class AdapterCache implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean.getClass() == ReactiveAdapterRegistry.class
                ? new CachingAdapterRegistry((ReactiveAdapterRegistry) bean)
                : bean;
    }
}
