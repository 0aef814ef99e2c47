package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopSchedulers;
import io.lettuce.core.resource.ClientResources;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Mono;

/**
 * The shared connection of a factory: opened by a thread that may wait for it.
 *
 * <p>Until it is open, a loop that asks is given a connection whose operations wait for it, without holding the loop.
 * Where it cannot be opened they fail as ever, and the next one has it tried again. Off the loops the factory does what
 * it always does. A connection that blocks is refused on a loop at once.
 */
final class SharedConnection implements MethodInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(SharedConnection.class);

    private static final Set<String> CLOSES = Set.of("resetConnection", "stop", "destroy");

    /** What gives connections whose operations wait for their answers, and may wait for the connection itself. */
    private static final Set<String> BLOCKING =
            Set.of("getConnection", "getClusterConnection", "getSentinelConnection");

    private final LettuceConnectionFactory factory;
    private final ObjectProvider<ApplicationLoops> loops;

    /** The attempt that is under way, if one is. */
    private final AtomicReference<@Nullable CompletableFuture<Void>> attempt = new AtomicReference<>();

    private volatile boolean open;

    SharedConnection(LettuceConnectionFactory factory, ObjectProvider<ApplicationLoops> loops) {
        this.factory = factory;
        this.loops = loops;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        String method = call.getMethod().getName();
        if (BLOCKING.contains(method)) {
            refuseOnLoops();
        }
        if (!open && opens(method) && factory.isRunning() && factory.getShareNativeConnection()) {
            EventLoop here = loops.getObject().currentOrNull();
            if (here != null) {
                return AfterOpening.connection(call.getMethod().getReturnType(), opened(here));
            }
        }
        if (CLOSES.contains(method)) {
            open = false;
        }
        return call.proceed();
    }

    /** The loop would wait for what it has to do itself. Where Lettuce has threads of its own, it only waits. */
    private void refuseOnLoops() {
        EventLoop here = loops.getObject().currentOrNull();
        ClientResources resources = factory.getClientResources();
        if (here != null && resources != null && resources.eventLoopGroupProvider() instanceof LettuceLoops) {
            throw new IllegalStateException("Redis cannot be waited for on the event loop '" + here.name()
                    + "', which does its I/O: use a reactive template or connection there,"
                    + " or call what blocks on another thread, such as one of LoopMono.blocking or Dispatchers.IO");
        }
    }

    private boolean opens(String method) {
        return method.equals("getReactiveClusterConnection")
                ? factory.isClusterAware()
                : method.equals("getReactiveConnection");
    }

    /** A connection of the factory, on a loop, once that can be had without waiting. */
    private Mono<ReactiveRedisConnection> opened(EventLoop loop) {
        ReactiveRedisConnectionFactory reactive = factory;
        return Mono.defer(() -> Mono.fromFuture(openElsewhere(), true))
                .publishOn(LoopSchedulers.from(loop))
                .then(Mono.fromSupplier(reactive::getReactiveConnection));
    }

    /** Has the shared connection opened, unless that is under way. */
    CompletableFuture<Void> openElsewhere() {
        CompletableFuture<Void> fresh = new CompletableFuture<>();
        CompletableFuture<Void> underWay = attempt.compareAndExchange(null, fresh);
        if (underWay != null) {
            return underWay;
        }
        Thread thread = new Thread(() -> open(fresh), "gyre-redis");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (Throwable t) {
            failed(fresh, t);
        }
        return fresh;
    }

    /** Whatever goes wrong, even an error: operations wait for the outcome. */
    private void open(CompletableFuture<Void> outcome) {
        try {
            ReactiveRedisConnectionFactory reactive = factory;
            reactive.getReactiveConnection().close();
            open = true;
        } catch (Throwable t) {
            failed(outcome, t);
            return;
        }
        attempt.set(null);
        outcome.complete(null);
    }

    private void failed(CompletableFuture<Void> outcome, Throwable why) {
        LOG.debug("Redis cannot be reached; the next operation tries again", why);
        attempt.set(null);
        outcome.completeExceptionally(why);
    }
}
