package io.gyre.reactor.spring;

import org.springframework.core.Ordered;
import org.springframework.web.server.CoWebFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives each exchange the coroutine context of its loop, which Spring takes for {@code suspend} functions of
 * controllers, for {@code coRouter} and for {@code CoWebFilter}. One that is set already stays.
 */
final class LoopContextFilter implements WebFilter, Ordered {

    private final ApplicationLoops loops;

    LoopContextFilter(ApplicationLoops loops) {
        this.loops = loops;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getAttributes()
                .computeIfAbsent(CoWebFilter.COROUTINE_CONTEXT_ATTRIBUTE, absent -> LoopContexts.of(loops.choose()));
        return chain.filter(exchange);
    }

    /** Before all others: here the exchange is on the loop that its connection belongs to. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
