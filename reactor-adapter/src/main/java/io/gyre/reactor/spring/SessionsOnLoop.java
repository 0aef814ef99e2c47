package io.gyre.reactor.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.session.WebSessionManager;
import reactor.core.publisher.Mono;

/**
 * Gives a handler its session on the loop that asked. Spring makes sessions on a thread of {@code boundedElastic} and hands
 * them out on one of {@code parallel}, and the handler would go on there.
 */
final class SessionsOnLoop implements BeanPostProcessor {

    private final BackOnLoop back;

    SessionsOnLoop(ObjectProvider<ApplicationLoops> loops) {
        back = new BackOnLoop(loops);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof WebSessionManager sessions
                        && name.equals(WebHttpHandlerBuilder.WEB_SESSION_MANAGER_BEAN_NAME)
                ? new Sessions(sessions, back)
                : bean;
    }

    private record Sessions(WebSessionManager sessions, BackOnLoop back) implements WebSessionManager {

        @Override
        public Mono<WebSession> getSession(ServerWebExchange exchange) {
            return back.mono(sessions.getSession(exchange)).map(session -> new LoopSession(session, back));
        }

        @Override
        public String toString() {
            return sessions.toString();
        }
    }
}
