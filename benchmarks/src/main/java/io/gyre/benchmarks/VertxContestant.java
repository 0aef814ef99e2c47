package io.gyre.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** An event-loop context of Vert.x with one event loop, on the native transport where there is one. */
final class VertxContestant implements Contestant {

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    final Context context = vertx.getOrCreateContext();

    @Override
    public Runnable post(Runnable task) {
        Handler<Void> handler = nothing -> task.run();
        return () -> context.runOnContext(handler);
    }

    @Override
    public Chain chain() {
        return new ContextChain(context);
    }

    @Override
    public Object setTimer(Runnable task, long delayMillis) {
        return vertx.setTimer(delayMillis, id -> task.run());
    }

    @Override
    public void clearTimer(Object timer) {
        vertx.cancelTimer((Long) timer);
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private static final class ContextChain extends Chain implements Handler<Void> {

        private final Context context;

        ContextChain(Context context) {
            this.context = context;
        }

        @Override
        void begin() {
            context.runOnContext(this);
        }

        @Override
        void next() {
            context.runOnContext(this);
        }

        @Override
        public void handle(Void nothing) {
            run();
        }
    }
}
