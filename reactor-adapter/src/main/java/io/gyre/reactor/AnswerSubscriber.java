package io.gyre.reactor;

import io.gyre.http.IncomingMessage;
import io.gyre.http.ServerResponse;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;

/** Waits for the publisher of one answer, and ends the answer. Signals of other threads are passed to the loop's. */
final class AnswerSubscriber extends BaseSubscriber<Object> {

    private final IncomingMessage request;
    private final ServerResponse response;
    private final EventLoop loop;
    private final BiConsumer<? super IncomingMessage, ? super Throwable> onError;

    /** On the loop's thread. */
    private @Nullable Registration onClose;

    AnswerSubscriber(
            IncomingMessage request,
            ServerResponse response,
            BiConsumer<? super IncomingMessage, ? super Throwable> onError) {
        this.request = request;
        this.response = response;
        this.loop = response.loop();
        this.onError = onError;
    }

    void begin(BiFunction<? super IncomingMessage, ? super ServerResponse, ? extends Publisher<?>> answer) {
        Publisher<?> publisher;
        try {
            publisher = answer.apply(request, response);
        } catch (Throwable t) {
            Exceptions.throwIfFatal(t);
            if (t instanceof Error exit && loop.isHalted()) {
                throw exit;
            }
            failed(t);
            return;
        }
        onClose = response.onClose(this::cancel);
        publisher.subscribe(this);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        requestUnbounded();
    }

    @Override
    protected void hookOnComplete() {
        onLoop(() -> {
            over();
            if (!response.isWritableEnded() && !response.isDestroyed()) {
                response.end();
            }
        });
    }

    @Override
    protected void hookOnError(Throwable error) {
        onLoop(() -> {
            over();
            failed(error);
        });
    }

    private void over() {
        Registration held = onClose;
        if (held != null) {
            onClose = null;
            held.remove();
        }
    }

    private void failed(Throwable error) {
        if (!response.isWritableEnded() && !response.isDestroyed()) {
            if (response.headersSent()) {
                response.destroy();
            } else {
                answer500();
            }
        }
        onError.accept(request, error);
    }

    private void answer500() {
        List<String> fields = new ArrayList<>();
        response.headers().forEach((name, value) -> fields.add(name));
        fields.forEach(response::removeHeader);
        response.statusCode(500).setHeader("Connection", "close").end();
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            // The loop has closed the connection.
        }
    }
}
