package io.gyre.reactor.spring;

import kotlin.coroutines.CoroutineContext;
import org.springframework.core.MethodParameter;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.CoWebFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Hands a {@link HandlerBridge} the coroutine context of the exchange. */
final class CoroutineContextArgument implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == CoroutineContext.class
                && HandlerBridge.isBridge(parameter.getExecutable().getDeclaringClass());
    }

    @Override
    public Mono<Object> resolveArgument(
            MethodParameter parameter, BindingContext bindingContext, ServerWebExchange exchange) {
        return Mono.justOrEmpty(exchange.<Object>getAttribute(CoWebFilter.COROUTINE_CONTEXT_ATTRIBUTE));
    }
}
