package io.gyre.reactor.spring;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Mono;

/** A session whose changes are told on the loop that asked for them: Spring gives out a new id on {@code parallel}. */
final class LoopSession implements WebSession {

    private final WebSession session;
    private final BackOnLoop back;

    LoopSession(WebSession session, BackOnLoop back) {
        this.session = session;
        this.back = back;
    }

    @Override
    public Mono<Void> changeSessionId() {
        return back.mono(session.changeSessionId());
    }

    @Override
    public Mono<Void> invalidate() {
        return back.mono(session.invalidate());
    }

    @Override
    public Mono<Void> save() {
        return back.mono(session.save());
    }

    @Override
    public String getId() {
        return session.getId();
    }

    @Override
    public Map<String, Object> getAttributes() {
        return session.getAttributes();
    }

    @Override
    public void start() {
        session.start();
    }

    @Override
    public boolean isStarted() {
        return session.isStarted();
    }

    @Override
    public boolean isExpired() {
        return session.isExpired();
    }

    @Override
    public Instant getCreationTime() {
        return session.getCreationTime();
    }

    @Override
    public Instant getLastAccessTime() {
        return session.getLastAccessTime();
    }

    @Override
    public void setMaxIdleTime(Duration maxIdleTime) {
        session.setMaxIdleTime(maxIdleTime);
    }

    @Override
    public Duration getMaxIdleTime() {
        return session.getMaxIdleTime();
    }

    @Override
    public String toString() {
        return session.toString();
    }
}
