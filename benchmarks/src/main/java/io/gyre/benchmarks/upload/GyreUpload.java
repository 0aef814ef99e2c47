package io.gyre.benchmarks.upload;

import io.gyre.buffer.Buffer;
import io.gyre.http.HttpServer;
import io.gyre.http.IncomingMessage;
import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopFlux;
import io.gyre.reactor.LoopSubscribers;
import io.gyre.reactor.WritableSubscriber;
import io.gyre.stream.Pipeline;

/** Gyre, in the style of the core or of Reactor. */
public final class GyreUpload {

    private GyreUpload() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port, the rate in MB/s, and {@code flux} for that style
     */
    public static void main(String[] args) {
        EventLoop loop = EventLoop.create();
        boolean flux = args.length > 2 && args[2].equals("flux");
        int code = loop.run(() -> HttpServer.create(loop, (request, response) -> {
                    SlowReader sink = SlowReader.of(loop, args, request.path());
                    if (flux) {
                        throughFlux(request, sink, () -> response.end("done"));
                    } else {
                        Pipeline.run(request, sink).thenAccept(done -> response.end("done"));
                    }
                })
                .listen(Rate.port(args)));
        System.exit(code);
    }

    private static void throughFlux(IncomingMessage request, SlowReader sink, Runnable then) {
        WritableSubscriber<Buffer> subscriber = LoopSubscribers.into(sink);
        subscriber.completion().doOnSuccess(done -> then.run()).subscribe();
        LoopFlux.from(request).subscribe(subscriber);
    }
}
