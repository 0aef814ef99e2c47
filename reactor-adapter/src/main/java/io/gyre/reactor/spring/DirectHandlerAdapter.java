package io.gyre.reactor.spring;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import kotlin.coroutines.CoroutineContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.NativeDetector;
import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.CoWebFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Spares Kotlin handlers the reflection that Spring calls them with.
 *
 * <p>Spring looks each function up in Kotlin's metadata for every request, builds a map of its arguments and calls it by
 * that. Here each is given a {@link HandlerBridge} when the application starts: a method that looks the same to Spring,
 * but for the {@code Mono} or {@code Flux} that it returns. Spring's own {@link RequestMappingHandlerAdapter} is handed
 * that method in place of the function and does everything else: arguments, validation, results, errors. A function of a
 * shape that a bridge does not keep exactly is left to Spring.
 */
final class DirectHandlerAdapter implements HandlerAdapter, Ordered, SmartInitializingSingleton, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(DirectHandlerAdapter.class);

    private final ConfigurableListableBeanFactory beans;

    /** Written before the application serves, and when it has ended. */
    private volatile Map<Method, HandlerBridge> bridges = Map.of();

    private @Nullable RequestMappingHandlerAdapter spring;

    DirectHandlerAdapter(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        spring = beans.getBeanProvider(RequestMappingHandlerAdapter.class).getIfUnique();
        if (spring == null || NativeDetector.inNativeImage()) {
            return; // a native image can define no classes
        }
        Map<Method, HandlerBridge> found = new HashMap<>();
        for (RequestMappingHandlerMapping mapping : ((ListableBeanFactory) beans)
                .getBeansOfType(RequestMappingHandlerMapping.class)
                .values()) {
            for (HandlerMethod handler : mapping.getHandlerMethods().values()) {
                bridge(handler, found);
            }
        }
        bridges = Map.copyOf(found);
    }

    private void bridge(HandlerMethod handler, Map<Method, HandlerBridge> into) {
        Object bean = handler.getBean();
        if (bean instanceof String name) {
            if (!beans.containsSingleton(name)) {
                return;
            }
            bean = beans.getBean(name);
        }
        String obstacle = HandlerShape.obstacle(handler);
        if (obstacle == null) {
            try {
                into.put(handler.getMethod(), HandlerBridge.to(bean, handler.getMethod()));
            } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
                LOG.debug("{} is called by reflection", handler, e);
            }
        } else {
            LOG.debug("{} is called by reflection: {}", handler, obstacle);
        }
    }

    @Override
    public boolean supports(Object handler) {
        return bridgeOf(handler) != null;
    }

    @Override
    public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
        HandlerBridge bridge = bridgeOf(handler);
        RequestMappingHandlerAdapter adapter = spring;
        if (bridge == null || adapter == null) {
            throw new IllegalArgumentException(handler + " has no bridge");
        }
        Mono<HandlerResult> result = adapter.handle(exchange, bridge.handler());
        return bridge.makesSuspendedCalls() ? result.map(made -> withContextOf(exchange, made)) : result;
    }

    private static HandlerResult withContextOf(ServerWebExchange exchange, HandlerResult result) {
        CoroutineContext context = exchange.getAttribute(CoWebFilter.COROUTINE_CONTEXT_ATTRIBUTE);
        if (context != null && result.getReturnValue() instanceof SuspendedCall call) {
            call.in(context);
        }
        return result;
    }

    private @Nullable HandlerBridge bridgeOf(Object handler) {
        if (handler instanceof HandlerMethod method) {
            HandlerBridge bridge = bridges.get(method.getMethod());
            if (bridge != null && bridge.isTo(method.getBean())) {
                return bridge;
            }
        }
        return null;
    }

    /** The classes of the bridges stay with the controllers' loader; what they call may not. */
    @Override
    public void destroy() {
        bridges.values().forEach(HandlerBridge::close);
        bridges = Map.of();
    }

    /** Before Spring's own, which has none. */
    @Override
    public int getOrder() {
        return 0;
    }
}
