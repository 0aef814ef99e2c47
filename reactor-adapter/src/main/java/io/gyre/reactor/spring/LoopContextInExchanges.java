package io.gyre.reactor.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.server.CoWebFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.session.WebSessionManager;
import reactor.core.publisher.Mono;

/**
 * Gives each exchange the coroutine context of its loop, which Spring takes for {@code suspend} functions of
 * controllers, for {@code coRouter} and for {@code CoWebFilter}.
 *
 * <p>The session manager is the first to be shown a new exchange, before all filters and on the loop that the connection
 * belongs to. A filter in its place would wrap every request in three more operators.
 */
final class LoopContextInExchanges implements BeanPostProcessor {

    private final ObjectProvider<ApplicationLoops> loops;

    LoopContextInExchanges(ObjectProvider<ApplicationLoops> loops) {
        this.loops = loops;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof WebSessionManager sessions
                        && name.equals(WebHttpHandlerBuilder.WEB_SESSION_MANAGER_BEAN_NAME)
                ? new Sessions(sessions, loops)
                : bean;
    }

    /** The session manager as it was, but for the look at each new exchange. */
    private static final class Sessions implements WebSessionManager {

        private final WebSessionManager sessions;
        private final ObjectProvider<ApplicationLoops> provider;

        /** Looked up at the first exchange: this is made before most beans are. */
        private volatile @Nullable ApplicationLoops loops;

        Sessions(WebSessionManager sessions, ObjectProvider<ApplicationLoops> provider) {
            this.sessions = sessions;
            this.provider = provider;
        }

        @Override
        public Mono<WebSession> getSession(ServerWebExchange exchange) {
            exchange.getAttributes().put(CoWebFilter.COROUTINE_CONTEXT_ATTRIBUTE, LoopContexts.of(loops().choose()));
            return sessions.getSession(exchange);
        }

        private ApplicationLoops loops() {
            ApplicationLoops found = loops;
            if (found == null) {
                found = provider.getObject();
                loops = found;
            }
            return found;
        }

        @Override
        public String toString() {
            return sessions.toString();
        }
    }
}
