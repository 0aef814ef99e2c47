package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import kotlinx.coroutines.reactive.ReactiveFlowKt;
import kotlinx.coroutines.reactor.ReactorFlowKt;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PropagationContextElement;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;

/**
 * Makes Spring collect a {@code Flow} on the loop that subscribes to it, also after the flow was on another thread: WebFlux,
 * and what stands between it and the flow, such as a transaction. That has one registry for the whole JVM.
 */
final class FlowOnLoop implements BeanPostProcessor {

    private static final boolean PROPAGATION =
            ClassUtils.isPresent("io.micrometer.context.ContextSnapshot", FlowOnLoop.class.getClassLoader());

    private static final AtomicBoolean EVERYWHERE = new AtomicBoolean();

    private final ObjectProvider<ApplicationLoops> loops;

    FlowOnLoop(ObjectProvider<ApplicationLoops> loops) {
        this.loops = loops;
        if (EVERYWHERE.compareAndSet(false, true)) {
            // For good, so it holds nothing of this application.
            register(ReactiveAdapterRegistry.getSharedInstance(), EventLoop::currentOrNull);
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof ReactiveAdapterRegistry registry) {
            register(registry, () -> loops.getObject().currentOrNull());
        }
        return bean;
    }

    private static void register(ReactiveAdapterRegistry registry, Supplier<@Nullable EventLoop> current) {
        registry.registerReactiveTypeOverride(
                ReactiveTypeDescriptor.multiValue(Flow.class, FlowKt::emptyFlow),
                source -> onLoop((Flow<?>) source, current),
                ReactiveFlowKt::asFlow);
    }

    private static Publisher<?> onLoop(Flow<?> flow, Supplier<@Nullable EventLoop> current) {
        return Flux.defer(() -> {
            EventLoop here = current.get();
            if (here != null) {
                return ReactorFlowKt.asFlux(flow, LoopContexts.of(here, PROPAGATION));
            }
            return PROPAGATION
                    ? ReactorFlowKt.asFlux(flow, new PropagationContextElement())
                    : ReactorFlowKt.asFlux(flow);
        });
    }
}
