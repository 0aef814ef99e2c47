package io.gyre.samples;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.reactor.Demand;
import io.gyre.reactor.LoopFlux;
import io.gyre.reactor.LoopSchedulers;
import io.gyre.reactor.LoopSubscribers;
import io.gyre.stream.DuplexOptions;
import io.gyre.stream.PassThrough;
import io.gyre.stream.Readable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/** What {@code request(n)} counts between a stream and a flux, and a stream that is opened again. */
public final class FluxDemand {

    private FluxDemand() {}

    public static void main(String[] args) {
        bytes();
        window();
        again();
    }

    private static void bytes() {
        EventLoop loop = EventLoop.create();
        // docs: begin bytes
        loop.run(() -> {
            PassThrough<Buffer> text = new PassThrough<>(loop, DuplexOptions.bytes());
            text.end(Buffer.utf8("Hello, demand!"));
            LoopFlux.from(text, Demand.bytes()).subscribe(new BaseSubscriber<>() {

                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    request(5);
                }

                @Override
                protected void hookOnNext(Buffer chunk) {
                    say("'" + chunk.toString(StandardCharsets.UTF_8) + "'");
                    request(5);
                }
            });
        });
        // docs: end bytes
    }

    private static void window() {
        EventLoop loop = EventLoop.create();
        // docs: begin window
        loop.run(() -> {
            PassThrough<Integer> sink = new PassThrough<>(loop, DuplexOptions.objects());
            Flux.range(1, 20)
                    .doOnRequest(n -> say("asked for " + n))
                    .subscribe(LoopSubscribers.into(sink, Demand.chunks().window(8)));
            sink.resume();
        });
        // docs: end window
    }

    private static void again() {
        EventLoop loop = EventLoop.create();
        AtomicInteger tries = new AtomicInteger();
        // docs: begin again
        loop.run(() -> LoopFlux.defer(loop, () -> {
                    if (tries.incrementAndGet() < 3) {
                        throw new IOException("not yet");
                    }
                    return Readable.from(loop, List.of("one", "two"));
                })
                .retryWhen(Retry.fixedDelay(5, Duration.ofMillis(10))
                        .scheduler(LoopSchedulers.from(loop))
                        .doBeforeRetry(
                                failed -> say("failed: " + failed.failure().getMessage())))
                .subscribe(FluxDemand::say));
        // docs: end again
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
