package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopBuilder;
import io.gyre.loop.EventLoopGroup;
import io.gyre.loop.Transport;
import io.gyre.loop.UncaughtErrors;
import io.gyre.loop.UnhandledRejections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;

/**
 * Starts the loops of an application, and ends them as the last of all that uses them.
 *
 * <p>They end when this bean is destroyed and not in a phase of the context's life cycle: connection pools and driver
 * resources are beans that hold the loops, are destroyed before them, and close their channels on them then.
 */
final class EventLoopGroupFactoryBean implements FactoryBean<EventLoopGroup>, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoopGroupFactoryBean.class);

    /** What the loops may take longer than their own deadline, to close what they still hold. */
    private static final long GRACE_MILLIS = 5000;

    private final GyreProperties properties;
    private final EventLoopGroup group;

    EventLoopGroupFactoryBean(GyreProperties properties) {
        this.properties = properties;
        EventLoopBuilder options = EventLoop.builder()
                // As Reactor Netty's: the web server has a thread of its own that keeps the JVM up.
                .daemon(true)
                .batchFlushes(properties.batchedFlushes())
                // A service goes on when one request fails.
                .uncaughtErrors(UncaughtErrors.LOG)
                .unhandledRejections(UnhandledRejections.WARN);
        Transport transport = properties.transport();
        if (transport != null) {
            options.transport(transport);
        }
        this.group = EventLoopGroup.start(properties.numberOfLoops(), "gyre", options);
        LOG.info("Started {}", group.loops());
    }

    @Override
    public EventLoopGroup getObject() {
        return group;
    }

    @Override
    public Class<?> getObjectType() {
        return EventLoopGroup.class;
    }

    @Override
    public void destroy() {
        CompletableFuture<Void> end = group.shutdown(properties.shutdownTimeout());
        if (group.loops().stream().anyMatch(EventLoop::inEventLoop)) {
            LOG.warn("The context is closed on a loop of its own, which cannot wait for its end");
            return;
        }
        try {
            end.get(properties.shutdownTimeout().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn("Loops that do not end: {}", running());
        } catch (ExecutionException e) {
            LOG.warn("A loop ended with an error", e.getCause());
        }
    }

    private String running() {
        return group.loops().stream()
                .filter(loop -> !loop.termination().isDone())
                .toList()
                .toString();
    }
}
