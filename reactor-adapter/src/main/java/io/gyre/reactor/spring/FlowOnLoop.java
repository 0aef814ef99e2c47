package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import kotlinx.coroutines.reactive.ReactiveFlowKt;
import kotlinx.coroutines.reactor.ReactorFlowKt;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PropagationContextElement;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;

/** Makes WebFlux collect a {@code Flow} on the loop that subscribes to it, also after the flow was on another thread. */
final class FlowOnLoop implements BeanPostProcessor {

    private static final boolean PROPAGATION =
            ClassUtils.isPresent("io.micrometer.context.ContextSnapshot", FlowOnLoop.class.getClassLoader());

    private final ObjectProvider<ApplicationLoops> loops;

    FlowOnLoop(ObjectProvider<ApplicationLoops> loops) {
        this.loops = loops;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof ReactiveAdapterRegistry registry) {
            registry.registerReactiveTypeOverride(
                    ReactiveTypeDescriptor.multiValue(Flow.class, FlowKt::emptyFlow),
                    source -> onLoop((Flow<?>) source),
                    ReactiveFlowKt::asFlow);
        }
        return bean;
    }

    private Publisher<?> onLoop(Flow<?> flow) {
        return Flux.defer(() -> {
            EventLoop here = loops.getObject().currentOrNull();
            if (here != null) {
                return ReactorFlowKt.asFlux(flow, LoopContexts.of(here, PROPAGATION));
            }
            return PROPAGATION
                    ? ReactorFlowKt.asFlux(flow, new PropagationContextElement())
                    : ReactorFlowKt.asFlux(flow);
        });
    }
}
