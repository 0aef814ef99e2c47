package io.gyre.reactor.spring;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Lets Spring Data's Redis be used on the loops before its shared connection is open.
 *
 * <p>Spring Data opens that connection at its first use and makes the caller wait, on a loop for something that the
 * same loop has to do. So each factory that shares a connection is handed out as a proxy with a {@link SharedConnection}
 * behind it.
 */
final class RedisConnections implements BeanPostProcessor, DisposableBean {

    private final ObjectProvider<ApplicationLoops> loops;
    private final List<SharedConnection> shared = new CopyOnWriteArrayList<>();

    RedisConnections(ObjectProvider<ApplicationLoops> loops) {
        this.loops = loops;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (!(bean instanceof LettuceConnectionFactory factory) || !factory.getShareNativeConnection()) {
            return bean;
        }
        SharedConnection connection = new SharedConnection(factory, loops);
        shared.add(connection);
        connection.openElsewhere();
        ProxyFactory proxy = new ProxyFactory(factory);
        proxy.setProxyTargetClass(true);
        proxy.addAdvice(connection);
        return proxy.getProxy(factory.getClass().getClassLoader());
    }

    @Override
    public void destroy() {
        shared.forEach(SharedConnection::close);
    }
}
