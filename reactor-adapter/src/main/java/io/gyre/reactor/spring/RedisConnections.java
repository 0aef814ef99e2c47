package io.gyre.reactor.spring;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.NativeDetector;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Lets Spring Data's Redis be used on the loops before its shared connection is open.
 *
 * <p>Spring Data opens that connection at its first use and makes the caller wait, on a loop for something that the
 * same loop has to do. So each factory is handed out as a proxy with a {@link SharedConnection} behind it.
 */
final class RedisConnections implements BeanPostProcessor {

    private final ObjectProvider<ApplicationLoops> loops;

    RedisConnections(ObjectProvider<ApplicationLoops> loops) {
        this.loops = loops;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (NativeDetector.inNativeImage() // where no proxy can be made
                || !(bean instanceof LettuceConnectionFactory factory)) {
            return bean;
        }
        SharedConnection connection = new SharedConnection(factory, loops);
        if (factory.isRunning() && factory.getShareNativeConnection()) {
            connection.openElsewhere();
        }
        ProxyFactory proxy = new ProxyFactory(factory);
        proxy.setProxyTargetClass(true);
        proxy.addAdvice(connection);
        return proxy.getProxy(factory.getClass().getClassLoader());
    }
}
