package io.gyre.reactor.spring;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The shared connection of a factory: opened by a thread that may wait for it.
 *
 * <p>Until it is open, a loop that asks is given connections which are opened one for each operation, without waiting:
 * Redis that is there is used at once, and one that is not fails the operation as ever. Each such operation has the
 * shared connection tried again. Off the loops the factory does what it always does.
 */
final class SharedConnection implements MethodInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(SharedConnection.class);

    private static final Set<String> CLOSES = Set.of("resetConnection", "stop", "destroy");

    private final LettuceConnectionFactory factory;
    private final ObjectProvider<ApplicationLoops> loops;
    private final AtomicBoolean opening = new AtomicBoolean();
    private volatile boolean open;
    private volatile @Nullable RuntimeException lastFailure;

    /** Makes connections for one operation each. Guarded by this. */
    private @Nullable LettuceConnectionFactory meanwhile;

    SharedConnection(LettuceConnectionFactory factory, ObjectProvider<ApplicationLoops> loops) {
        this.factory = factory;
        this.loops = loops;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        String method = call.getMethod().getName();
        if (!open && opens(method) && mustNotWait()) {
            openElsewhere();
            ReactiveRedisConnectionFactory reactive = meanwhile();
            return reactive.getReactiveConnection();
        }
        if (CLOSES.contains(method)) {
            open = false;
            close();
        }
        return call.proceed();
    }

    private boolean opens(String method) {
        return method.equals("getReactiveConnection")
                || (method.equals("getReactiveClusterConnection") && factory.isClusterAware());
    }

    private boolean mustNotWait() {
        return factory.isRunning()
                && factory.getShareNativeConnection()
                && loops.getObject().currentOrNull() != null;
    }

    /** Has the shared connection opened, unless that is under way. */
    void openElsewhere() {
        if (!open && factory.isRunning() && opening.compareAndSet(false, true)) {
            Thread thread = new Thread(this::open, "gyre-redis");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void open() {
        try {
            ReactiveRedisConnectionFactory reactive = factory;
            reactive.getReactiveConnection().close();
            open = true;
        } catch (RuntimeException e) {
            lastFailure = e;
            LOG.debug("Redis cannot be reached; the next operation tries again", e);
        } finally {
            opening.set(false);
        }
    }

    private synchronized LettuceConnectionFactory meanwhile() {
        LettuceConnectionFactory made = meanwhile;
        if (made == null) {
            made = new LettuceConnectionFactory(configuration(), factory.getClientConfiguration());
            made.setShareNativeConnection(false);
            made.setConvertPipelineAndTxResults(factory.getConvertPipelineAndTxResults());
            made.afterPropertiesSet();
            made.start();
            meanwhile = made;
        }
        return made;
    }

    /**
     * What the factory connects to; the accessors do not say it in all cases. A cluster's first connection waits for the
     * cluster's topology, and one to a master and its replicas for their roles, so those are left to the shared
     * connection.
     */
    private RedisConfiguration configuration() {
        Object configuration = new DirectFieldAccessor(factory).getPropertyValue("configuration");
        if (configuration instanceof RedisStandaloneConfiguration standalone) {
            return standalone;
        }
        if (configuration instanceof RedisSocketConfiguration socket) {
            return socket;
        }
        throw new RedisConnectionFailureException("The shared connection to Redis is not open yet", lastFailure);
    }

    synchronized void close() {
        LettuceConnectionFactory made = meanwhile;
        if (made != null) {
            meanwhile = null;
            made.destroy();
        }
    }
}
