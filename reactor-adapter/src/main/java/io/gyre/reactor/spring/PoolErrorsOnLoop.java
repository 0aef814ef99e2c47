package io.gyre.reactor.spring;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.NativeDetector;
import reactor.core.publisher.Mono;

/**
 * Tells a handler on its loop that the pool of R2DBC has no connection for it. The pool's own timeouts are on Reactor's
 * {@code parallel}, and what comes after one would go on there. A pool over connections that are not on the loops is left
 * alone.
 */
final class PoolErrorsOnLoop implements BeanPostProcessor {

    private static final String POOL = "io.r2dbc.pool.ConnectionPool";

    private final BackOnLoop back;

    PoolErrorsOnLoop(ObjectProvider<ApplicationLoops> loops) {
        back = new BackOnLoop(loops);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (NativeDetector.inNativeImage() // where no proxy can be made
                || !(bean instanceof ConnectionFactory pool)
                || !bean.getClass().getName().equals(POOL)
                || !isOnLoops(pool)) {
            return bean;
        }
        ProxyFactory proxy = new ProxyFactory(pool);
        proxy.setProxyTargetClass(true);
        proxy.addAdvice((MethodInterceptor) call -> {
            Object result = call.proceed();
            return result instanceof Mono<?> mono && call.getMethod().getName().equals("create")
                    ? back.errors(mono)
                    : result;
        });
        return proxy.getProxy(pool.getClass().getClassLoader());
    }

    private static boolean isOnLoops(ConnectionFactory pool) {
        return pool instanceof Wrapped<?> wrapped && wrapped.unwrap(LoopConnectionFactory.class) != null;
    }
}
